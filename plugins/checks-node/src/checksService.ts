import {
  BackstageCredentials,
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { ChecksApi, ChecksClient } from '@shopfloor/plugin-checks-common';

/** Gives other plugins the API of checks. */
export interface ChecksService {
  /**
   * The API in somebody's name. With a person's credentials it shows what that person may see; with a plugin's own it shows
   * everything, if that plugin is among those that may read (`scorecards`, `phases`, `slo`, `traffic`).
   */
  as(credentials: BackstageCredentials): ChecksApi;
}

/** Service reference of checks; needs no registration. */
export const checksServiceRef = createServiceRef<ChecksService>({
  id: 'checks.service',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { auth: coreServices.auth, discovery: coreServices.discovery },
      factory: ({ auth, discovery }) => ({
        as: credentials =>
          new ChecksClient({
            discoveryApi: discovery,
            fetchApi: {
              fetch: async (input, init) => {
                const { token } = await auth.getPluginRequestToken({
                  onBehalfOf: credentials,
                  targetPluginId: 'checks',
                });
                const headers = new Headers(init?.headers);
                headers.set('authorization', `Bearer ${token}`);
                return fetch(input, { ...init, headers });
              },
            },
          }),
      }),
    }),
});
