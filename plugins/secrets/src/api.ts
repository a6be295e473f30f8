import {
  ApiBlueprint,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { SecretsApi, SecretsClient } from '@shopfloor/plugin-secrets-common';

/** Asks the secrets backend, which is a process of its own behind the portal's address. */
export const secretsApiRef = createApiRef<SecretsApi>().with({
  id: 'secrets.grants',
  pluginId: 'secrets',
});

/** The client of the secrets backend. */
export const secretsApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: secretsApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new SecretsClient(deps),
    }),
});
