import {
  coreServices,
  createServiceFactory,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import {
  AuthorizeResult,
  PolicyDecision,
} from '@backstage/plugin-permission-common';
import {
  CheckResult,
  ChecksApi,
  ListResultsOptions,
} from '@shopfloor/plugin-checks-common';
import { checksServiceRef } from '@shopfloor/plugin-checks-node';
import { Knex } from 'knex';
// eslint-disable-next-line @backstage/no-mixed-plugin-imports -- what decides about waivers in the tests
import approvalsPlugin from '@shopfloor/plugin-approvals-backend';
import scorecardsPlugin from '..';

/** A scorecard of bronze (readme 3, runbook 1; 75 %) and silver (probes 2), ok from 80 %, at risk from 50 %. */
export const READINESS = `apiVersion: shopfloor.dev/v1
kind: Scorecard
metadata:
  name: readiness
  title: { en: Readiness, zh: 就绪 }
  description: { en: Ready for production, zh: 可投入生产 }
spec:
  owner: group:default/platform-team
  appliesTo:
    - kind: Component
      spec.type: service
  states: { ok: 80, atRisk: 50 }
  categories:
    - name: docs
      title: { en: Documentation, zh: 文档 }
    - name: runtime
      title: { en: Runtime, zh: 运行时 }
  levels:
    - name: bronze
      title: { en: Bronze, zh: 铜 }
      threshold: 75
    - name: silver
      title: { en: Silver, zh: 银 }
  checks:
    - { check: readme, level: bronze, category: docs, weight: 3 }
    - { check: runbook, level: bronze, category: docs }
    - { check: probes, level: silver, category: runtime, weight: 2 }
`;

/** A service of a team in a system. */
export function service(name: string, team: string, system: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', title: `The ${name}` },
    spec: { type: 'service' },
    relations: [
      { type: 'ownedBy', targetRef: `group:default/${team}` },
      { type: 'partOf', targetRef: `system:default/${system}` },
    ],
  };
}

function node(kind: string, name: string, type: string, parent?: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'default' },
    relations: parent ? [{ type, targetRef: parent }] : [],
  };
}

/** Three services of two teams of one company, in two systems of one domain. */
export const entities: Entity[] = [
  service('cart', 'checkout', 'checkout'),
  service('orders', 'checkout', 'checkout'),
  service('products', 'merchandising', 'catalog'),
  {
    ...service('kit', 'checkout', 'checkout'),
    spec: { type: 'library' },
  },
  node('Group', 'company', 'childOf'),
  node('Group', 'checkout', 'childOf', 'group:default/company'),
  node('Group', 'merchandising', 'childOf', 'group:default/company'),
  node('Domain', 'commerce', 'partOf'),
  node('System', 'checkout', 'partOf', 'domain:default/commerce'),
  node('System', 'catalog', 'partOf', 'domain:default/commerce'),
];

/** What the check engine knows: outcomes by entity and check. `undefined` makes it fail. */
export interface TestChecks {
  outcomes: Record<string, Record<string, CheckResult['outcome']>> | undefined;
  staleAfter: string;
  /** What the feed of changes says; absent: it cannot tell. */
  changed?: string[];
  /** Entities whose results were read, in order. */
  reads: string[];
}

/** What {@link startScorecards} starts with; all of it may be changed afterwards. */
export interface TestWorld {
  files: Record<string, string>;
  entities: Entity[];
  checks: TestChecks;
  /** Decisions by permission; what is not there is allowed. */
  policy: (
    permission: string,
    user: string,
    resourceRef?: string,
  ) => PolicyDecision | undefined;
  /** Groups of people, by entity ref. */
  groups: Record<string, string[]>;
  sent: Array<{ recipients: unknown; payload: { title: string } }>;
  /** Notifications cannot be sent. */
  notificationsFail: boolean;
}

/** A world where everything is allowed. */
export function testWorld(): TestWorld {
  return {
    files: { 'readiness.yaml': READINESS },
    entities,
    checks: {
      reads: [],
      staleAfter: new Date(Date.now() + 3_600_000).toISOString(),
      outcomes: {
        'component:default/cart': {
          readme: 'pass',
          runbook: 'pass',
          probes: 'pass',
        },
        'component:default/orders': {
          readme: 'pass',
          runbook: 'fail',
          probes: 'fail',
        },
        'component:default/products': {
          readme: 'fail',
          runbook: 'unknown',
          probes: 'fail',
        },
      },
    },
    policy: () => undefined,
    groups: {},
    sent: [],
    notificationsFail: false,
  };
}

const CHECKS = ['readme', 'runbook', 'probes', 'other'];

