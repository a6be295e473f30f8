import { useMemo } from 'react';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { readEnvironmentSummaries } from '@shopfloor/plugin-environments-common';
import { EnvironmentInfo } from '@shopfloor/ui';

/** The environments of the configuration, and how to show one by its name. */
export function useEnvironments(): {
  environments: EnvironmentInfo[];
  environmentOf: (name: string) => EnvironmentInfo;
} {
  const config = useApi(configApiRef);
  return useMemo(() => {
    const environments = readEnvironmentSummaries(config);
    return {
      environments,
      environmentOf: name =>
        environments.find(each => each.name === name) ?? { name },
    };
  }, [config]);
}
