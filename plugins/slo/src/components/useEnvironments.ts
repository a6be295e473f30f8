import { useMemo } from 'react';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { readEnvironmentSummaries } from '@shopfloor/plugin-environments-common';
import { EnvironmentInfo } from '@shopfloor/ui';

/** The environments of these names as the portal's configuration describes them, in its order; unknown ones last. */
export function useEnvironments(names: readonly string[]): EnvironmentInfo[] {
  const config = useApi(configApiRef);
  const key = [...new Set(names)].sort().join(' ');
  return useMemo(() => {
    const wanted = key.split(' ').filter(Boolean);
    const known = readEnvironmentSummaries(config).filter(({ name }) =>
      wanted.includes(name),
    );
    const unknown = wanted.filter(
      name => !known.some(environment => environment.name === name),
    );
    return [...known, ...unknown.map(name => ({ name }))];
  }, [config, key]);
}
