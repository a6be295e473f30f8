import {
  BackstageCredentials,
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import {
  AuditClientOptions,
  callAudit,
  ChangeReport,
  ChangesApi,
  ChangesClient,
} from '@shopfloor/plugin-audit-common';

/** Changes and incidents for other plugins, in this process or another. */
export interface ChangesService {
  /**
   * Tells of changes that this plugin made, at most 100 at once. The same `sourceId` again updates, so it may be told as often
   * as one likes. What was refused or did not arrive throws: keep it and tell it again.
   *
   * @throws ResponseError when the store refuses it, another error when it does not answer
   */
  record(reports: ChangeReport[]): Promise<void>;
  /**
   * The API in somebody's name. With a person's credentials it shows what that person may see; with a plugin's own everything,
   * if that plugin is among those that may read (the README of the backend names them).
   */
  as(credentials: BackstageCredentials): ChangesApi;
}

/** Service reference of changes and incidents; needs no registration. */
export const changesServiceRef = createServiceRef<ChangesService>({
  id: 'audit.changes',
  scope: 'plugin',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { auth: coreServices.auth, discovery: coreServices.discovery },
      factory: ({ auth, discovery }) => {
        const optionsOf = (
          credentials: () => Promise<BackstageCredentials>,
        ): AuditClientOptions => ({
          discoveryApi: discovery,
          fetchApi: {
            fetch: async (input, init) => {
              const { token } = await auth.getPluginRequestToken({
                onBehalfOf: await credentials(),
                targetPluginId: 'audit',
              });
              const headers = new Headers(init?.headers);
              headers.set('authorization', `Bearer ${token}`);
              return fetch(input, { ...init, headers });
            },
          },
        });
        return {
          async record(reports) {
            if (reports.length > 0) {
              await callAudit(
                optionsOf(() => auth.getOwnServiceCredentials()),
                { path: '/changes', body: { changes: reports } },
              );
            }
          },
          as: credentials =>
            new ChangesClient(optionsOf(async () => credentials)),
        };
      },
    }),
});
