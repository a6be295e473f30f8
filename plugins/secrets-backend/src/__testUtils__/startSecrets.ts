import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  BackendFeature,
  coreServices,
  createServiceFactory,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { NotFoundError } from '@backstage/errors';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
// eslint-disable-next-line @backstage/no-mixed-plugin-imports -- the engine that decides
import approvalsPlugin from '@shopfloor/plugin-approvals-backend';
import { ChangeReport } from '@shopfloor/plugin-audit-common';
import { changesServiceRef } from '@shopfloor/plugin-audit-node';
import { Grant, GrantRequest, Preview } from '@shopfloor/plugin-secrets-common';
import { Knex } from 'knex';
import request from 'supertest';
import secretsPlugin from '..';
import { grantEngineServiceRef } from '../engine/grantEngineServiceRef';
import { MemoryEngine } from './MemoryEngine';

/** Groups of the people, by name. */
export const PEOPLE: Record<string, string[]> = {
  farid: ['checkout'],
  fay: ['checkout'],
  giulia: ['payments'],
  gus: ['payments'],
  dana: ['security-team'],
  emil: ['platform-team'],
  otto: ['other'],
};

/** What payments declares. */
export const DECLARATIONS = `apiVersion: shopfloor.dev/v1
kind: ServiceSecrets
metadata: { name: payments }
spec:
  secrets:
    - name: provider-key
      title: { en: Key of the payment provider, zh: 支付服务商密钥 }
      kind: kv
      path: provider
      class: sensitive
      rotationDays: 90
      access: [read, write]
      readers: [orders]
    - name: database
      title: { en: Database, zh: 数据库 }
      kind: database
      class: standard
      access: [read]
`;

function component(name: string, owner: string, annotations = {}): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': `url:https://git.test/services/${name}/catalog-info.yaml`,
        ...annotations,
      },
    },
    relations: [{ type: 'ownedBy', targetRef: `group:default/${owner}` }],
  };
}

function user(name: string, groups: string[]): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name, namespace: 'default' },
    spec: { profile: { email: `${name}@larkfield.example` } },
    relations: groups.map(group => ({
      type: 'memberOf',
      targetRef: `group:default/${group}`,
    })),
  };
}

/** What {@link startSecrets} starts with; all of it may be changed afterwards. */
export interface TestWorld {
  declarations: string;
  entities: Entity[];
  engine: MemoryEngine;
  catalogFails: boolean;
  /** Entity refs that the catalog shows to services alone. */
  hiddenFromPeople: string[];
  auditFails: boolean;
  sent: Array<{ recipients: { entityRef: string[] }; payload: any }>;
  changes: ChangeReport[];
  audit: Array<{ eventId: string; status: string; meta?: any }>;
}

/** Orders of checkout, payments of payments, and the people above. */
export function testWorld(): TestWorld {
  return {
    declarations: DECLARATIONS,
    entities: [
      component('orders', 'checkout'),
      component('payments', 'payments', {
        'shopfloor.dev/secrets': './secrets.yaml',
      }),
      ...Object.entries(PEOPLE).map(([name, groups]) => user(name, groups)),
    ],
    engine: new MemoryEngine(),
    catalogFails: false,
    hiddenFromPeople: [],
    auditFails: false,
    sent: [],
    changes: [],
    audit: [],
  };
}

/** What orders asks of payments. */
export function asks(changes: Partial<GrantRequest> = {}): GrantRequest {
  return {
    environment: 'production',
    subject: {
      kind: 'service-account',
      entityRef: 'component:default/orders',
      namespace: 'production',
      name: 'orders',
    },
    owner: 'component:default/payments',
    secret: { kind: 'kv', path: 'provider', declared: 'provider-key' },
    access: ['read'],
    reason: 'refunds go through the provider',
    durationSeconds: 7 * 86_400,
    delivery: 'agent',
    ...changes,
  };
}

const OWNERS: Record<string, string[]> = {
  'secrets.grant.read': ['IS_OWNER_OF_SUBJECT', 'IS_OWNER_OF_SECRET'],
  'secrets.grant.renew': ['IS_OWNER_OF_SUBJECT'],
  'secrets.grant.revoke': ['IS_OWNER_OF_SUBJECT', 'IS_OWNER_OF_SECRET'],
  'secrets.grant.repair': ['IS_OWNER_OF_SECRET'],
};

const policies = resolve(__dirname, '../../../../platform/approvals');
let keys = 0;

