import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  coreServices,
  createServiceFactory,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { notificationService } from '@backstage/plugin-notifications-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
// eslint-disable-next-line @backstage/no-mixed-plugin-imports -- what decides about changes in the tests
import approvalsPlugin from '@shopfloor/plugin-approvals-backend';
import { contentOf } from '@shopfloor/plugin-audit-node';
import { releaseGateServiceRef } from '@shopfloor/plugin-slo-node';
import { ReleaseDecision, ReleaseGate } from '@shopfloor/plugin-slo-common';
import { Knex } from 'knex';
import request from 'supertest';
import trafficPlugin from '..';
import { ApiServer } from '../__testUtils__/ApiServer';

jest.setTimeout(120_000);

const BEN = 'user:default/ben';
const PIA = 'user:default/pia';
const ROUTE = '/api/traffic/routes/production/component/default/products';

/** The policy that the portal ships: owners or the platform team, glass that the platform team breaks. */
const POLICY = readFileSync(
  resolve(__dirname, '../../../../platform/approvals/risky-traffic.yaml'),
  'utf8',
);

const group = (name: string) => `group:default/${name}`;

function user(name: string, groups: string[]): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name, namespace: 'default' },
    spec: { profile: { email: `${name}@larkfield.example` } },
    relations: groups.map(each => ({
      type: 'memberOf',
      targetRef: group(each),
    })),
  };
}

const products: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'products',
    namespace: 'default',
    annotations: { 'backstage.io/kubernetes-id': 'products' },
  },
  spec: { type: 'service' },
  relations: [{ type: 'ownedBy', targetRef: group('merchandising-team') }],
};

const permissions = {
  authorize: async requests =>
    requests.map(() => ({ result: AuthorizeResult.ALLOW })),
  authorizeConditional: async requests =>
    requests.map(() => ({ result: AuthorizeResult.ALLOW })),
} as PermissionsService;

/** An answer of the gate, with a reason unless it is go. */
function gateSays(decision: ReleaseDecision): ReleaseGate {
  const values = { slo: 'Products answers', budgetLeft: 0, limit: 0 };
  return {
    entityRef: 'component:default/products',
    environment: 'production',
    decision,
    reasons:
      decision === 'go'
        ? []
        : [
            {
              code: 'budget-used-up',
              decision,
              message: '"Products answers" has 0 % of its budget left',
              values,
            },
          ],
    slos: [],
    policy: { name: 'shop' },
    decidedAt: '2026-11-27T01:00:00.000Z',
  };
}

