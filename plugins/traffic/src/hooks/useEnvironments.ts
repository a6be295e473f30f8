import { useApi } from '@backstage/frontend-plugin-api';
import { EnvironmentView } from '@shopfloor/plugin-traffic-common';
import { useEnvironment } from '@shopfloor/ui';
import { trafficApiRef } from '../api';
import { usePolled } from './usePolled';

const EVERY_MS = 5 * 60_000;
const none: EnvironmentView[] = [];

/** The environments and the chosen one, which stands in the URL. */
export function useEnvironments() {
  const api = useApi(trafficApiRef);
  const { value, error, refresh } = usePolled({
    key: 'environments',
    everyMs: EVERY_MS,
    load: () => api.listEnvironments(),
  });
  const [selected, select] = useEnvironment(value ?? none);
  return { environments: value, selected, select, error, refresh };
}
