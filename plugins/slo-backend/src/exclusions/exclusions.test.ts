import { readFileSync } from 'fs';
import { mkdtemp, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join, resolve } from 'path';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { SloExclusions } from '@shopfloor/plugin-slo-common';
import request from 'supertest';
import { startSloBackend } from '../analysis/__testUtils__/startSloBackend';
import { availabilitySlo } from '../testing/slos';
import { TestPrometheus, TestSeries } from '../testing/TestPrometheus';

jest.setTimeout(180_000);

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
const idOf = (name: string) => `component~default~products~${name}~production`;
const ID = idOf('products-availability');
const RECORDED = idOf('products-recorded');
const BEN = 'user:default/ben';
const EMIL = 'user:default/emil';
const ADA = 'user:default/ada';

/** Sample times are minutes. */
const T = Math.floor(Date.now() / 1000 / MINUTE) * MINUTE;
const OUTAGE = T - 3 * HOUR;
const at = (unixSeconds: number) => new Date(unixSeconds * 1000).toISOString();

/** The stretch of the outage: its samples are those of minutes 1 to 20 after its beginning. */
const STRETCH = { from: at(OUTAGE), to: at(OUTAGE + 20 * MINUTE) };
const WISH = {
  ...STRETCH,
  reason: 'The move of the database was announced to all',
};

/** The policy that the portal ships: the platform team or leadership. */
const POLICY = readFileSync(
  resolve(
    __dirname,
    '../../../../platform/approvals/slo-past-maintenance.yaml',
  ),
  'utf8',
);

/** Three days of 10 good requests a second, and 20 minutes of 10 bad ones a second that began three hours ago. */
function series(): TestSeries[] {
  const requests = (code_class: string, rest: Partial<TestSeries>) => ({
    name: 'shopfloor:requests:rate1m',
    labels: {
      environment: 'production',
      destination: 'products',
      code_class,
    },
    from: T - 3 * DAY + MINUTE,
    to: T + 30 * MINUTE,
    value: 10,
    ...rest,
  });
  const rule = (
    name: string,
    value: number,
    rest: Partial<TestSeries> = {},
  ) => ({
    name,
    labels: { slo_id: RECORDED, objective: '0', environment: 'production' },
    from: T - 3 * DAY + MINUTE,
    to: T + 30 * MINUTE,
    value,
    ...rest,
  });
  return [
    requests('2xx', {}),
    requests('5xx', { from: OUTAGE + MINUTE, to: OUTAGE + 20 * MINUTE }),
    // What the rules recorded, all the time: 2 bad of 100 a second.
    rule('shopfloor:slo_bad:rate1m', 2),
    rule('shopfloor:slo_total:rate1m', 100),
    ...['bad', 'total'].map(part =>
      rule(
        `shopfloor:slo_${part}:window`,
        part === 'bad' ? 518_400 : 25_920_000,
        {
          labels: {
            slo_id: RECORDED,
            objective: '0',
            environment: 'production',
            window: '2d',
          },
        },
      ),
    ),
  ];
}

