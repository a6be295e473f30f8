import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  ApprovalsService,
  approvalsServiceRef,
  AskOptions,
} from '@shopfloor/plugin-approvals-node';
import { Knex } from 'knex';
import request from 'supertest';
import approvalsPlugin from '..';

/** Two of merchandising's own, then one of security; 48 hours; escalation after 8; glass that security may break. */
export const POLICY = `apiVersion: shopfloor.dev/v1
kind: ApprovalPolicy
metadata:
  name: two-stages
  title: { en: Two stages, zh: 两个阶段 }
  description: { en: For tests, zh: 测试用 }
spec:
  plugin: traffic
  appliesTo: { types: [traffic-change] }
  stages:
    - name: owners
      title: { en: Owners, zh: 负责人 }
      quorum: 2
      approvers: { entityOwners: true }
    - name: security
      title: { en: Security, zh: 安全 }
      approvers: { groups: [group:default/security] }
  expiresAfterHours: 48
  escalation: { afterHours: 8, fallback: [group:default/platform] }
  breakGlass:
    groups: [group:default/security]
    reviewWithinHours: 24
    reviewers: [group:default/platform]
`;

/** Content of a request. */
export const HASH = `sha256:${'a'.repeat(64)}`;

function entity(kind: string, name: string, relations: [string, string][]) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'default' },
    relations: relations.map(([type, targetRef]) => ({ type, targetRef })),
  } satisfies Entity;
}

/** Groups of the people, by name. */
const PEOPLE: Record<string, string[]> = {
  rita: ['merchandising'],
  anna: ['merchandising'],
  bert: ['merchandising'],
  sven: ['security'],
  pia: ['platform'],
  otto: ['other'],
};

/** What {@link startApprovals} starts with; all of it may be changed afterwards. */
export interface TestWorld {
  files: Record<string, string>;
  entities: Entity[];
  groups: Record<string, string[]>;
  /** Decisions by permission; what is not there is allowed, and reading is a matter of participants. */
  policy: (permission: string, user: string) => PolicyDecision | undefined;
  sent: Array<{
    recipients: { entityRef: string[]; excludeEntityRef: string[] };
    payload: { title: string; link: string; severity: string };
  }>;
  notificationsFail: boolean;
  /** Events of the auditor, each as it began and as it ended. */
  audit: Array<{ eventId: string; status: string; approvalId?: unknown }>;
}

/** The people above, and products of merchandising. */
export function testWorld(): TestWorld {
  return {
    files: { 'two-stages.yaml': POLICY },
    entities: [
      entity('Component', 'products', [
        ['ownedBy', 'group:default/merchandising'],
      ]),
      ...Object.entries(PEOPLE).map(([name, groups]) =>
        entity(
          'User',
          name,
          groups.map(group => ['memberOf', `group:default/${group}`]),
        ),
      ),
    ],
    groups: structuredClone(PEOPLE),
    policy: () => undefined,
    sent: [],
    notificationsFail: false,
    audit: [],
  };
}

/** What the plugin `traffic` asks in tests. */
export function ask(changes: Partial<AskOptions> = {}): AskOptions {
  return {
    type: 'traffic-change',
    subjectId: 'change-1',
    entityRef: 'component:default/products',
    environment: 'production',
    title: { en: 'Send 60 % to v2', zh: '将 60% 流量切到 v2' },
    diff: {
      words: [{ en: '60 % of requests go to v2', zh: '60% 的请求进入 v2' }],
      fields: [
        { label: { en: 'v2', zh: 'v2' }, before: '10 %', after: '60 %' },
      ],
      texts: [],
      affected: [],
    },
    contentHash: HASH,
    risk: 'high',
    requester: 'user:default/rita',
    reason: 'v2 keeps its promise',
    link: '/catalog/default/component/products/traffic',
    ...changes,
  };
}

