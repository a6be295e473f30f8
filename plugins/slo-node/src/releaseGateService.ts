import {
  BackstageCredentials,
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { ReleaseGate, ReleaseGateClient } from '@shopfloor/plugin-slo-common';

/** Asks whether a service may be released now, for other plugins in this process or another. */
export interface ReleaseGateService {
  /**
   * Asks in somebody's name: with a person's credentials about what that person may see, with the plugin's own about
   * everything. Whoever gets no answer knows nothing, and unknown is no go.
   *
   * @throws ResponseError when the entity or environment is not known or not allowed, another error when nobody answers
   */
  ask(
    options: { entityRef: string; environment: string },
    request: { credentials: BackstageCredentials; signal?: AbortSignal },
  ): Promise<ReleaseGate>;
}

/** Service reference of the release gate; needs no registration. */
export const releaseGateServiceRef = createServiceRef<ReleaseGateService>({
  id: 'slo.release-gate',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { auth: coreServices.auth, discovery: coreServices.discovery },
      factory: ({ auth, discovery }) => ({
        async ask({ entityRef, environment }, { credentials, signal }) {
          const { token } = await auth.getPluginRequestToken({
            onBehalfOf: credentials,
            targetPluginId: 'slo',
          });
          const client = new ReleaseGateClient({
            discoveryApi: discovery,
            fetchApi: {
              fetch: (input, init) => {
                const headers = new Headers(init?.headers);
                headers.set('authorization', `Bearer ${token}`);
                return fetch(input, { ...init, headers });
              },
            },
          });
          return client.gate({ entity: entityRef, environment }, { signal });
        },
      }),
    }),
});
