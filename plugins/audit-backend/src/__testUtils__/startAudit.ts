import {
  BackendFeature,
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import { JsonObject } from '@backstage/types';
import { Knex } from 'knex';
import request from 'supertest';
import plugin from '..';

/** What a test decides while the backend runs. */
export interface TestWorld {
  entities: Entity[];
  /** What the policy says of a permission to a person, on an entity if one is named. */
  decide: (
    permission: string,
    user: string,
    entityRef?: string,
  ) => PolicyDecision;
}

export const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
export const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/** A condition of the catalog. */
export function ifEntity(rule: string, params: JsonObject): PolicyDecision {
  return {
    result: AuthorizeResult.CONDITIONAL,
    pluginId: 'catalog',
    resourceType: 'catalog-entity',
    conditions: { rule, resourceType: 'catalog-entity', params } as never,
  };
}

/** A service as the catalog holds it. */
export function service(
  name: string,
  owner = 'group:default/checkout-team',
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'backstage.io/kubernetes-id': name },
    },
    spec: { type: 'service' },
    relations: [
      { type: 'ownedBy', targetRef: owner },
      { type: 'partOf', targetRef: 'system:default/shop' },
    ],
  };
}

/** Starts the plugin over a database; several starts over one database are several instances of the portal. */
export async function startAudit(
  knex: Knex,
  world: TestWorld,
  options: { config?: JsonObject; features?: BackendFeature[] } = {},
) {
  const scheduler = mockServices.scheduler();
  const backend = await startTestBackend({
    features: [
      plugin,
      catalogServiceMock.mock({
        queryEntities: async () => ({
          items: world.entities,
          totalItems: world.entities.length,
          pageInfo: {},
        }),
        getEntitiesByRefs: async ({ entityRefs }) => ({
          items: entityRefs.map(ref =>
            world.entities.find(entity => stringifyEntityRef(entity) === ref),
          ),
        }),
      }).factory,
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      mockServices.database.mock({ getClient: async () => knex }).factory,
      mockServices.permissions.mock({
        authorize: async (queries, { credentials }: any) =>
          queries.map(({ permission, resourceRef }: any) => ({
            result: world.decide(
              permission.name,
              credentials.principal.userEntityRef,
              resourceRef,
            ).result as AuthorizeResult.ALLOW,
          })),
        authorizeConditional: async (queries, { credentials }: any) =>
          queries.map(({ permission }) =>
            world.decide(permission.name, credentials.principal.userEntityRef),
          ),
      }).factory,
      mockServices.rootConfig.factory({
        data: {
          permission: { enabled: true },
          shopfloor: {
            clusters: [{ name: 'test', url: 'http://127.0.0.1:1' }],
            environments: ['production', 'staging'].map(name => ({
              name,
              title: name,
              production: name === 'production',
              cluster: 'test',
              namespace: name,
              prometheus: {
                url: 'http://127.0.0.1:1',
                evaluationIntervalSeconds: 5,
              },
            })),
          },
          ...options.config,
        },
      }),
      ...(options.features ?? []),
    ],
  });
  const call = (
    authorization: string,
    method: 'get' | 'post',
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ) =>
    request(backend.server)
      [method](`/api/audit${path}`)
      .set('Authorization', authorization)
      .set(headers)
      .send(body);
  return {
    server: backend.server,
    stop: () => backend.stop(),
    trigger: (task: string) => scheduler.triggerTask(`audit-${task}`),
    asPerson: (
      user: string,
      method: 'get' | 'post',
      path: string,
      body?: object,
      headers?: Record<string, string>,
    ) => call(mockCredentials.user.header(user), method, path, body, headers),
    withToken: (
      token: string,
      method: 'get' | 'post',
      path: string,
      body?: object,
    ) => call(`Bearer ${token}`, method, path, body),
    asProgram: (
      subject: string,
      method: 'get' | 'post',
      path: string,
      body?: object,
    ) =>
      call(
        mockCredentials.service.header({
          onBehalfOf: mockCredentials.service(subject),
          targetPluginId: 'audit',
        }),
        method,
        path,
        body,
      ),
  };
}
