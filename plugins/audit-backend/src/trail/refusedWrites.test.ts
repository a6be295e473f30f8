import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { trailAuditorServiceFactory } from '@shopfloor/plugin-audit-node';
/* eslint-disable @backstage/no-mixed-plugin-imports -- whose writes are looked at */
import approvals from '@shopfloor/plugin-approvals-backend';
import checks from '@shopfloor/plugin-checks-backend';
import scorecards from '@shopfloor/plugin-scorecards-backend';
import secrets from '@shopfloor/plugin-secrets-backend';
import slo from '@shopfloor/plugin-slo-backend';
import traffic from '@shopfloor/plugin-traffic-backend';
/* eslint-enable @backstage/no-mixed-plugin-imports */
import { Knex } from 'knex';
import request from 'supertest';
import audit from '..';
import { service } from '../__testUtils__/startAudit';

jest.setTimeout(120_000);

const PERSON = 'user:default/ada';
const ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';
const HASH = `sha256:${'a'.repeat(64)}`;
const LATER = new Date(Date.now() + 86_400_000).toISOString();
const PLUGINS = [
  'approvals',
  'audit',
  'checks',
  'scorecards',
  'secrets',
  'slo',
  'traffic',
];

/** Routes that write nothing of their own; `writingRoutes.test.ts` says why. */
const NONE =
  /^(approvals POST \/outcomes\/acknowledge|audit POST \/(changes|alertmanager|acts.*)|checks POST \/test|scorecards POST \/what-if|secrets POST \/previews|traffic POST .*\/preview)$/;

const subject = {
  type: 'traffic-change',
  subjectId: 'c1',
  title: { en: 'T', zh: '题' },
  diff: {
    words: [{ en: 'W', zh: '字' }],
    fields: [],
    texts: [],
    affected: [],
  },
  contentHash: HASH,
  risk: 'high',
  requester: PERSON,
  reason: 'R',
  link: '/',
};
const weights = [
  { subset: 'v1', weight: 50 },
  { subset: 'v2', weight: 50 },
];

/** Bodies that are well-formed, for who may nothing. */
const BODIES: Record<string, object> = {
  'approvals POST /subjects/requests': subject,
  'approvals POST /subjects/supersede': subject,
  'approvals POST /requests/:id/${act}': {
    stage: 's',
    contentHash: HASH,
  },
  'approvals POST /delegations': {
    to: 'user:default/ben',
    startsAt: LATER,
    endsAt: new Date(Date.now() + 2 * 86_400_000).toISOString(),
  },
  'audit POST /incidents': {
    title: 'T',
    entityRefs: ['component:default/orders'],
    environment: 'production',
    severity: 'page',
  },
  'checks POST /runs': { entityRefs: ['component:default/orders'] },
  'scorecards POST /waivers': {
    scorecard: 'readiness',
    entityRef: 'component:default/orders',
    check: 'probes',
    reason: 'The next release has them',
    expiresAt: LATER,
  },
  'scorecards POST /campaigns': {
    title: 'Probes',
    scorecard: 'readiness',
    checks: ['probes'],
    deadline: LATER,
  },
  'scorecards POST /badges': {
    scorecard: 'readiness',
    entityRef: 'component:default/orders',
  },
  'secrets POST /grants': {
    request: {
      environment: 'production',
      subject: {
        kind: 'service-account',
        entityRef: 'component:default/orders',
        namespace: 'production',
        name: 'orders',
      },
      owner: 'component:default/orders',
      secret: { kind: 'kv', path: 'provider' },
      access: ['read'],
      reason: 'R',
      durationSeconds: 86_400,
      delivery: 'agent',
    },
    contentHash: HASH,
  },
  'secrets POST /grants/:id/renew': { reason: 'R', durationSeconds: 86_400 },
  'secrets POST /grants/:id/revoke': { reason: 'R' },
  'secrets POST /rotations/:id/done': { comment: 'C' },
  'secrets POST /reviews': { title: 'T', dueAt: LATER },
  'secrets POST /reviews/:id/decisions': { grantId: ID, verdict: 'keep' },
  'traffic POST ${route}/changes': { weights, resourceVersion: '1' },
};

/** Paths that the source writes with a name of an act in it. */
const ACTS: Record<string, string[]> = {
  secrets: ['repair', 'accept', 'retry'],
};