/** The plugin on real PostgreSQL, with the plugin `traffic` that owns subjects. */
export async function startApprovals(options: {
  world: TestWorld;
  knex: Knex;
}) {
  const { world, knex } = options;
  const scheduler = mockServices.scheduler();
  let owner: ApprovalsService | undefined;
  const groupsOf = (ref: string) =>
    (world.groups[ref.split('/')[1]] ?? []).map(
      name => `group:default/${name}`,
    );
  const decide = (name: string, credentials: any): PolicyDecision => {
    const user = credentials.principal.userEntityRef;
    const decided = world.policy(name, user);
    if (decided || name !== 'approvals.request.read') {
      return decided ?? { result: AuthorizeResult.ALLOW };
    }
    return {
      result: AuthorizeResult.CONDITIONAL,
      pluginId: 'approvals',
      resourceType: 'approvals-request',
      conditions: {
        rule: 'IS_PARTICIPANT',
        resourceType: 'approvals-request',
        params: { claims: [user, ...groupsOf(user)] },
      },
    };
  };
  const permissions = {
    authorize: async (requests, { credentials }: any) =>
      requests.map(({ permission }) => ({
        result: decide(permission.name, credentials).result,
      })) as any,
    authorizeConditional: async (requests, { credentials }: any) =>
      requests.map(({ permission }) =>
        decide(permission.name, credentials),
      ) as any,
  } satisfies PermissionsService;
  const backend = await startTestBackend({
    features: [
      approvalsPlugin,
      createBackendPlugin({
        pluginId: 'traffic',
        register(env) {
          env.registerInit({
            deps: { approvals: approvalsServiceRef },
            async init({ approvals }) {
              owner = approvals;
            },
          });
        },
      }),
      mockServices.rootConfig.factory({
        data: {
          permission: { enabled: true },
          approvals: { policies: ['https://git.test/approvals/*.yaml'] },
        },
      }),
      mockServices.database.factory({ knex }),
      createServiceFactory({
        service: coreServices.auditor,
        deps: {},
        factory: () => ({
          createEvent: async ({ eventId, meta }) => {
            const note = (status: string) =>
              world.audit.push({
                eventId,
                status,
                approvalId: meta?.approvalId,
              });
            note('initiated');
            return {
              success: async () => void note('succeeded'),
              fail: async () => void note('failed'),
            };
          },
        }),
      }),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      mockServices.urlReader.mock({
        search: async () => ({
          etag: '',
          files: Object.entries(world.files).map(([name, text]) => ({
            url: `https://git.test/approvals/${name}`,
            content: async () => Buffer.from(text),
          })),
        }),
      }).factory,
      catalogServiceMock.mock({
        getEntityByRef: async ref =>
          world.entities.find(
            ({ kind, metadata }) =>
              `${kind}:${metadata.namespace}/${metadata.name}`.toLowerCase() ===
              ref,
          ),
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
            if (world.notificationsFail) {
              throw new Error('no notifications');
            }
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
  const run = (task: string) => scheduler.triggerTask(`approvals-${task}`);
  await run('policies');
  const as = (name: string) => {
    const call =
      (method: 'get' | 'post') =>
      (path: string, body: object = {}) => {
        const started = request(backend.server as any)
          [method](`/api/approvals${path}`)
          .set(
            'Authorization',
            mockCredentials.user.header(`user:default/${name}`),
          );
        return method === 'get' ? started : started.send(body);
      };
    const post = call('post');
    return {
      get: call('get'),
      post,
      approve: (id: string, stage = 'owners', more: object = {}) =>
        post(`/requests/${id}/approve`, { stage, contentHash: HASH, ...more }),
      deny: (id: string, comment = 'not now') =>
        post(`/requests/${id}/deny`, {
          stage: 'owners',
          contentHash: HASH,
          comment,
        }),
    };
  };
  return {
    server: backend.server as any,
    stop: () => backend.stop(),
    run,
    as,
    /** The service of approvals as the plugin `traffic` has it. */
    traffic: owner!,
    /** Runs what `follow` scheduled. */
    take: (id = 'approvals-outcomes') => scheduler.triggerTask(id),
  };
}
