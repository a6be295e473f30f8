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
import {
  AuthorizeResult,
  PermissionCondition,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { sloObjectiveReadPermission } from '@shopfloor/plugin-slo-common';
// eslint-disable-next-line @backstage/no-mixed-plugin-imports -- what decides about past maintenance in the tests
import approvalsPlugin from '@shopfloor/plugin-approvals-backend';
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
  permission?: (
    name: string,
    user: string,
  ) => AuthorizeResult.ALLOW | AuthorizeResult.DENY;
  /** The catalog's rule that entities must meet for somebody to read their SLOs; absent: all of them. */
  readable?: (
    user: string,
  ) => Pick<PermissionCondition, 'rule' | 'params'> | undefined;
  /** The approvals engine, which decides by this policy. */
  approvals?: { policy: string; groups: Record<string, string[]> };
  /** Further configuration. */
  config?: Record<string, unknown>;
  /** Further features, for example a plugin that is asked. */
  features?: Parameters<typeof startTestBackend>[0]['features'];
}

/** Starts the plugin on a database of its own, with background work on demand. */
export async function startSloBackend(options: StartSloBackendOptions) {
  const { entities, visible = () => true, prometheusUrl, approvals } = options;
  const scheduler = mockServices.scheduler();
  const knex = await options.databases.init('POSTGRES_18');
  const engineDb = approvals && (await options.databases.init('POSTGRES_18'));
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
        getEntityByRef: async (ref: string) =>
          entities.find(entity => stringifyEntityRef(entity) === ref),
      } as any).factory,
      ...(approvals ? [approvalsPlugin, ...engineSurroundings(approvals)] : []),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      createServiceFactory({
        service: coreServices.database,
        deps: { plugin: coreServices.pluginMetadata },
        factory: ({ plugin: { getId } }) => ({
          getClient: async () =>
            engineDb && getId() === 'approvals' ? engineDb : knex,
        }),
      }),
      mockServices.permissions.mock({
        // Under conditions, so that the catalog decides.
        authorizeConditional: async (queries, { credentials }: any) =>
          queries.map(({ permission }): PolicyDecision => {
            const { userEntityRef } = credentials.principal;
            const rule = options.readable?.(userEntityRef);
            if (permission.name === sloObjectiveReadPermission.name && rule) {
              return {
                result: AuthorizeResult.CONDITIONAL,
                pluginId: 'catalog',
                resourceType: 'catalog-entity',
                conditions: { resourceType: 'catalog-entity', ...rule },
              };
            }
            return permission.name.startsWith('catalog.')
              ? {
                  result: AuthorizeResult.CONDITIONAL,
                  pluginId: 'catalog',
                  resourceType: 'catalog-entity',
                  conditions: {
                    rule: 'IS_ENTITY_KIND',
                    resourceType: 'catalog-entity',
                    params: { kinds: ['component'] },
                  },
                }
              : {
                  result:
                    options.permission?.(permission.name, userEntityRef) ??
                    AuthorizeResult.ALLOW,
                };
          }),
        authorize: async (queries, { credentials }: any) =>
          queries.map(({ permission }) => ({
            result:
              options.permission?.(
                permission.name,
                credentials.principal.userEntityRef,
              ) ?? AuthorizeResult.ALLOW,
          })),
      }).factory,
      mockServices.rootConfig.factory({
        data: {
          permission: { enabled: true },
          slo: { fileRoots: [options.folder] },
          approvals: { policies: ['https://git.test/approvals/*.yaml'] },
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
    engineDb,
    /** Runs a task by its id. */
    run: (task: string) => scheduler.triggerTask(task),
    stop: () => backend.stop(),
    round: async () => {
      await scheduler.triggerTask('slo-discovery');
      await scheduler.triggerTask('slo-evaluation');
    },
  };
}

/** What the approvals engine reads: its policy, and who is in which group. */
function engineSurroundings(approvals: {
  policy: string;
  groups: Record<string, string[]>;
}) {
  return [
    mockServices.urlReader.mock({
      search: async address => ({
        etag: '',
        files: [
          {
            url: address.replace('*.yaml', 'policy.yaml'),
            content: async () => Buffer.from(approvals.policy),
          },
        ],
      }),
    }).factory,
    mockServices.userInfo.mock({
      getUserInfo: async (credentials: any) => {
        const { userEntityRef } = credentials.principal;
        return {
          userEntityRef,
          ownershipEntityRefs: [
            userEntityRef,
            ...(approvals.groups[userEntityRef] ?? []),
          ],
        };
      },
    }).factory,
  ];
}