function checksApi(world: TestWorld): ChecksApi {
  const known = () => {
    if (!world.checks.outcomes) {
      throw new Error('checks do not answer');
    }
    return world.checks.outcomes;
  };
  return {
    listDefinitions: async () => {
      known();
      return {
        items: CHECKS.map(name => ({
          name,
          appliesTo: { kind: 'Component' },
          category: name === 'probes' ? 'orchestration' : 'documentation',
          ...(name === 'probes' && {
            title: { en: 'Answers probes', zh: '响应探针' },
          }),
        })),
        invalid: [],
      };
    },
    listChanges: async () => {
      known();
      return { cursor: '7', entityRefs: world.checks.changed };
    },
    listResults: async ({
      entity = [],
      check = [],
      limit = 200,
      offset = 0,
    }: ListResultsOptions = {}) => {
      world.checks.reads.push(...entity);
      const all = entity.flatMap(entityRef =>
        Object.entries(known()[entityRef] ?? {})
          .filter(([name]) => check.includes(name))
          .map(([name, outcome]) => ({
            entityRef,
            check: name,
            outcome,
            observedAt: '2026-11-26T10:00:00.000Z',
            staleAfter: world.checks.staleAfter,
          })),
      );
      return {
        items: all.slice(offset, offset + limit),
        totalItems: all.length,
      };
    },
  } as unknown as ChecksApi;
}

/** The plugin on real PostgreSQL in a world of the test's own. */
export async function startScorecards(options: {
  world: TestWorld;
  knex: Knex;
  permissionsEnabled?: boolean;
  /** Decides about waivers by the approvals engine, with a database of its own and this policy. */
  approvals?: { knex: Knex; policy: string };
}) {
  const { world, knex, approvals } = options;
  const scheduler = mockServices.scheduler();
  const decide = (name: string, credentials: any, resourceRef?: string) =>
    world.policy(name, credentials.principal.userEntityRef, resourceRef) ?? {
      result: AuthorizeResult.ALLOW,
    };
  const permissions = {
    authorize: async (requests, { credentials }: any) =>
      requests.map(({ permission, resourceRef }) => ({
        result: decide(permission.name, credentials, resourceRef).result,
      })) as any,
    authorizeConditional: async (requests, { credentials }: any) =>
      requests.map(({ permission }) =>
        decide(permission.name, credentials),
      ) as any,
  } satisfies PermissionsService;
  const backend = await startTestBackend({
    features: [
      scorecardsPlugin,
      ...(approvals ? [approvalsPlugin] : []),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://portal.test' },
          backend: { baseUrl: 'http://portal.test' },
          permission: { enabled: options.permissionsEnabled ?? true },
          scorecards: {
            definitions: ['https://git.test/scorecards/*.yaml'],
            ...(approvals && { waivers: { approvals: 'engine' } }),
          },
          approvals: { policies: ['https://git.test/approvals/*.yaml'] },
        },
      }),
      createServiceFactory({
        service: coreServices.database,
        deps: { plugin: coreServices.pluginMetadata },
        factory: ({ plugin }) => ({
          getClient: async () =>
            approvals && plugin.getId() === 'approvals' ? approvals.knex : knex,
        }),
      }),
      createServiceFactory({
        service: coreServices.scheduler,
        deps: {},
        factory: () => scheduler,
      }),
      mockServices.urlReader.mock({
        search: async address => ({
          etag: '',
          files: Object.entries(
            approvals && address.includes('/approvals/')
              ? { 'policy.yaml': approvals.policy }
              : world.files,
          ).map(([name, text]) => ({
            url: address.replace('*.yaml', name),
            content: async () => Buffer.from(text),
          })),
        }),
      }).factory,
      catalogServiceMock.mock({
        queryEntities: async () => ({
          items: world.entities,
          totalItems: world.entities.length,
          pageInfo: {},
        }),
        getEntityByRef: async ref =>
          world.entities.find(entity => stringifyEntityRef(entity) === ref),
      }).factory,
      mockServices.userInfo.mock({
        getUserInfo: async (credentials: any) => {
          const { userEntityRef } = credentials.principal;
          return {
            userEntityRef,
            ownershipEntityRefs: [
              userEntityRef,
              ...(world.groups[userEntityRef] ?? []),
            ],
          };
        },
      }).factory,
      createServiceFactory({
        service: checksServiceRef,
        deps: {},
        factory: () => ({ as: () => checksApi(world) }),
      }),
      createServiceFactory({
        service: notificationService,
        deps: {},
        factory: () => ({
          send: async notification => {
            if (world.notificationsFail) {
              throw new Error('no notifications');
            }
            world.sent.push(notification);
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
  const run = (...tasks: string[]) =>
    tasks.reduce(
      (before, task) =>
        before.then(() => scheduler.triggerTask(`scorecards-${task}`)),
      Promise.resolve(),
    );
  return {
    server: backend.server as any,
    stop: () => backend.stop(),
    /** Runs tasks of the plugin by name. */
    run,
    /** Has the approvals plugin read its policies. */
    readPolicies: () => scheduler.triggerTask('approvals-policies'),
    /** Has the approvals plugin see what time it is. */
    engineClock: () => scheduler.triggerTask('approvals-clock'),
    /** Reads definitions and entities, grades, announces. */
    round: () => run('sync', 'grading', 'announcements'),
  };
}
