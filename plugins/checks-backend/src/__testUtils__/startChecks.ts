import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { checksCollectorsExtensionPoint } from '@shopfloor/plugin-checks-node';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import { Knex } from 'knex';
import plugin from '..';
import { TestCollector } from './TestCollector';

/** What a test decides while the backend runs. */
export interface TestWorld {
  files: Record<string, string>;
  entities: Entity[];
  collectors: TestCollector[];
  /** What the policy says of a permission to a person. */
  decide: (permission: string, user: string | undefined) => PolicyDecision;
  /** Configuration besides that of definitions. */
  config?: { checks: JsonObject };
  /** Thrown by the reader of files when set. */
  readFailure?: Error;
}

/** A service as the catalog holds it. */
export function service(
  name: string,
  options: { owner?: string; kind?: string } = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: options.kind ?? 'Component',
    metadata: { name, namespace: 'default' },
    spec: { type: 'service' },
    relations: [
      {
        type: 'ownedBy',
        targetRef: options.owner ?? 'group:default/checkout-team',
      },
      { type: 'partOf', targetRef: 'system:default/shop' },
    ],
  };
}

/** Starts the plugin over a database; several starts over one database are several instances of the portal. */
export async function startChecks(knex: Knex, world: TestWorld) {
  const scheduler = mockServices.scheduler();
  const backend = await startTestBackend({
    features: [
      plugin,
      createBackendModule({
        pluginId: 'checks',
        moduleId: 'test-collectors',
        register(env) {
          env.registerInit({
            deps: { collectors: checksCollectorsExtensionPoint },
            async init({ collectors }) {
              collectors.addCollector(...world.collectors);
            },
          });
        },
      }),
      catalogServiceMock.mock({
        queryEntities: async () => ({
          items: world.entities,
          totalItems: world.entities.length,
          pageInfo: {},
        }),
      }).factory,
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      mockServices.database.mock({ getClient: async () => knex }).factory,
      mockServices.urlReader.mock({
        search: async () => {
          if (world.readFailure) {
            throw world.readFailure;
          }
          return {
            etag: '',
            files: Object.entries(world.files).map(([name, content]) => ({
              url: `https://git.test/checks/${name}`,
              content: async () => Buffer.from(content),
            })),
          };
        },
      }).factory,
      mockServices.permissions.mock({
        authorize: async (queries, options) =>
          queries.map(({ permission }) => ({
            result:
              world.decide(permission.name, userOf(options)).result ===
              AuthorizeResult.ALLOW
                ? AuthorizeResult.ALLOW
                : AuthorizeResult.DENY,
          })),
        authorizeConditional: async (queries, options) =>
          queries.map(({ permission }) =>
            world.decide(permission.name, userOf(options)),
          ),
      }).factory,
      mockServices.rootConfig.factory({
        data: {
          permission: { enabled: true },
          checks: {
            definitions: { locations: ['https://git.test/checks/*.yaml'] },
            ...world.config?.checks,
          },
        },
      }),
    ],
  });
  return {
    server: backend.server,
    stop: () => backend.stop(),
    trigger: (task: string) => scheduler.triggerTask(`checks-${task}`),
    round: async () => {
      for (const task of ['definitions', 'discovery', 'collection']) {
        await scheduler.triggerTask(`checks-${task}`);
      }
    },
  };
}

function userOf(options: any): string | undefined {
  return options?.credentials?.principal?.userEntityRef;
}
