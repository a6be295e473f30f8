import { useMemo } from 'react';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { readEnvironmentSummaries } from '@shopfloor/plugin-environments-common';
import { EnvironmentInfo } from './EnvironmentBadge';

/** The environments of the portal, as its configuration describes them. */
export interface Environments {
  /** In the order of the configuration. */
  environments: EnvironmentInfo[];
  /** One by its name; of one that is not configured just the name. */
  environmentOf: (name: string) => EnvironmentInfo;
  /** Those of the names, in the order of the configuration; what is not configured last. */
  among: (names: readonly string[]) => EnvironmentInfo[];
}

/** Environments by their names, known whether or not a backend answers. */
export function useEnvironments(): Environments {
  const config = useApi(configApiRef);
  return useMemo(() => {
    const environments: EnvironmentInfo[] = readEnvironmentSummaries(config);
    const find = (name: string) =>
      environments.find(environment => environment.name === name);
    return {
      environments,
      environmentOf: name => find(name) ?? { name },
      among: names => [
        ...environments.filter(({ name }) => names.includes(name)),
        ...[...new Set(names)]
          .filter(name => !find(name))
          .sort()
          .map(name => ({ name })),
      ],
    };
  }, [config]);
}