function routesOf(id: string): string[] {
  const folder = resolve(__dirname, `../../../${id}-backend/src`);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.ts$/.test(name) && !/\.test\.ts$/.test(name))
    .flatMap(name =>
      [
        ...readFileSync(join(folder, name), 'utf8').matchAll(
          /router\s*\.(post|put|patch|delete)\(\s*(['"`])(.+?)\2/g,
        ),
      ].map(([, method, , path]) => `${id} ${method.toUpperCase()} ${path}`),
    )
    .flatMap(route =>
      (ACTS[id] ?? ['${act}']).map(act => route.replace('${act}', act)),
    )
    .filter((route, at, all) => all.indexOf(route) === at)
    .filter(route => !NONE.test(route));
}

/** An address that a route takes. */
function addressOf(path: string): string {
  return path
    .replace('${route}', '/routes/production/component/default/orders')
    .replace('${act}', 'approve')
    .replace(':act', 'approve')
    .replace(':format', 'junit')
    .replaceAll(/:\w+/g, ID);
}

describe('a write that is refused', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  const knexes = new Map<string, Knex>();
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  beforeAll(async () => {
    for (const id of PLUGINS) {
      knexes.set(id, await databases.init('POSTGRES_18'));
    }
    const scheduler = mockServices.scheduler();
    const orders = service('orders');
    backend = await startTestBackend({
      features: [
        approvals,
        audit,
        checks,
        scorecards,
        secrets,
        slo,
        traffic,
        trailAuditorServiceFactory,
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://portal.test' },
            backend: { baseUrl: 'http://portal.test' },
            permission: { enabled: true },
            shopfloor: {
              clusters: [{ name: 'test', url: 'http://127.0.0.1:9' }],
              environments: [
                {
                  name: 'production',
                  title: 'Production',
                  production: true,
                  cluster: 'test',
                  namespace: 'production',
                  prometheus: {
                    url: 'http://127.0.0.1:9',
                    evaluationIntervalSeconds: 5,
                  },
                },
              ],
            },
            traffic: {
              clusters: [{ name: 'test', token: 't' }],
              environments: [{ name: 'production' }],
              impersonation: { groups: [] },
            },
            checks: { definitions: { locations: [] } },
            // No Vault: what is refused reaches none.
            secrets: { environments: [{ name: 'production' }] },
          },
        }),
        createServiceFactory({
          service: coreServices.database,
          deps: { plugin: coreServices.pluginMetadata },
          factory: ({ plugin }) => ({
            getClient: async () => knexes.get(plugin.getId())!,
          }),
        }),
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
        createServiceFactory({
          service: notificationService,
          deps: {},
          factory: () => ({ send: async () => {} }),
        }),
        mockServices.urlReader.mock({
          search: async () => ({ etag: '', files: [] }),
        }).factory,
        catalogServiceMock.mock({
          queryEntities: async () => ({
            items: [orders],
            totalItems: 1,
            pageInfo: {},
          }),
          getEntitiesByRefs: async ({ entityRefs }) => ({
            items: entityRefs.map(() => orders),
          }),
          getEntities: async () => ({ items: [] }),
          getEntityByRef: async () => ({
            ...orders,
            spec: { profile: { email: 'ada@larkfield.example' } },
          }),
        }).factory,
        mockServices.userInfo.mock({
          getUserInfo: async (credentials: any) => ({
            userEntityRef: credentials.principal.userEntityRef,
            ownershipEntityRefs: [credentials.principal.userEntityRef],
          }),
        }).factory,
        // Who may nothing.
        mockServices.permissions.mock({
          authorize: async queries =>
            queries.map(() => ({ result: AuthorizeResult.DENY })),
          authorizeConditional: async queries =>
            queries.map(() => ({ result: AuthorizeResult.DENY })),
        }).factory,
      ],
    });
  });

  afterAll(async () => {
    await backend?.stop();
  });

  const rows = (stream: string) =>
    knexes.get('audit')!('audit_trail').where({ stream }).orderBy('sequence');
  const send = async (route: string, body: object) => {
    const [id, method, path] = route.split(' ');
    const header = path.startsWith('/subjects')
      ? mockCredentials.service.header({
          onBehalfOf: mockCredentials.service('plugin:traffic'),
          targetPluginId: id,
        })
      : mockCredentials.user.header(PERSON);
    const answer = await request(backend.server)
      [method.toLowerCase() as 'post'](`/api/${id}${addressOf(path)}`)
      .set('authorization', header)
      .set('idempotency-key', `key-${Math.random()}`)
      .send(body);
    return answer.status;
  };

  const routes = PLUGINS.flatMap(routesOf);

  it('is looked at on every route', () => {
    expect(routes.length).toBeGreaterThan(25);
    // Those that a grant has.
    expect(
      routes.filter(route => route.startsWith('secrets POST /grants/')),
    ).toHaveLength(7);
  });

  it.each(routes)('leaves its row: %s', async route => {
    for (const body of [{ nonsense: true }, BODIES[route] ?? {}]) {
      const [stream] = route.split(' ');
      const before = (await rows(stream)).length;
      const status = await send(route, body);
      expect([400, 403, 404, 409]).toContain(status);
      const [intent, outcome, ...more] = (await rows(stream)).slice(before);
      expect(more).toEqual([]);
      expect([intent?.phase, outcome?.phase]).toEqual(['intent', 'outcome']);
      expect(['denied', 'failed']).toContain(outcome.outcome);
      expect([PERSON, 'plugin:traffic']).toContain(intent.actor);
    }
  });
});