describe('large steps', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let api: ApiServer;
  let knex: Knex;
  let engineDb: Knex;
  let entities: Entity[];
  let policies: Record<string, string>;
  let acts: Array<{
    eventId: string;
    meta?: any;
    ended: string[];
    after?: unknown;
  }>;
  let backend: Awaited<ReturnType<typeof startTestBackend>>;
  const scheduler = mockServices.scheduler();
  let lastKey = 0;
  /** What the release gate says; an error: it does not answer. */
  let gate: ReleaseDecision | Error;
  let gateAsked: Array<{ entityRef: string; environment: string }>;
  const sent: any[] = [];

  beforeAll(async () => {
    api = await ApiServer.start();
    knex = await databases.init('POSTGRES_18');
    engineDb = await databases.init('POSTGRES_18');
    entities = [];
    const environment = {
      cluster: 'test',
      prometheus: { url: 'http://127.0.0.1:9' },
      namespace: 'production',
    };
    backend = await startTestBackend({
      features: [
        trafficPlugin,
        approvalsPlugin,
        mockServices.rootConfig.factory({
          data: {
            app: { baseUrl: 'http://portal.test' },
            backend: { baseUrl: 'http://portal.test' },
            permission: { enabled: true },
            approvals: { policies: ['https://git.test/approvals/*.yaml'] },
            shopfloor: {
              clusters: [{ name: 'test', url: api.url }],
              environments: [
                {
                  ...environment,
                  name: 'production',
                  title: 'Production',
                  production: true,
                },
                { ...environment, name: 'staging', title: 'Staging' },
              ],
            },
            traffic: {
              clusters: [{ name: 'test', token: 't' }],
              environments: [
                {
                  name: 'production',
                  groups: [group('merchandising-team')],
                },
                { name: 'staging' },
              ],
              impersonation: { groups: ['merchandising-team'] },
            },
          },
        }),
        createServiceFactory({
          service: coreServices.database,
          deps: { plugin: coreServices.pluginMetadata },
          factory: ({ plugin }) => ({
            getClient: async () =>
              plugin.getId() === 'approvals' ? engineDb : knex,
          }),
        }),
        createServiceFactory({
          service: coreServices.scheduler,
          deps: {},
          factory: () => scheduler,
        }),
        createServiceFactory({
          service: coreServices.permissions,
          deps: {},
          factory: () => permissions,
        }),
        mockServices.auditor.mock({
          createEvent: async ({ eventId, meta }) => {
            const act: (typeof acts)[number] = { eventId, meta, ended: [] };
            acts.push(act);
            return {
              success: async result => {
                act.ended.push('success');
                act.after = contentOf(result?.meta).after;
              },
              fail: async () => void act.ended.push('fail'),
            };
          },
        }).factory,
        createServiceFactory({
          service: notificationService,
          deps: {},
          factory: () => ({
            send: async notification => {
              // Approvals tell of their own.
              if (notification.payload.topic === 'traffic') {
                sent.push(notification);
              }
            },
          }),
        }),
        createServiceFactory({
          service: releaseGateServiceRef,
          deps: {},
          factory: () => ({
            ask: async question => {
              gateAsked.push(question);
              if (gate instanceof Error) {
                throw gate;
              }
              return gateSays(gate);
            },
          }),
        }),
        mockServices.urlReader.mock({
          search: async address => ({
            etag: '',
            files: Object.entries(policies).map(([name, text]) => ({
              url: address.replace('*.yaml', name),
              content: async () => Buffer.from(text),
            })),
          }),
        }).factory,
        catalogServiceMock.mock({
          getEntityByRef: async ref =>
            entities.find(entity => stringifyEntityRef(entity) === ref),
        }).factory,
        mockServices.userInfo.mock({
          getUserInfo: async (credentials: any) => {
            const { userEntityRef } = credentials.principal;
            const entity = entities.find(
              each => stringifyEntityRef(each) === userEntityRef,
            );
            return {
              userEntityRef,
              ownershipEntityRefs: [
                userEntityRef,
                ...(entity?.relations ?? []).map(({ targetRef }) => targetRef),
              ],
            };
          },
        }).factory,
      ],
    });
  });

  afterAll(async () => {
    await backend?.stop();
    await api?.stop();
  });

  const as = (person: string) => {
    const call =
      (method: 'get' | 'post') =>
      (path: string, body: object = {}) =>
        request(backend.server)
          [method](path)
          .set('authorization', mockCredentials.user.header(person))
          .set('idempotency-key', `test-key-${(lastKey += 1)}`)
          .send(body);
    return { get: call('get'), post: call('post') };
  };
  const weights = (v2: number) => [
    { subset: 'v1', weight: 100 - v2 },
    { subset: 'v2', weight: v2 },
  ];
  const move = async (
    v2: number,
    more: object = { reason: 'v2 keeps its promise' },
    route = ROUTE,
  ) => {
    return as(BEN).post(`${route}/changes`, {
      weights: weights(v2),
      resourceVersion: api.version,
      ...more,
    });
  };
  /** Brings the route to a state in steps that ask nobody. */
  const setRoute = async (v2: number) => {
    while (api.weights[1] < v2) {
      const next = Math.min(v2, api.weights[1] + 20);
      expect((await move(next)).body.outcome).toBe('applied');
    }
    if (api.weights[1] > v2) {
      expect((await move(v2)).body.outcome).toBe('applied');
    }
  };
  const change = async (id: string) =>
    (await as(BEN).get(`/api/traffic/changes/${id}`)).body;
  const ask = async (v2: number) => {
    const { status, body } = await move(v2);
    expect([status, body.outcome]).toEqual([201, 'waiting']);
    return body;
  };
  const requestOf = async (id: string) =>
    (await as(PIA).get(`/api/approvals/requests/${id}`)).body.request;
  const decide = async (
    act: 'approve' | 'deny' | 'break-glass' | 'withdraw' | 'review',
    id: string,
    more: object = {},
    person = PIA,
  ) => {
    const { contentHash } = (await requestOf(id)).subject;
    const answer = await as(person).post(
      `/api/approvals/requests/${id}/${act}`,
      {
        ...(['approve', 'deny'].includes(act) && {
          stage: 'second-pair-of-eyes',
        }),
        ...(!['withdraw', 'review'].includes(act) && { contentHash }),
        ...more,
      },
    );
    expect([answer.status, answer.body.error]).toEqual([200, undefined]);
  };
  const outcomes = () => scheduler.triggerTask('traffic-outcomes');
  /** What people were told since the last time. */
  const told = async () => {
    await scheduler.triggerTask('traffic-announcements');
    return sent
      .splice(0)
      .map(({ recipients, payload }) => [
        recipients.entityRef,
        payload.title.split(' · ')[0],
      ]);
  };
  const waitingOutcomes = async () =>
    (await engineDb('approvals_outcomes').whereNull('acknowledged_at')).length;

  beforeEach(async () => {
    entities = [
      products,
      user('ben', ['merchandising-team']),
      user('pia', ['platform-team']),
    ];
    policies = { 'risky-traffic.yaml': POLICY };
    acts = [];
    gate = 'go';
    gateAsked = [];
    api.cut = 'never';
    api.writes = [];
    api.writers = ['shopfloor:merchandising-team'];
    await knex('traffic_changes').delete();
    await knex('traffic_announcements').delete();
    sent.length = 0;
    await scheduler.triggerTask('approvals-policies');
    await setRoute(0);
    api.writes = [];
  });

  it('ask, are shown as waiting with all there is to see, and are made once granted, in the name of who asked', async () => {
    const { body: preview } = await as(BEN).post(`${ROUTE}/preview`, {
      weights: weights(60),
    });
    expect(preview.approval).toEqual({ step: 0.6, abovePercent: 20 });

    const asked = await ask(60);
    expect(api.weights).toEqual([100, 0]);
    expect(asked.approval).toMatchObject({
      requestId: expect.any(String),
      step: 0.6,
      abovePercent: 20,
      policy: 'risky-traffic',
      waitingFor: { en: 'Owners or platform team' },
    });
    expect((await as(BEN).get(ROUTE)).body.waiting).toEqual([asked]);
    const { requestId } = asked.approval;
    const { subject, requester } = await requestOf(requestId);
    expect(requester).toBe(BEN);
    expect(subject).toMatchObject({
      plugin: 'traffic',
      entityRef: 'component:default/products',
      environment: 'production',
      title: { en: 'Send 60 % of products to v2 in Production' },
      risk: 'high',
      reason: 'v2 keeps its promise',
      link: '/catalog/default/component/products/traffic?env=production',
    });
    expect(
      subject.diff.fields.map(({ label, before, after }: any) => [
        label.en,
        before,
        after,
      ]),
    ).toEqual([
      ['Share of v1', '100 %', '40 %'],
      ['Share of v2', '0 %', '60 %'],
    ]);
    expect(subject.diff.texts[0].after).toContain('weight: 60');

    await decide('approve', requestId, { comment: 'Go' });
    await outcomes();
    expect(api.weights).toEqual([40, 60]);
    expect(api.writes).toEqual([
      { user: 'ben@larkfield.example', weights: [40, 60] },
    ]);
    expect(await change(asked.id)).toMatchObject({
      outcome: 'applied',
      person: BEN,
      approval: { requestId, decidedBy: [PIA], comment: 'Go' },
    });
    expect((await as(BEN).get(ROUTE)).body).toMatchObject({
      latestChange: { id: asked.id },
    });
    expect(acts.map(({ eventId, ended }) => [eventId, ended])).toEqual(
      expect.arrayContaining([
        ['route-change-ask', ['success']],
        ['route-change', ['success']],
      ]),
    );
    expect(acts.at(-1)!.meta).toMatchObject({
      changeId: asked.id,
      approvalId: requestId,
      person: BEN,
    });
    expect(contentOf(acts.at(-1)!.meta)).toMatchObject({
      actor: BEN,
      before: {
        weights: [
          { subset: 'v1', weight: 100 },
          { subset: 'v2', weight: 0 },
        ],
      },
    });
    expect(acts.at(-1)!.after).toEqual({ weights: weights(60) });

    // Told again, as after a process that died before it acknowledged: nothing more.
    await engineDb('approvals_outcomes').update({ acknowledged_at: null });
    await outcomes();
    expect(api.writes).toHaveLength(1);
    expect(await waitingOutcomes()).toBe(0);
    expect(await told()).toEqual([
      [[BEN], 'products in production: the change that you asked for is made'],
    ]);
  });

  it('need a reason; smaller ones, going back, undo and other environments ask nobody', async () => {
    const none = await move(60, {});
    expect(none.status).toBe(400);
    expect(none.body.error.message).toMatch(/^reason: a step of 60 percentage/);

    expect((await move(20, {})).body.outcome).toBe('applied');
    expect((await move(40, {})).body.outcome).toBe('applied');
    const back = await move(0, {});
    expect([back.body.outcome, api.weights]).toEqual(['applied', [100, 0]]);
    // Back to what was live until then.
    const undone = await as(BEN).post(
      `/api/traffic/changes/${back.body.id}/undo`,
    );
    expect([undone.body.outcome, api.weights]).toEqual(['applied', [60, 40]]);

    const staging = ROUTE.replace('production', 'staging');
    expect((await move(100, {}, staging)).body.outcome).toBe('applied');
  });

  it('that are denied, taken back or not decided in time change nothing, and say why', async () => {
    const denied = await ask(50);
    await decide('deny', denied.approval.requestId, { comment: 'Not today' });
    const taken = await ask(60);
    await decide(
      'withdraw',
      taken.approval.requestId,
      { reason: 'Too early' },
      BEN,
    );
    const late = await ask(70);
    await engineDb('approvals_requests')
      .where({ id: late.approval.requestId })
      .update({
        due_at: new Date(Date.now() - 1000),
        request: engineDb.raw(
          `jsonb_set(request::jsonb, '{expiresAt}', '"2026-01-01T00:00:00.000Z"')`,
        ),
      });
    await scheduler.triggerTask('approvals-clock');
    await outcomes();
    expect((await change(denied.id)).error).toBe(`Denied by ${PIA}: Not today`);
    expect((await change(taken.id)).error).toBe('Taken back: Too early');
    expect((await change(late.id)).error).toMatch(/^Nobody decided in time/);
    for (const { id } of [denied, taken, late]) {
      expect((await change(id)).outcome).toBe('not-approved');
    }
    expect(api.writes).toEqual([]);
    expect(await told()).toEqual([]);
    // They never were changes: nothing is told of them.
    expect(
      await knex('traffic_changes')
        .whereNotNull('approval')
        .whereRaw('told_revision < revision'),
    ).toEqual([]);
  });

  it('are never made blindly: a route that was changed meanwhile closes them, before and after the decision', async () => {
    const first = await ask(60);
    const second = await ask(80);
    await decide('approve', first.approval.requestId);
    api.change({ touched: 'yes' });
    await outcomes();
    expect(await change(first.id)).toMatchObject({
      outcome: 'not-applied',
      error: expect.stringContaining('was changed since this was asked for'),
    });
    await scheduler.triggerTask('traffic-approvals');
    expect(await change(second.id)).toMatchObject({
      outcome: 'not-approved',
      error: expect.stringContaining('was changed since this was asked for'),
    });
    expect((await requestOf(second.approval.requestId)).state).toBe(
      'withdrawn',
    );
    const words =
      'products in production: the change that you asked for was not made';
    expect(await told()).toEqual([
      [[BEN], words],
      [[BEN], words],
    ]);
    expect(api.writes).toEqual([]);
  });

  it.each<[string, () => void, RegExp]>([
    [
      'left the group that may change the environment',
      () => {
        entities = [products, user('ben', ['other']), user('pia', [])];
      },
      /may not change it any more: not in group:default\/merchandising-team any more/,
    ],
    [
      'asked for a service that belongs to others now',
      () => {
        entities = [
          {
            ...products,
            relations: [
              { type: 'ownedBy', targetRef: group('storefront-team') },
            ],
          },
          user('ben', ['merchandising-team', 'other']),
        ];
      },
      /may not change it any more: the service belongs to group:default\/storefront-team now/,
    ],
    [
      'is not in the catalog any more',
      () => {
        entities = [products];
      },
      /has no e-mail address in the catalog/,
    ],
    [
      'may not change it any more by Kubernetes',
      () => {
        api.writers = [];
      },
      /may not patch virtualservices/,
    ],
  ])('are not made when who asked %s', async (_, happens, words) => {
    const asked = await ask(60);
    await decide('approve', asked.approval.requestId);
    happens();
    await outcomes();
    entities = [products, user('ben', ['merchandising-team'])];
    const { outcome, error } = await change(asked.id);
    expect(['refused', 'not-applied']).toContain(outcome);
    expect(error).toMatch(words);
    expect(api.writes).toEqual([]);
    expect(await waitingOutcomes()).toBe(0);
  });

  it('wait for a cluster that is away, but not for long', async () => {
    const asked = await ask(60);
    await decide('approve', asked.approval.requestId);
    api.cut = 'all';
    await outcomes();
    expect((await change(asked.id)).outcome).toBe('waiting');
    expect(await waitingOutcomes()).toBe(1);
    api.cut = 'never';
    await outcomes();
    expect((await change(asked.id)).outcome).toBe('applied');

    await setRoute(0);
    const late = await ask(60);
    await decide('approve', late.approval.requestId);
    await engineDb('approvals_outcomes').update({
      outcome: engineDb.raw(
        `outcome || '{"at":"2026-01-01T00:00:00.000Z"}'::jsonb`,
      ),
    });
    await outcomes();
    expect(await change(late.id)).toMatchObject({
      outcome: 'not-applied',
      error: expect.stringContaining('could not be made within 15 minutes'),
    });
  });

  it.each([
    ['before it is', 'write-before', 'not-applied', [100, 0]],
    ['after it was', 'write-after', 'applied', [40, 60]],
  ] as const)(
    'whose process ends %s written are made once or have clearly failed',
    async (_, cut, outcome, expected) => {
      const asked = await ask(60);
      await decide('approve', asked.approval.requestId);
      api.cut = cut;
      await outcomes();
      expect((await change(asked.id)).outcome).toBe('pending');
      api.cut = 'never';
      // As after a kill: the outcome comes again, and must not write a second time.
      await engineDb('approvals_outcomes').update({ acknowledged_at: null });
      await outcomes();
      expect((await change(asked.id)).outcome).toBe('pending');
      // Older than a write that could be under way.
      await knex('traffic_changes')
        .where({ id: asked.id })
        .update({ intent_at: new Date(Date.now() - 16_000) });
      await scheduler.triggerTask('reconcile-pending-changes');
      expect((await change(asked.id)).outcome).toBe(outcome);
      expect(api.weights).toEqual(expected);
      expect(api.writes.length).toBe(outcome === 'applied' ? 1 : 0);
    },
  );

  it('that approvals do not take wait, and are asked again by themselves', async () => {
    policies = {};
    await scheduler.triggerTask('approvals-policies');
    const asked = await ask(60);
    expect(asked.approval.requestId).toBeUndefined();
    policies = { 'risky-traffic.yaml': POLICY };
    await scheduler.triggerTask('approvals-policies');
    await scheduler.triggerTask('traffic-approvals');
    const { approval } = await change(asked.id);
    await decide('approve', approval.requestId);
    await outcomes();
    expect((await change(asked.id)).outcome).toBe('applied');
  });

  it('go ahead by a broken glass, and say so when its review objects', async () => {
    const asked = await ask(60);
    const { requestId } = asked.approval;
    await decide('break-glass', requestId, { reason: 'v1 is down' });
    await outcomes();
    expect((await change(asked.id)).outcome).toBe('applied');
    entities.push(user('lea', ['leadership']));
    await decide(
      'review',
      requestId,
      { verdict: 'objected', comment: 'It was not' },
      'user:default/lea',
    );
    await outcomes();
    expect(await change(asked.id)).toMatchObject({
      outcome: 'applied',
      approval: { objected: true, comment: 'It was not' },
    });
  });

  describe('and the release gate', () => {
    const FROZEN =
      'Releases of products are frozen: "Products answers" has 0 % of its budget left.';

    const previewOf = async (v2: number, route = ROUTE) =>
      (await as(BEN).post(`${route}/preview`, { weights: weights(v2) })).body;

    it('lets a small step of a frozen service ask, says why to those who decide, and makes it when they agree', async () => {
      gate = 'freeze';
      const preview = await previewOf(10);
      expect(preview.gate).toEqual({
        decision: 'freeze',
        effect: 'ask',
        step: 0.1,
        reasons: [
          {
            en: '"Products answers" has 0 % of its budget left',
            zh: '“Products answers”的错误预算剩余 0%，达到 0% 即停止发布',
          },
        ],
        decidedAt: '2026-11-27T01:00:00.000Z',
      });
      expect(preview.approval).toEqual({ step: 0.1, gate: preview.gate });
      const none = await move(10, {});
      expect(none.status).toBe(400);
      expect(none.body.error.message).toMatch(/^reason: Releases of .* frozen/);

      const asked = await ask(10);
      expect(api.weights).toEqual([100, 0]);
      const { requestId } = asked.approval;
      const { subject } = await requestOf(requestId);
      expect(subject.risk).toBe('high');
      expect(subject.diff.words.map(({ en }: any) => en)).toContain(FROZEN);
      expect(
        acts.find(({ eventId }) => eventId === 'route-change-ask')!.meta,
      ).toMatchObject({ releaseGate: { decision: 'freeze' } });

      await decide('approve', requestId, { comment: 'It is the fix' });
      await outcomes();
      expect(api.weights).toEqual([90, 10]);
    });

    it('asks nothing of going back, of undo, and where it is not asked for', async () => {
      await setRoute(20);
      gate = 'freeze';
      gateAsked = [];
      expect((await move(10, {})).body.outcome).toBe('applied');
      const staging = ROUTE.replace('production', 'staging');
      expect((await move(30, {}, staging)).body.outcome).toBe('applied');
      const back = await move(0, {});
      expect(back.body.outcome).toBe('applied');
      const undone = await as(BEN).post(
        `/api/traffic/changes/${back.body.id}/undo`,
      );
      expect(undone.body.outcome).toBe('applied');
      expect(gateAsked).toEqual([]);
    });

    it('advises smaller steps while releases slow down, and says in the audit what the gate said', async () => {
      gate = 'slow-down';
      const { gate: said, approval } = await previewOf(20);
      expect([said.effect, said.advisedStepPercent, approval]).toEqual([
        'tell',
        5,
        undefined,
      ]);
      expect((await move(20, {})).body.outcome).toBe('applied');
      expect(acts.at(-1)!.meta.releaseGate).toEqual({
        decision: 'slow-down',
        reasons: ['"Products answers" has 0 % of its budget left'],
      });
    });

    it('that does not answer is no pass: it is said, and the step asks', async () => {
      gate = new Error('connect ECONNREFUSED');
      expect(await previewOf(10)).toMatchObject({
        gate: {
          decision: 'unknown',
          effect: 'ask',
          unavailable: 'connect ECONNREFUSED',
        },
        approval: { step: 0.1 },
      });
      const asked = await ask(10);
      await decide('approve', asked.approval.requestId);
      // Those who decided knew it.
      await outcomes();
      expect((await change(asked.id)).outcome).toBe('applied');
    });

    it('that froze since a step was asked for keeps it back, and a broken glass does not wait for it', async () => {
      const asked = await ask(60);
      expect(asked.approval.gate).toBeUndefined();
      await decide('approve', asked.approval.requestId);
      gate = new Error('connect ECONNREFUSED');
      await outcomes();
      expect((await change(asked.id)).outcome).toBe('waiting');
      gate = 'freeze';
      await outcomes();
      expect(await change(asked.id)).toMatchObject({
        outcome: 'not-applied',
        error: expect.stringContaining('Those who decided did not know that'),
      });
      expect(api.writes).toEqual([]);

      gate = 'go';
      const urgent = await ask(60);
      gate = 'freeze';
      await decide('break-glass', urgent.approval.requestId, {
        reason: 'v1 is down',
      });
      await outcomes();
      expect((await change(urgent.id)).outcome).toBe('applied');
    });
  });
});
