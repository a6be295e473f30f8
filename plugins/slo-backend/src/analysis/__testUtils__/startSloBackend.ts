import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import plugin from '../..';

/** What the backend of a test stands on. */
export interface StartSloBackendOptions {
  databases: TestDatabases;
  /** Folder of the definitions. */
  folder: string;
  prometheusUrl: string;
  intervalSeconds: number;
  entities: Entity[];
  /** What the catalog shows to whom. */
  visible?: (entityRef: string, user: string) => boolean;
  permission?: () => AuthorizeResult.ALLOW | AuthorizeResult.DENY;
  /** Further configuration. */
  config?: Record<string, unknown>;
  /** Further features, for example a plugin that is asked. */
  features?: Parameters<typeof startTestBackend>[0]['features'];
}

/** Starts the plugin on a database of its own, with background work on demand. */
export async function startSloBackend(options: StartSloBackendOptions) {
  const { entities, visible = () => true, prometheusUrl } = options;
  const scheduler = mockServices.scheduler();
  const knex = await options.databases.init('POSTGRES_18');
  const backend = await startTestBackend({
    features: [
      plugin,
      catalogServiceMock.mock({
        getEntities: async () => ({
          items: entities.filter(
            ({ metadata }) => metadata.annotations?.['shopfloor.dev/slo'],
          ),
        }),
        getEntitiesByRefs: async (
          { entityRefs }: { entityRefs: string[] },
          { credentials }: any,
        ) => ({
          items: entityRefs.map(ref =>
            visible(ref, credentials.principal.userEntityRef)
              ? entities.find(entity => stringifyEntityRef(entity) === ref)
              : undefined,
          ),
        }),
      } as any).factory,
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      mockServices.database.mock({ getClient: async () => knex }).factory,
      mockServices.permissions.mock({
        // Under conditions, so that the catalog decides.
        authorizeConditional: async queries =>
          queries.map(() => ({
            result: AuthorizeResult.CONDITIONAL,
            pluginId: 'catalog',
            resourceType: 'catalog-entity',
            conditions: {
              rule: 'IS_ENTITY_KIND',
              resourceType: 'catalog-entity',
              params: { kinds: ['component'] },
            },
          })),
        authorize: async queries =>
          queries.map(() => ({
            result: options.permission?.() ?? AuthorizeResult.ALLOW,
          })),
      }).factory,
      mockServices.rootConfig.factory({
        data: {
          permission: { enabled: true },
          slo: { fileRoots: [options.folder] },
          shopfloor: {
            clusters: [{ name: 'test', url: 'https://127.0.0.1:1' }],
            environments: ['production', 'staging'].map(name => ({
              name,
              cluster: 'test',
              namespace: name,
              prometheus: {
                url: prometheusUrl,
                evaluationIntervalSeconds: options.intervalSeconds,
              },
            })),
          },
          ...options.config,
        },
      }),
      ...(options.features ?? []),
    ],
  });
  return {
    server: backend.server,
    knex,
    stop: () => backend.stop(),
    round: async () => {
      await scheduler.triggerTask('slo-discovery');
      await scheduler.triggerTask('slo-evaluation');
    },
  };
}
