import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { Knex } from 'knex';
import request from 'supertest';
import {
  startScorecards,
  TestWorld,
  testWorld,
} from '../__testUtils__/startScorecards';
import { readScorecardsConfig } from '../config';

jest.setTimeout(120_000);

const ADA = 'user:default/ada';
const SVEN = 'user:default/sven';
const ORDERS = 'component:default/orders';
const MISSING_ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

/** The policy that the portal ships: security or the platform team. */
const POLICY = readFileSync(
  resolve(__dirname, '../../../../platform/approvals/scorecard-waiver.yaml'),
  'utf8',
);

const GLASS = `  breakGlass:
    groups: [group:default/security-team]
    reviewWithinHours: 24
    reviewers: [group:default/platform-team]
`;

describe('waivers by the approvals engine', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let world: TestWorld;
  let knex: Knex;
  let engineDb: Knex;
  let stops: Array<() => Promise<void>>;

  beforeEach(() => {
    world = testWorld();
    world.groups = {
      [SVEN]: ['group:default/security-team'],
      'user:default/pia': ['group:default/platform-team'],
    };
    stops = [];
  });

  afterEach(async () => {
    for (const stop of stops) {
      await stop();
    }
  });

  const wish = () => ({
    scorecard: 'readiness',
    entityRef: ORDERS,
    check: 'probes',
    reason: 'The probes come with the next release',
    expiresAt: new Date(Date.now() + 10 * 86_400_000).toISOString(),
  });

  async function start(
    options: { policy?: string; sameDatabases?: boolean } = {},
  ) {
    if (!options.sameDatabases) {
      knex = await databases.init('POSTGRES_18');
      engineDb = await databases.init('POSTGRES_18');
    }
    const policy = { text: options.policy ?? POLICY };
    const started = await startScorecards({
      world,
      knex,
      approvals: {
        knex: engineDb,
        get policy() {
          return policy.text;
        },
      },
    });
    stops.push(started.stop);
    await started.readPolicies();
    await started.round();
    const as = (user: string) => {
      const call = (method: 'get' | 'post') => (path: string, body?: object) =>
        request(started.server)
          [method](`/api${path}`)
          .set('Authorization', mockCredentials.user.header(user))
          .send(body);
      return { get: call('get'), post: call('post') };
    };
    const ada = as(ADA);
    const requestOf = async (id: string) =>
      (await as(SVEN).get(`/approvals/requests/${id}`)).body.request;
    const decide = async (
      user: string,
      act: 'approve' | 'deny' | 'break-glass',
      id: string,
      more: object = {},
    ) => {
      const { contentHash } = (await requestOf(id)).subject;
      const answer = await as(user).post(`/approvals/requests/${id}/${act}`, {
        ...(act !== 'break-glass' && { stage: 'review' }),
        contentHash,
        ...more,
      });
      expect([answer.status, answer.body.error]).toEqual([200, undefined]);
    };
    return {
      ...started,
      policy,
      as,
      ada,
      ask: async () => {
        const { status, body } = await ada.post('/scorecards/waivers', wish());
        expect(status).toBe(201);
        return body;
      },
      waivers: async () => (await ada.get('/scorecards/waivers')).body.items,
      requestOf,
      decide,
      requests: async () =>
        (await engineDb('approvals_requests').orderBy('id')).map(
          ({ request: { id, state, subject } }) => ({
            id,
            state,
            subjectId: subject.subjectId,
          }),
        ),
    };
  }

  /** Outcomes wait to be taken. */
  const waitingOutcomes = async () =>
    (await engineDb('approvals_outcomes').whereNull('acknowledged_at')).length;

  /** Has the engine tell all of its outcomes again, as after a process that died before it acknowledged them. */
  const forgetAcknowledgements = () =>
    engineDb('approvals_outcomes').update({ acknowledged_at: null });

  it('are asked for with all to see, approved by security there, and waived here', async () => {
    const { ada, ask, as, decide, requestOf, waivers, run, round } =
      await start();
    const waiver = await ask();
    expect(waiver).toMatchObject({
      state: 'waiting',
      approvalId: expect.any(String),
      may: ['withdraw'],
    });
    const { subject, requester } = await requestOf(waiver.approvalId);
    expect(requester).toBe(ADA);
    expect(subject).toMatchObject({
      plugin: 'scorecards',
      type: 'scorecard-waiver',
      subjectId: waiver.id,
      entityRef: ORDERS,
      reason: wish().reason,
      link: '/catalog/default/component/orders/scorecard?scorecard=readiness',
    });
    // readme passes: 3 of 6; without probes (2) it is 3 of 4, which bronze takes, and silver asks nothing more.
    expect(
      subject.diff.fields.map(({ label, before, after }: any) => [
        label.en,
        before,
        after,
      ]),
    ).toEqual([
      ['Check', undefined, 'probes'],
      ['Service', undefined, ORDERS],
      ['Scorecard', undefined, 'readiness'],
      ['Reason', undefined, wish().reason],
      ['Ends', undefined, waiver.expiresAt],
      ['Result of the check', 'fail', 'waived'],
      ['Score with waivers', '50 %', '75 %'],
      ['Score without waivers', '50 %', '50 %'],
      ['Level', 'bronze', 'silver'],
    ]);

    // Nobody decides here, not even who holds the permission.
    const [seen] = (await as(SVEN).get('/scorecards/waivers')).body.items;
    expect(seen.may).toEqual([]);
    const here = await as(SVEN).post(
      `/scorecards/waivers/${waiver.id}/approve`,
      {},
    );
    expect(here.status).toBe(403);
    expect(here.body.error.message).toContain(
      `/approvals/${waiver.approvalId}`,
    );

    await decide(SVEN, 'approve', waiver.approvalId, { comment: 'Until then' });
    await run('outcomes');
    expect(await waivers()).toEqual([
      expect.objectContaining({
        state: 'approved',
        decidedBy: SVEN,
        comment: 'Until then',
        approvalId: waiver.approvalId,
      }),
    ]);
    expect(await waitingOutcomes()).toBe(0);
    await round();
    const { body } = await ada.get(
      `/scorecards/grade?scorecard=readiness&entityRef=${ORDERS}`,
    );
    expect(body.figures).toMatchObject({ passed: 3, asked: 4 });
    expect(body.withoutWaivers).toMatchObject({ passed: 3, asked: 6 });

    // What is in force is taken back here.
    expect(
      (await as(SVEN).post(`/scorecards/waivers/${waiver.id}/revoke`, {}))
        .status,
    ).toBe(200);
    await forgetAcknowledgements();
    await run('outcomes');
    expect((await waivers())[0].state).toBe('revoked');
  });

  it('are denied with the words of who denied, once however often the outcome comes', async () => {
    const { ask, decide, waivers, run } = await start();
    const { approvalId } = await ask();
    await decide(SVEN, 'deny', approvalId, { comment: 'Fix it this week' });
    await run('outcomes');
    const denied = await waivers();
    expect(denied).toEqual([
      expect.objectContaining({
        state: 'denied',
        decidedBy: SVEN,
        comment: 'Fix it this week',
        may: [],
      }),
    ]);
    await forgetAcknowledgements();
    await run('outcomes');
    expect(await waivers()).toEqual(denied);
    expect(await waitingOutcomes()).toBe(0);
    expect((await ask()).state).toBe('waiting');
  });

  it('are withdrawn on both sides, from here and from there', async () => {
    const { ada, ask, waivers, requests, run } = await start();
    const first = await ask();
    const path = `/scorecards/waivers/${first.id}/withdraw`;
    expect((await ada.post(path, {})).body.state).toBe('withdrawn');
    expect(await requests()).toEqual([
      expect.objectContaining({ state: 'withdrawn' }),
    ]);
    await run('outcomes');
    expect(await waitingOutcomes()).toBe(0);

    const second = await ask();
    await ada.post(`/approvals/requests/${second.approvalId}/withdraw`, {});
    await run('outcomes');
    expect((await waivers())[0]).toMatchObject({
      id: second.id,
      state: 'withdrawn',
      decidedBy: ADA,
    });
  });

  it('are not withdrawn once they are decided there', async () => {
    const { ada, ask, decide, waivers, run } = await start();
    const { id, approvalId } = await ask();
    await decide(SVEN, 'approve', approvalId);
    const late = await ada.post(`/scorecards/waivers/${id}/withdraw`, {});
    expect(late.status).toBe(409);
    expect(late.body.error.message).toContain('approved already');
    await run('outcomes');
    expect((await waivers())[0].state).toBe('approved');
  });

  it('lose nothing to a process that died after it withdrew the request', async () => {
    const { ada, ask, waivers, run } = await start();
    const { id } = await ask();
    await ada.post(`/scorecards/waivers/${id}/withdraw`, {});
    // As if the second write had not come.
    await knex('scorecards_waivers').update({
      state: 'waiting',
      decided_by: null,
      decided_at: null,
    });
    await run('outcomes');
    expect((await waivers())[0]).toMatchObject({
      state: 'withdrawn',
      decidedBy: ADA,
    });
  });

  it('are submitted later when the process died before it could, and are one request however often', async () => {
    const { ask, waivers, requests, run } = await start();
    const waiver = await ask();
    // Died after the request was made and before it was noted.
    await knex('scorecards_waivers').update({ approval_id: null });
    expect((await waivers())[0]).toMatchObject({ approvalPending: true });
    await run('approvals', 'approvals');
    expect(await requests()).toHaveLength(1);
    expect((await waivers())[0].approvalId).toBe(waiver.approvalId);

    // Died before it was made.
    await knex('scorecards_waivers').update({ approval_id: null });
    await engineDb('approvals_outcomes').delete();
    for (const table of ['approvals_notices', 'approvals_events']) {
      await engineDb(table).delete();
    }
    await engineDb('approvals_requests').delete();
    await run('approvals');
    const [asked] = await requests();
    expect(asked).toMatchObject({ subjectId: waiver.id, state: 'waiting' });
    expect((await waivers())[0].approvalId).toBe(asked.id);
  });

  it('take an outcome of a request that was not noted yet', async () => {
    const { ask, decide, waivers, run } = await start();
    const { approvalId } = await ask();
    await knex('scorecards_waivers').update({ approval_id: null });
    await decide(SVEN, 'approve', approvalId);
    await run('outcomes', 'approvals');
    expect((await waivers())[0]).toMatchObject({
      state: 'approved',
      approvalId,
    });
  });

  it('wait while there is no policy, can be withdrawn, and are asked for when it comes', async () => {
    const { ada, ask, policy, readPolicies, requests, waivers, run } =
      await start({
        policy: POLICY.replace('plugin: scorecards', 'plugin: other'),
      });
    const first = await ask();
    expect(first).toMatchObject({ state: 'waiting', approvalPending: true });
    await ada.post(`/scorecards/waivers/${first.id}/withdraw`, {});
    const second = await ask();
    await run('approvals');
    expect((await waivers())[0].approvalPending).toBe(true);
    policy.text = POLICY;
    await readPolicies();
    await run('approvals');
    expect(await requests()).toEqual([
      expect.objectContaining({ subjectId: second.id, state: 'waiting' }),
    ]);
    expect((await waivers())[0]).not.toHaveProperty('approvalPending');
  });

  it('leave no request open when they are over', async () => {
    const { ask, requests, run } = await start();
    const first = await ask();
    // Over by their time.
    await knex('scorecards_waivers').update({
      expires_at: new Date(Date.now() - 1000),
    });
    await run('approvals');
    expect(await requests()).toEqual([
      expect.objectContaining({ id: first.approvalId, state: 'withdrawn' }),
    ]);
    // Withdrawn here while the request was not noted.
    const second = await ask();
    await knex('scorecards_waivers').where({ id: second.id }).update({
      state: 'withdrawn',
      approval_id: null,
      decided_at: new Date(),
    });
    await run('approvals');
    expect((await requests()).map(({ state }) => state)).toEqual([
      'withdrawn',
      'withdrawn',
    ]);
    // What ended long ago is looked at no more.
    const settled = async () =>
      (await knex('scorecards_waivers').where({ approval_settled: true }))
        .length;
    expect(await settled()).toBe(0);
    await knex('scorecards_waivers').update({
      expires_at: new Date(Date.now() - 3_600_000),
      decided_at: null,
    });
    await run('approvals');
    expect(await settled()).toBe(2);
  });

  it('are not let off by an approval of other content, and are asked for anew', async () => {
    const { ask, decide, waivers, requests, run } = await start();
    const { approvalId } = await ask();
    await decide(SVEN, 'approve', approvalId);
    await knex('scorecards_waivers').update({ check_name: 'runbook' });
    await run('outcomes');
    const [waiver] = await waivers();
    expect(waiver.state).toBe('waiting');
    expect(waiver.approvalId).not.toBe(approvalId);
    await forgetAcknowledgements();
    await run('outcomes');
    expect(await requests()).toHaveLength(2);
    await decide(SVEN, 'approve', waiver.approvalId);
    await run('outcomes');
    expect((await waivers())[0]).toMatchObject({
      check: 'runbook',
      state: 'approved',
    });
  });

  it('expire when nobody decided in the time of the policy', async () => {
    const { ask, engineClock, waivers, run } = await start({
      policy: POLICY.replace(
        /expiresAfterHours: 336[^]*?reminders/,
        'expiresAfterHours: 1\n  reminders',
      ),
    });
    const { approvalId } = await ask();
    const time = Date.now() + 2 * 3_600_000;
    jest.useFakeTimers({
      now: time,
      doNotFake: [
        'hrtime',
        'nextTick',
        'performance',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setInterval',
        'clearInterval',
        'setTimeout',
        'clearTimeout',
      ],
    });
    try {
      await engineClock();
    } finally {
      jest.useRealTimers();
    }
    await run('outcomes');
    expect((await waivers())[0]).toMatchObject({
      approvalId,
      state: 'expired',
      may: [],
    });
    expect((await ask()).state).toBe('waiting');
  });

  it('go ahead by a broken glass and are revoked when its review objects', async () => {
    const { ask, as, decide, waivers, run, round } = await start({
      policy: `${POLICY.trimEnd()}\n${GLASS}`,
    });
    const { approvalId } = await ask();
    await decide(SVEN, 'break-glass', approvalId, {
      reason: 'The shop is down',
    });
    await run('outcomes');
    expect((await waivers())[0]).toMatchObject({
      state: 'approved',
      decidedBy: SVEN,
      comment: 'The shop is down',
    });
    const review = await as('user:default/pia').post(
      `/approvals/requests/${approvalId}/review`,
      { verdict: 'objected', comment: 'It was not' },
    );
    expect(review.status).toBe(200);
    await run('outcomes');
    expect((await waivers())[0]).toMatchObject({
      state: 'revoked',
      decidedBy: 'user:default/pia',
      comment: 'It was not',
    });
    await round();
    expect(world.sent.map(({ payload }) => payload.title)).toContainEqual(
      'orders: waiver of “Answers probes” is revoked · “响应探针”的豁免已撤销',
    );
  });

  it('follow a request that took the place of another', async () => {
    const { ask, decide, waivers, run } = await start();
    const { id, approvalId } = await ask();
    await decide(SVEN, 'deny', approvalId, { comment: 'no' });
    await engineDb('approvals_outcomes').update({
      outcome: engineDb.raw(`outcome || '{"outcome":"superseded"}'`),
    });
    await run('outcomes');
    expect((await waivers())[0]).toMatchObject({ id, state: 'waiting' });
    await engineDb('approvals_outcomes').update({
      outcome: engineDb.raw(`outcome || ?::jsonb`, [
        JSON.stringify({ requestId: MISSING_ID, outcome: 'approved' }),
      ]),
      acknowledged_at: null,
    });
    await run('outcomes');
    // Of a request that is not the one of the waiver.
    expect((await waivers())[0].state).toBe('waiting');
    expect(await waitingOutcomes()).toBe(0);
  });

  it('need a setting that makes sense', () => {
    const read = (approvals?: string) =>
      readScorecardsConfig(
        new ConfigReader({ scorecards: { waivers: { approvals } } }),
      ).waiverApprovals;
    expect([read(), read('engine')]).toEqual(['permission', 'engine']);
    expect(() => read('nobody')).toThrow(/scorecards.waivers.approvals/);
  });
});