/** Notes the events of secrets in the world. */
function auditorOf(world: TestWorld): BackendFeature {
  return createServiceFactory({
    service: coreServices.auditor,
    deps: { plugin: coreServices.pluginMetadata },
    factory: ({ plugin }) => ({
      createEvent: async ({ eventId, meta }) => {
        if (world.auditFails) {
          throw new Error('the audit trail does not answer');
        }
        const note = (status: string) => {
          if (plugin.getId() === 'secrets') {
            world.audit.push({ eventId, status, meta });
          }
        };
        note('initiated');
        return {
          success: async () => note('succeeded'),
          fail: async () => note('failed'),
        };
      },
    }),
  });
}

/**
 * The plugin on real PostgreSQL with the approvals engine and the policies that are shipped.
 *
 * @param options - `production`: names of environments that are, one of that name by default; `auditor`: in place of the one that notes events in the world; `features`: besides
 */
export async function startSecrets(options: {
  world: TestWorld;
  secretsDb: Knex;
  approvalsDb: Knex;
  production?: string[];
  auditor?: BackendFeature;
  features?: BackendFeature[];
}) {
  const {
    world,
    secretsDb,
    approvalsDb,
    production = ['production'],
  } = options;
  const scheduler = mockServices.scheduler();
  const groupsOf = (ref: string) =>
    (PEOPLE[ref.split('/')[1]] ?? []).map(group => `group:default/${group}`);
  const decide = (name: string, credentials: any): PolicyDecision => {
    const ref = credentials.principal.userEntityRef;
    const claims = [ref, ...groupsOf(ref)];
    const privileged =
      claims.includes('group:default/security-team') ||
      claims.includes('group:default/platform-team');
    if (name === 'secrets.review.manage') {
      return {
        result: privileged ? AuthorizeResult.ALLOW : AuthorizeResult.DENY,
      };
    }
    const rules = OWNERS[name];
    if (!rules || (privileged && name !== 'secrets.grant.renew')) {
      return { result: AuthorizeResult.ALLOW };
    }
    return {
      result: AuthorizeResult.CONDITIONAL,
      pluginId: 'secrets',
      resourceType: 'secrets-grant',
      conditions: {
        anyOf: rules.map(rule => ({
          rule,
          resourceType: 'secrets-grant',
          params: { claims },
        })) as any,
      },
    };
  };
  const permissions: PermissionsService = {
    authorize: async (requests, { credentials }: any) =>
      requests.map(({ permission }) => ({
        result: decide(permission.name, credentials).result,
      })) as any,
    authorizeConditional: async (requests, { credentials }: any) =>
      requests.map(({ permission }) =>
        decide(permission.name, credentials),
      ) as any,
  };
  const find = (ref: string) =>
    world.entities.find(
      entity => stringifyEntityRef(entity).toLowerCase() === ref.toLowerCase(),
    );
  const catalog = () => {
    if (world.catalogFails) {
      throw new Error('no catalog');
    }
  };
  const backend = await startTestBackend({
    features: [
      approvalsPlugin,
      secretsPlugin,
      mockServices.rootConfig.factory({
        data: {
          permission: { enabled: true },
          approvals: { policies: ['https://git.test/approvals/*.yaml'] },
          integrations: {
            gerrit: [],
            github: [{ host: 'git.test', apiBaseUrl: 'https://git.test/api' }],
          },
          shopfloor: {
            clusters: [{ name: 'test', url: 'https://127.0.0.1:1' }],
            environments: ['production', 'staging'].map(name => ({
              name,
              production: production.includes(name),
              cluster: 'test',
              prometheus: { url: 'http://127.0.0.1:1' },
              vault: { mount: name },
            })),
          },
          secrets: {
            vault: { address: 'http://vault.test' },
            environments: [{ name: 'production' }, { name: 'staging' }],
          },
        },
      }),
      createServiceFactory({
        service: coreServices.database,
        deps: { plugin: coreServices.pluginMetadata },
        factory: ({ plugin }) => ({
          getClient: async () =>
            plugin.getId() === 'secrets' ? secretsDb : approvalsDb,
        }),
      }),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      createServiceFactory({
        service: grantEngineServiceRef,
        deps: {},
        factory: () => world.engine,
      }),
      options.auditor ?? auditorOf(world),
      ...(options.features ?? []),
      createServiceFactory({
        service: changesServiceRef,
        deps: {},
        factory: () =>
          ({
            record: async (reports: ChangeReport[]) => {
              world.changes.push(...reports);
            },
          }) as any,
      }),
      mockServices.urlReader.mock({
        search: async () => ({
          etag: '',
          files: readdirSync(policies)
            .filter(name => name.endsWith('.yaml'))
            .map(name => ({
              url: `https://git.test/approvals/${name}`,
              content: async () => readFileSync(join(policies, name)),
            })),
        }),
        readUrl: (async (url: string) => {
          const values = /deploy\/values(-\w+)?\.yaml$/.exec(url);
          if (values?.[1]) {
            throw new NotFoundError(`${url} is not there`);
          }
          return {
            buffer: async () =>
              Buffer.from(values ? 'name: orders\n' : world.declarations),
          };
        }) as any,
      }).factory,
      catalogServiceMock.mock({
        getEntityByRef: async ref => {
          catalog();
          return find(ref as string);
        },
        getEntitiesByRefs: async ({ entityRefs }, asked: any) => {
          catalog();
          const hidden =
            asked?.credentials.principal.type === 'user'
              ? world.hiddenFromPeople
              : [];
          return {
            items: entityRefs.map(ref =>
              hidden.includes(ref) ? undefined : find(ref),
            ),
          };
        },
        getEntities: async () => {
          catalog();
          return {
            items: world.entities.filter(
              ({ metadata }) =>
                metadata.annotations?.['shopfloor.dev/secrets'] !== undefined,
            ),
          };
        },
      }).factory,
      mockServices.userInfo.mock({
        getUserInfo: async (credentials: any) => {
          const { userEntityRef } = credentials.principal;
          return {
            userEntityRef,
            ownershipEntityRefs: [userEntityRef, ...groupsOf(userEntityRef)],
          };
        },
      }).factory,
      createServiceFactory({
        service: notificationService,
        deps: {},
        factory: () => ({
          send: async notification => {
            world.sent.push(notification as never);
          },
        }),
      }),
      createServiceFactory({
        service: coreServices.permissions,
        deps: {},
        factory: () => permissions,
      }),
    ],
  });
  const run = (task: string) => scheduler.triggerTask(task);
  await run('approvals-policies');
  await run('secrets-declarations');
  const as = (name: string) => {
    const header = mockCredentials.user.header(`user:default/${name}`);
    const get = (path: string) =>
      request(backend.server as any)
        .get(`/api/secrets${path}`)
        .set('Authorization', header);
    const post = (path: string, body: object = {}, key?: string) => {
      keys += 1;
      return request(backend.server as any)
        .post(`/api/secrets${path}`)
        .set('Authorization', header)
        .set('Idempotency-Key', key ?? `test-key-${keys}`)
        .send(body);
    };
    return {
      get,
      post,
      preview: async (asked: GrantRequest): Promise<Preview> => {
        const { status, body } = await post('/previews', asked);
        if (status !== 200) {
          throw new Error(JSON.stringify(body));
        }
        return body;
      },
      ask: async (asked: GrantRequest = asks()): Promise<Grant> => {
        const { body: shown } = await post('/previews', asked);
        const { status, body } = await post('/grants', {
          request: asked,
          contentHash: shown.contentHash,
        });
        if (status !== 201) {
          throw new Error(JSON.stringify(shown.error ?? body));
        }
        return body;
      },
      grant: async (id: string): Promise<Grant> =>
        (await get(`/grants/${id}`)).body,
      decide: async (
        act: 'approve' | 'deny',
        approvalId: string,
        comment?: string,
      ) => {
        const { body } = await request(backend.server as any)
          .get(`/api/approvals/requests/${approvalId}`)
          .set('Authorization', header);
        const { stages, stage, subject } = body.request;
        const answer = await request(backend.server as any)
          .post(`/api/approvals/requests/${approvalId}/${act}`)
          .set('Authorization', header)
          .send({
            stage: stages[stage].name,
            contentHash: subject.contentHash,
            ...(comment && { comment }),
          });
        if (answer.status !== 200) {
          throw new Error(JSON.stringify(answer.body));
        }
      },
    };
  };
  const work = () => run('secrets-work');
  const outcomes = () => run('approvals-outcomes');
  return {
    stop: () => backend.stop(),
    server: backend.server as any,
    run,
    work,
    outcomes,
    as,
    /** Has a grant decided by those whom the shipped policies name, and done. */
    approve: async (id: string, approvers: string[] = ['giulia', 'dana']) => {
      await work();
      const { approvalRequestId } = await as('giulia').grant(id);
      for (const name of approvers) {
        await as(name).decide('approve', approvalRequestId!);
      }
      await outcomes();
      await work();
    },
  };
}
