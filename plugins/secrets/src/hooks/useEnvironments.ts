import { useMemo } from 'react';
import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { readEnvironmentSummaries } from '@shopfloor/plugin-environments-common';
import { SecretsEnvironment } from '@shopfloor/plugin-secrets-common';
import { EnvironmentInfo, Polled } from '@shopfloor/ui';
import { secretsApiRef } from '../api';
import { useAsked } from './useAsked';

/** The environments of the configuration, and how to show one by its name; known whether or not a backend answers. */
export function useEnvironments(): {
  environments: EnvironmentInfo[];
  environmentOf: (name: string) => EnvironmentInfo;
} {
  const config = useApi(configApiRef);
  return useMemo(() => {
    const environments = readEnvironmentSummaries(config);
    return {
      environments,
      // One that is not known counts as production: acts in it are confirmed as there.
      environmentOf: name =>
        environments.find(each => each.name === name) ?? {
          name,
          production: true,
        },
    };
  }, [config]);
}

/** How Vault does in each environment, asked again and again. */
export function useVaults(): Polled<SecretsEnvironment[]> & {
  /** The product's own name in an environment; `Vault` while it is not known. */
  productOf: (environment: string | undefined) => string;
} {
  const api = useApi(secretsApiRef);
  const polled = useAsked('environments', signal =>
    api.listEnvironments({ signal }),
  );
  const { value } = polled;
  return {
    ...polled,
    productOf: environment =>
      productName(
        (value?.find(({ name }) => name === environment) ?? value?.[0])?.vault
          .product,
      ),
  };
}

/** A product by its own name. */
export function productName(product: 'openbao' | 'vault' | undefined): string {
  return product === 'openbao' ? 'OpenBao' : 'Vault';
}
