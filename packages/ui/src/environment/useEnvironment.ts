import { useUrlState } from '../url/useUrlState';
import { EnvironmentInfo } from './EnvironmentBadge';

const defaults = { env: undefined as string | undefined };

/**
 * The environment of the page, from the query parameter `env`; without one the production environment, else the first.
 * `undefined` while there are none, and when the URL names one that does not exist: a page must not act on another instead.
 */
export function useEnvironment<T extends EnvironmentInfo>(
  environments: readonly T[],
): [T | undefined, (name: string) => void] {
  const [{ env }, setState] = useUrlState(defaults);
  const selected =
    env === undefined
      ? (environments.find(e => e.production) ?? environments[0])
      : environments.find(e => e.name === env);
  return [selected, name => setState({ env: name }, { push: true })];
}
