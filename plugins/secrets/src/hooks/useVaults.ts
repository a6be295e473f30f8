import { useApi } from '@backstage/frontend-plugin-api';
import { SecretsEnvironment } from '@shopfloor/plugin-secrets-common';
import { Polled } from '@shopfloor/ui';
import { secretsApiRef } from '../api';
import { useAsked } from './useAsked';

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