describe('past maintenance', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let folder: string;
  let prometheus: TestPrometheus;
  let backend: Awaited<ReturnType<typeof startSloBackend>>;
  let manages: (user: string) => boolean;

  const products: () => Entity = () => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'products',
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': `file:${folder}/catalog-info.yaml`,
        'shopfloor.dev/environments': 'production',
        'shopfloor.dev/slo': './slo.yaml',
      },
    },
    relations: [
      { type: 'ownedBy', targetRef: 'group:default/merchandising-team' },
    ],
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slo-exclusions-'));
    await writeFile(
      join(folder, 'slo.yaml'),
      [
        availabilitySlo(),
        availabilitySlo({ name: 'products-recorded', window: '2d' }),
      ].join('---\n'),
    );
    prometheus = await TestPrometheus.start({
      series: series(),
      intervalSeconds: MINUTE,
    });
  });

  /** An evaluation of a later moment: figures of one moment are read once, and a test does not wait for the next. */
  const evaluateLater = async () => {
    await backend
      .knex('slo_results')
      .update({ observed_at: new Date((T - DAY) * 1000) });
    await backend.run('slo-evaluation');
  };
  beforeEach(async () => {
    manages = user => user === BEN || user === EMIL;
    backend = await startSloBackend({
      databases,
      folder,
      prometheusUrl: prometheus.url,
      intervalSeconds: MINUTE,
      entities: [products()],
      config: {
        slo: {
          fileRoots: [folder],
          evaluation: { staleAfterSeconds: HOUR },
        },
      },
      permission: (name, user) =>
        name === 'slo.exclusion.manage' && !manages(user)
          ? AuthorizeResult.DENY
          : AuthorizeResult.ALLOW,
      approvals: {
        policy: POLICY,
        groups: {
          [BEN]: ['group:default/merchandising-team'],
          [EMIL]: ['group:default/platform-team'],
          'user:default/chen': ['group:default/leadership'],
        },
      },
    });
    await backend.run('approvals-policies');
    await backend.round();
    await backend
      .knex('slo_definitions')
      .where({ id: RECORDED })
      .update({ recorded_since: new Date((T - 10 * DAY) * 1000) });
    await evaluateLater();
  });

  afterEach(() => backend.stop());

  afterAll(async () => {
    await prometheus?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const as = (user: string) => {
    const call = (method: 'get' | 'post') => (path: string, body?: object) =>
      request(backend.server)
        [method](`/api${path}`)
        .set('Authorization', mockCredentials.user.header(user))
        .send(body);
    return { get: call('get'), post: call('post') };
  };
  const list = async (id = ID, user = BEN): Promise<SloExclusions> =>
    (await as(user).get(`/slo/slos/${id}/exclusions`)).body;
  const leftOf = async (id = ID) =>
    (await as(BEN).get(`/slo/slos/${id}`)).body.objectives[0].budgetLeft;
  const ask = async (id = ID, wish: object = WISH) => {
    const answer = await as(BEN).post(`/slo/slos/${id}/exclusions`, wish);
    expect([answer.status, answer.body.error]).toEqual([201, undefined]);
    return answer.body;
  };
  const decide = async (
    user: string,
    act: 'approve' | 'deny',
    approvalId: string,
    more: object = {},
  ) => {
    const { body } = await as(user).get(`/approvals/requests/${approvalId}`);
    const answer = await as(user).post(
      `/approvals/requests/${approvalId}/${act}`,
      {
        stage: 'review',
        contentHash: body.request.subject.contentHash,
        ...more,
      },
    );
    expect([answer.status, answer.body.error]).toEqual([200, undefined]);
  };

  // Of 99.9 %: three days of 10 good ones a second are 2,592,000; 12,000 bad ones beside them of 2,604,000 leave
  // 1 - 12,000 / 2,604 = -3.61. The stretch and the minute after it hold 22 samples of good and 20 of bad ones. The test
  // runs some minutes after the samples were laid out.
  const COUNTED = -3.61;

  it('is shown both ways before it is asked for, and in the request; it counts until that is granted', async () => {
    expect(await leftOf()).toBeCloseTo(COUNTED, 1);
    const { status, body: preview } = await as(BEN).get(
      `/slo/slos/${ID}/exclusions/preview?from=${STRETCH.from}&to=${STRETCH.to}`,
    );
    expect(status).toBe(200);
    expect(preview).toMatchObject({
      ...STRETCH,
      objectives: [
        {
          objective: 0,
          target: 0.999,
          unit: 'events',
          counted: { budgetLeft: expect.closeTo(COUNTED, 1) },
          excluded: { budgetLeft: 1, counts: { bad: expect.closeTo(0, 6) } },
          stretch: {
            bad: expect.closeTo(12_000, 6),
            total: expect.closeTo(12_000 + 22 * 600, 6),
          },
        },
      ],
    });

    const asked = await ask();
    expect(asked).toMatchObject({ state: 'waiting', may: ['withdraw'] });
    await evaluateLater();
    expect(await leftOf()).toBeCloseTo(COUNTED, 1);
    const { body } = await as(EMIL).get(
      `/approvals/requests/${asked.approvalId}`,
    );
    expect(body.request.subject).toMatchObject({
      type: 'slo-past-maintenance',
      entityRef: 'component:default/products',
      environment: 'production',
    });
    expect(body.request.subject.diff.fields).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          label: expect.objectContaining({
            en: 'Error budget left, 99.9 %',
          }),
          before: expect.stringMatching(/^-3[56]\d(\.\d)? %$/),
          after: '100 %',
        }),
      ]),
    );

    await decide(EMIL, 'approve', asked.approvalId);
    await backend.run('slo-outcomes');
    expect(await list()).toMatchObject({
      notYetEvaluated: true,
      items: [
        {
          state: 'excluded',
          decidedBy: EMIL,
          inWindow: true,
          may: ['remove'],
          asked: [{ counted: { budgetLeft: expect.closeTo(COUNTED, 1) } }],
        },
      ],
    });
    await evaluateLater();
    expect(await leftOf()).toBe(1);
    const after = await list();
    expect(after.notYetEvaluated).toBe(false);
    expect(after.now!.objectives[0].counted.budgetLeft).toBeCloseTo(COUNTED, 1);
    expect(after.now!.objectives[0].excluded.budgetLeft).toBe(1);
    // The rest of the window is covered as before: what is excluded is not missing.
    const { coverage } = (await as(BEN).get(`/slo/slos/${ID}`)).body;
    expect(coverage.maintenanceSeconds).toBe(21 * MINUTE + 1);
  });

  it('counts again when it is removed, by those who may', async () => {
    const { id, approvalId } = await ask();
    await decide('user:default/chen', 'approve', approvalId);
    await backend.run('slo-outcomes');
    await evaluateLater();
    expect(await leftOf()).toBe(1);
    const remove = `/slo/slos/${ID}/exclusions/${id}/remove`;
    expect((await list(ID, ADA)).items[0].may).toEqual([]);
    expect((await as(ADA).post(remove, {})).status).toBe(403);
    const { status, body } = await as(EMIL).post(remove, {
      comment: 'It was not the database',
    });
    expect([status, body.state, body.comment]).toEqual([
      200,
      'removed',
      'It was not the database',
    ]);
    expect((await as(EMIL).post(remove, {})).status).toBe(409);
    await evaluateLater();
    expect(await leftOf()).toBeCloseTo(COUNTED, 1);
    // The engine tells nothing more of it, and asking anew is possible.
    await backend.run('slo-outcomes');
    expect((await list()).items[0].state).toBe('removed');
    await ask();
  });

  it('is taken out of what the rules recorded', async () => {
    // 2 of 100 are bad: 1 - 0.02 / 0.001 = -19, with the stretch and without.
    expect(await leftOf(RECORDED)).toBeCloseTo(-19, 6);
    const { approvalId } = await ask(RECORDED);
    await decide(EMIL, 'approve', approvalId);
    await backend.run('slo-outcomes');
    for (const round of ['counted whole', 'moved on']) {
      await evaluateLater();
      const { objectives } = (await as(BEN).get(`/slo/slos/${RECORDED}`)).body;
      // 22 of the 2,880 samples of two days are gone, 6,000 requests each.
      expect([round, objectives[0].counts.total]).toEqual([
        round,
        expect.closeTo((2_880 - 22) * 6_000, 3),
      ]);
    }
    const [figures] = (await list(RECORDED)).now!.objectives;
    expect(figures.stretch!.total).toBeCloseTo(22 * 6_000, 3);
    expect(figures.counted.counts!.total).toBeCloseTo(2_880 * 6_000, 3);
  });

  it('is withdrawn by who asked, and then granted by nobody', async () => {
    const { id, approvalId } = await ask();
    const withdraw = `/slo/slos/${ID}/exclusions/${id}/withdraw`;
    expect((await as(EMIL).post(withdraw, {})).status).toBe(403);
    expect((await as(BEN).post(withdraw, {})).body.state).toBe('withdrawn');
    await backend.run('slo-outcomes');
    await backend.run('slo-exclusions');
    expect((await list()).items[0]).toMatchObject({
      id,
      state: 'withdrawn',
      approvalId,
    });
    const requests = await backend.engineDb!('approvals_requests');
    expect(requests.map(({ request: { state } }) => state)).toEqual([
      'withdrawn',
    ]);
  });

  it('counts when it is denied', async () => {
    const { approvalId } = await ask();
    await decide(EMIL, 'deny', approvalId, { comment: 'Nobody was told' });
    await backend.run('slo-outcomes');
    await evaluateLater();
    expect((await list()).items[0]).toMatchObject({
      state: 'denied',
      comment: 'Nobody was told',
      may: [],
    });
    expect(await leftOf()).toBeCloseTo(COUNTED, 1);
  });

  it('survives a process that died at any step', async () => {
    const { id, approvalId } = await ask();
    // It died after it wrote, before it noted the request: it is asked again, and that is the same request.
    const reset = { approval_id: null };
    await backend.knex('slo_exclusions').where({ id }).update(reset);
    expect((await list()).items[0].approvalPending).toBe(true);
    await backend.run('slo-exclusions');
    expect((await list()).items[0].approvalId).toBe(approvalId);
    await decide(EMIL, 'approve', approvalId);
    // It died after it applied the outcome, before it said so: the engine tells it again.
    for (const _ of [1, 2]) {
      await backend.run('slo-outcomes');
      await backend.engineDb!('approvals_outcomes').update({
        acknowledged_at: null,
      });
    }
    expect((await list()).items[0].state).toBe('excluded');
    // It died after the removal was written: the outcome told again brings nothing back.
    await as(BEN).post(`/slo/slos/${ID}/exclusions/${id}/remove`, {});
    await backend.engineDb!('approvals_outcomes').update({
      acknowledged_at: null,
    });
    await backend.run('slo-outcomes');
    expect((await list()).items[0].state).toBe('removed');
  });

  it.each<[string, object, number, string]>([
    ['no zone', { from: '2026-11-24T22:00:00' }, 400, 'from: must be a moment'],
    ['no reason', { reason: ' short  ' }, 400, 'reason: must say why'],
    [
      'backwards',
      { from: WISH.to, to: WISH.from },
      400,
      'to: must be at least',
    ],
    ['too long', { from: at(T - 9 * DAY) }, 400, 'to: must be at most 7 days'],
    [
      'to come',
      { to: at(T + 2 * HOUR) },
      400,
      'to: must be over. Maintenance that is to come stands in the definition',
    ],
    [
      'before the window',
      { from: at(T - 40 * DAY), to: at(T - 39 * DAY) },
      400,
      'from: must not be before',
    ],
    [
      'nothing counted',
      { from: at(T - 20 * DAY), to: at(T - 20 * DAY + HOUR) },
      400,
      'from: nothing was counted',
    ],
    ['another field', { sloId: 'x' }, 400, 'sloId'],
  ])('refuses a wish with %s', async (_, change, status, message) => {
    const answer = await as(BEN).post(`/slo/slos/${ID}/exclusions`, {
      ...WISH,
      ...change,
    });
    expect(answer.status).toBe(status);
    expect(answer.body.error.message).toContain(message);
    expect((await list()).items).toEqual([]);
  });

  it('refuses who may not ask, an SLO that is not there, and a part of a stretch twice', async () => {
    const path = `/slo/slos/${ID}/exclusions`;
    expect((await as(ADA).post(path, WISH)).status).toBe(403);
    expect(await list(ID, ADA)).toMatchObject({
      mayAsk: false,
      mayNot: 'permission',
    });
    expect(
      (await as(BEN).post(`/slo/slos/${idOf('none')}/exclusions`, WISH)).status,
    ).toBe(404);
    await ask();
    const again = await as(BEN).post(path, {
      ...WISH,
      from: at(OUTAGE + 10 * MINUTE),
      to: at(OUTAGE + 40 * MINUTE),
    });
    expect([again.status, again.body.error.message]).toEqual([
      409,
      expect.stringContaining('is waiting already'),
    ]);
    expect((await as(BEN).post(`${path}/nonsense/remove`, {})).status).toBe(
      400,
    );
  });
});
