import { mkdtemp, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  parseOpenSlo,
  SloEvents,
  SloHistory,
  SloRed,
  SloReport,
  SloRollUpList,
  SloWhatIf,
} from '@shopfloor/plugin-slo-common';
import Router from 'express-promise-router';
import request from 'supertest';
import { availabilitySlo } from '../testing/slos';
import { TestPrometheus, TestSeries } from '../testing/TestPrometheus';
import {
  startSloBackend,
  StartSloBackendOptions,
} from './__testUtils__/startSloBackend';

jest.setTimeout(120_000);

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
const ID = 'component~default~products~products-availability~production';
const RECORDED = 'component~default~products~products-recorded~production';

/** Sample times are minutes. */
const T = Math.floor(Date.now() / 1000 / MINUTE) * MINUTE;
const OUTAGE = T - 3 * HOUR;

function at(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}

/** Three days of 10 good requests a second, and 20 minutes of 10 bad ones a second that began three hours ago. */
function series(): TestSeries[] {
  const requests = (code_class: string, rest: Partial<TestSeries>) => ({
    name: 'shopfloor:requests:rate1m',
    labels: {
      environment: 'production',
      destination: 'products',
      source: 'gateway',
      version: 'v1',
      code_class,
    },
    from: T - 3 * DAY + MINUTE,
    to: T + 30 * MINUTE,
    value: 10,
    ...rest,
  });
  const rule = (name: string, value: number) => ({
    name,
    labels: { slo_id: RECORDED, objective: '0', environment: 'production' },
    from: T - 12 * HOUR + MINUTE,
    to: T + 30 * MINUTE,
    value,
  });
  const bucket = (le: string, value: number) =>
    requests('2xx', {
      name: 'shopfloor:request_duration_milliseconds_bucket:rate1m',
      labels: { environment: 'production', destination: 'products', le },
      value,
    });
  return [
    // 90 % within 100 ms, all within 200 ms.
    bucket('100.0', 9),
    bucket('200.0', 10),
    bucket('+Inf', 10),
    requests('2xx', {}),
    requests('5xx', { from: OUTAGE + MINUTE, to: OUTAGE + 20 * MINUTE }),
    // Rules that began twelve hours ago: 1 bad of 100 a second.
    rule('shopfloor:slo_bad:rate1m', 1),
    rule('shopfloor:slo_total:rate1m', 100),
  ];
}

const CHANGE = {
  id: 'c1',
  source: 'traffic',
  sourceId: '1',
  kind: 'traffic',
  entityRef: 'component:default/products',
  environment: 'production',
  title: 'Half of the requests to v2',
  userEntityRef: 'user:default/ben',
  startedAt: at(OUTAGE),
  endedAt: at(OUTAGE + 5),
  outcome: 'succeeded',
  observedAt: at(OUTAGE + 5),
  reference: { url: '/traffic/changes/1' },
};
const INCIDENT = {
  id: 'i1',
  title: 'Products answers burns its budget',
  entityRefs: ['component:default/products'],
  environment: 'production',
  severity: 'page',
  openedAt: at(OUTAGE + 2 * MINUTE),
  closedAt: at(OUTAGE + 30 * MINUTE),
  openedBy: 'alert',
};

describe('analysis of SLOs', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let folder: string;
  let prometheus: TestPrometheus;
  let permission: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
  let visible: (entityRef: string, user: string) => boolean;
  let readable: StartSloBackendOptions['readable'];
  let backend: Awaited<ReturnType<typeof startSloBackend>>;
  let audit: { status: number; asked: Array<{ user: string; query: any }> };

  /** Answers as the plugin `audit` does, and keeps who asked for what. */
  const auditPlugin = createBackendPlugin({
    pluginId: 'audit',
    register(env) {
      env.registerInit({
        deps: {
          httpRouter: coreServices.httpRouter,
          httpAuth: coreServices.httpAuth,
        },
        async init({ httpRouter, httpAuth }) {
          const router = Router();
          router.get('/:what', async (req, res) => {
            const { principal } = await httpAuth.credentials(req, {
              allow: ['user'],
            });
            audit.asked.push({
              user: principal.userEntityRef,
              query: req.query,
            });
            if (audit.status === 299) {
              res.send('<!doctype html>');
              return;
            }
            if (audit.status !== 200) {
              res.status(audit.status).json({});
              return;
            }
            const changes = req.params.what === 'changes';
            res.json({
              items: [changes ? CHANGE : INCIDENT],
              totalItems: 1,
              ...(!changes && {
                restore: {
                  closed: 1,
                  open: 0,
                  meanSeconds: 28 * MINUTE,
                  medianSeconds: 28 * MINUTE,
                },
              }),
            });
          });
          httpRouter.use(router);
        },
      });
    },
  });

  function component(name: string): Entity {
    return {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name,
        annotations: {
          'backstage.io/managed-by-location': `file:${folder}/catalog-info.yaml`,
          'shopfloor.dev/environments': 'production',
          'shopfloor.dev/slo': `./${name}.yaml`,
        },
      },
      spec: { system: 'shop' },
      relations: [
        { type: 'ownedBy', targetRef: 'group:default/merchandising-team' },
        { type: 'partOf', targetRef: 'system:default/shop' },
      ],
    };
  }

  function group(name: string, displayName: string, parent?: string): Entity {
    return {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Group',
      metadata: { name },
      spec: { profile: { displayName } },
      relations: parent
        ? [{ type: 'childOf', targetRef: `group:default/${parent}` }]
        : [],
    };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slo-analysis-'));
    prometheus = await TestPrometheus.start({
      intervalSeconds: MINUTE,
      series: series(),
    });
    await writeFile(
      join(folder, 'products.yaml'),
      `${availabilitySlo()}---\n${availabilitySlo({ name: 'products-recorded' })}`,
    );
    backend = await startSloBackend({
      databases,
      folder,
      prometheusUrl: prometheus.url,
      intervalSeconds: MINUTE,
      entities: [
        component('products'),
        group('merchandising-team', 'Merchandising', 'larkfield'),
        group('larkfield', 'Larkfield Market'),
      ],
      config: {
        slo: {
          fileRoots: [folder],
          // The rounds of this test are not repeated.
          evaluation: { staleAfterSeconds: HOUR },
        },
      },
      features: [auditPlugin],
      permission: () => permission,
      visible: (...asked) => visible(...asked),
      readable: user => readable?.(user),
    });
    await backend.round();
    await backend
      .knex('slo_definitions')
      .where({ id: RECORDED })
      .update({ recorded_since: new Date((T - 12 * HOUR) * 1000) });
  });

  beforeEach(() => {
    permission = AuthorizeResult.ALLOW;
    visible = () => true;
    readable = undefined;
    audit = { status: 200, asked: [] };
  });

  afterAll(async () => {
    await backend?.stop();
    await prometheus?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  function get(path: string, user = 'user:default/ben') {
    return request(backend.server)
      .get(`/api/slo${path}`)
      .set('Authorization', mockCredentials.user.header(user));
  }

  async function body<T>(path: string): Promise<T> {
    const response = await get(path);
    expect([response.status, response.body.error]).toEqual([200, undefined]);
    return response.body;
  }

  async function whatIf(id: string, query: string): Promise<SloWhatIf> {
    return body(`/slos/${id}/what-if?${query}`);
  }

  it('tells what another target would have meant for budget and alerts', async () => {
    const result = await whatIf(ID, 'target=0.99&range=1d');
    expect(result).toMatchObject({
      id: ID,
      objective: 0,
      range: '1d',
      source: 'direct',
      bucketSeconds: MINUTE,
      coverageSeconds: DAY,
    });
    // 20 minutes of 10 bad ones a second are 12,000. Three days of 10 good ones are 2,592,000; all are 2,604,000. Of
    // those 99.9 % allow 2,604 bad ones, 99 % allow 26,040: left 1 - 12,000 / 26,040 = 54 %. The test runs some minutes
    // after the samples were laid out, hence 1 %.
    expect(result.now.target).toBe(0.999);
    expect(result.now.budgetLeft).toBeCloseTo(-3.6, 1);
    expect(result.tried.budget! / 26_040).toBeCloseTo(1, 2);
    expect(result.tried.budgetLeft).toBeCloseTo(0.54, 1);
    // The worst hour holds 12,000 bad of 48,000, 25 %: at 99 % that burns at 25.
    expect(result.tried.worstBurn).toEqual({
      burnRate: expect.closeTo(25, 9),
      at: at(OUTAGE + 20 * MINUTE),
    });
    expect(result.now.worstBurn!.burnRate).toBeCloseTo(250, 9);
    // Row of 1 h and 5 min, above 14.4 %: after k bad minutes there are 600 k bad of 36,000 + 600 k, above it from 11 on.
    // The short window has its last bad minute of 600 in 3,600, 16.7 %, at minute 24.
    expect(result.tried.rows[0]).toMatchObject({
      factor: 14.4,
      status: 'tried',
      firings: [
        { from: at(OUTAGE + 11 * MINUTE), to: at(OUTAGE + 24 * MINUTE) },
      ],
    });
    // At 99.9 % 1.44 % is exceeded from the first bad minute on: 600 of 36,600 are 1.64 %.
    expect(result.now.rows[0].firings[0].from).toBe(at(OUTAGE + MINUTE));
  });

  it('takes what the rules recorded, and what was before them from the requests', async () => {
    const recent = await whatIf(RECORDED, 'target=0.95&range=6h');
    // 1 of 100: at 95 % that burns at 0.2, whatever the requests say.
    expect(recent.source).toBe('recorded');
    expect(recent.tried.worstBurn!.burnRate).toBeCloseTo(0.2, 9);
    const longer = await whatIf(RECORDED, 'target=0.95&range=1d');
    expect(longer).toMatchObject({ source: 'mixed', coverageSeconds: DAY });
  });

  it('says how much of the range is covered', async () => {
    const result = await whatIf(ID, 'target=0.99&range=7d');
    expect(result.rangeSeconds).toBe(7 * DAY);
    expect(Math.abs(result.coverageSeconds - 3 * DAY)).toBeLessThan(
      30 * MINUTE,
    );
  });

  it.each([
    ['/slos/ID/what-if', 'target'],
    ['/slos/ID/what-if?target=1', 'target'],
    ['/slos/ID/what-if?target=0', 'target'],
    ['/slos/ID/what-if?target=99.9', 'target'],
    ['/slos/ID/what-if?target=0.99&range=2d', 'range'],
    ['/slos/ID/what-if?target=0.99&objective=7', 'objective'],
    ['/slos/ID/what-if?target=0.99&colour=red', 'colour'],
    ['/slos/ID/red?range=2d', 'range'],
    ['/slos/ID/red?from=2026-01-01T00:00:00Z', 'to'],
    ['/slos/ID/red?from=yesterday&to=2026-01-02T00:00:00Z', 'from'],
    ['/slos/ID/red?range=1h&from=2026-01-01T00:00:00Z', 'range'],
    [
      '/slos/ID/events?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      'to: must be after from',
    ],
    [
      '/slos/ID/what-if?target=0.99&from=2026-01-02T00:00:00Z&to=2999-01-01T00:00:00Z',
      'to: must not lie in the future',
    ],
    [
      '/slos/ID/history?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z',
      'from: must be at most 92 days before to',
    ],
    ['/slos/ID/events?objective=-1', 'objective'],
    ['/export', 'entity'],
    ['/roll-ups?by=colour', 'by'],
    ['/report', 'ref'],
    ['/report?ref=group:', 'ref'],
    ['/report?ref=larkfield&month=november', 'month'],
    ['/report?ref=larkfield&month=2026-13', 'month'],
    ['/report?ref=larkfield&month=2999-01', 'month'],
    ['/report?ref=larkfield&timeZone=Europe/Atlantis', 'timeZone'],
  ])('answers %s with 400 naming %s', async (path, field) => {
    const response = await get(path.replace('ID', ID));
    expect(response.status).toBe(400);
    expect(response.body.error.message).toContain(field);
  });

  it('shows requests, errors and latency over the same range', async () => {
    const red = await body<SloRed>(`/slos/${ID}/red?range=6h`);
    expect(red).toMatchObject({
      destination: 'products',
      stepSeconds: 300,
      coverageSeconds: 6 * HOUR,
    });
    const last = red.points.at(-1)!;
    // 10 a second; half below 100 x 5 / 9 ms, 95 % half way between 100 and 200.
    expect(last).toMatchObject({
      rate: expect.closeTo(10, 6),
      errorShare: 0,
      p50: expect.closeTo(500 / 9, 6),
      p95: expect.closeTo(150, 6),
    });
    // In the outage 10 of 20 a second fail.
    const inside = red.points.find(
      point => Date.parse(point.at) / 1000 >= OUTAGE + 10 * MINUTE,
    )!;
    expect(inside.rate).toBeCloseTo(20, 6);
    expect(inside.errorShare).toBeCloseTo(0.5, 6);
  });

  it('looks back on a stretch from one moment to another, and says how much of it is known', async () => {
    const stretch = { from: at(OUTAGE), to: at(OUTAGE + 20 * MINUTE) };
    const query = `from=${stretch.from}&to=${stretch.to}`;
    const red = await body<SloRed>(`/slos/${ID}/red?${query}`);
    expect(red).toMatchObject({ ...stretch, coverageSeconds: 20 * MINUTE });
    expect(red).not.toHaveProperty('range');
    expect(red.points.at(-1)).toMatchObject({ at: stretch.to });
    for (const { rate, errorShare } of red.points) {
      expect([rate, errorShare]).toEqual([
        expect.closeTo(20, 6),
        expect.closeTo(0.5, 6),
      ]);
    }
    // The window of 30 days as it was then: 10 good ones a second for three days less three hours, 20 minutes, and 12,000 bad.
    const history = await body<SloHistory>(`/slos/${ID}/history?${query}`);
    expect(history).toMatchObject({
      ...stretch,
      source: 'prometheus',
      observedAt: stretch.to,
      coverageSeconds: 20 * MINUTE,
    });
    const counts = history.points.at(-1)!.counts;
    expect(counts.bad).toBeCloseTo(12_000, 3);
    expect(counts.total).toBeCloseTo(
      10 * (3 * DAY - 3 * HOUR + 20 * MINUTE) + 12_000,
      3,
    );
    expect(await body<SloEvents>(`/slos/${ID}/events?${query}`)).toMatchObject(
      stretch,
    );
    expect(await whatIf(ID, `target=0.99&${query}`)).toMatchObject({
      ...stretch,
      rangeSeconds: 20 * MINUTE,
      coverageSeconds: 20 * MINUTE,
    });
    // Of three days that begin five days ago Prometheus knows the last one.
    const early = await body<SloHistory>(
      `/slos/${ID}/history?from=${at(T - 5 * DAY)}&to=${at(T - 2 * DAY)}`,
    );
    expect(early.coverageSeconds! / DAY).toBeCloseTo(1, 1);
    // Before that nothing is known, and that is no promise kept.
    expect(early.points[0]).toMatchObject({ counts: { bad: 0, total: 0 } });
    expect(early.points[0].budgetLeft).toBeUndefined();
  });

  it('puts changes and incidents on the time axis and attributes consumed budget', async () => {
    const events = await body<SloEvents>(`/slos/${ID}/events?range=6h`);
    expect(events).toMatchObject({
      log: 'connected',
      truncated: false,
      maintenance: [],
      afterSeconds: HOUR,
    });
    expect(events.events).toEqual([
      expect.objectContaining({
        kind: 'change',
        changeKind: 'traffic',
        title: 'Half of the requests to v2',
        who: 'user:default/ben',
        at: at(OUTAGE),
        href: '/traffic/changes/1',
        // All 12,000 bad ones came in the hour after it: 12,000 of a budget of 2,604.
        consumed: {
          from: at(OUTAGE),
          to: at(OUTAGE + HOUR),
          counts: {
            bad: expect.closeTo(12_000, 6),
            total: expect.closeTo(48_000, 6),
          },
          share: expect.closeTo(12_000 / 2_604, 1),
          coverageSeconds: HOUR,
          sharedBy: 1,
        },
      }),
      expect.objectContaining({
        kind: 'incident',
        outcome: 'closed',
        at: at(OUTAGE + 2 * MINUTE),
      }),
    ]);
    // It is asked as the person, about this entity and environment alone.
    expect(audit.asked[0]).toEqual({
      user: 'user:default/ben',
      query: expect.objectContaining({
        entity: 'component:default/products',
        environment: 'production',
      }),
    });
  });

  it('leaves maintenance out, and tells both figures of what was declared afterwards', async () => {
    const from = new Date(OUTAGE * 1000);
    const window = {
      kind: 'once',
      fromSeconds: OUTAGE,
      toSeconds: OUTAGE + HOUR,
    };
    const declare = (since: Date) =>
      backend.knex('slo_maintenance').insert({
        slo_id: ID,
        entry: JSON.stringify(window),
        since,
      });
    const { definition } = await backend
      .knex('slo_definitions')
      .where({ id: ID })
      .first('definition');
    const define = (maintenance: unknown[]) =>
      backend
        .knex('slo_definitions')
        .where({ id: ID })
        .update({ definition: JSON.stringify({ ...definition, maintenance }) });
    await define([window]);
    await declare(new Date());
    const late = await body<SloEvents>(`/slos/${ID}/events?range=6h`);
    expect(late.maintenance).toEqual([]);
    // Without the outage nothing is bad.
    expect(late.lateMaintenance).toEqual({
      stretches: [{ from: at(OUTAGE), to: at(OUTAGE + HOUR) }],
      counts: {
        bad: expect.closeTo(12_000, 6),
        total: expect.closeTo(48_000, 6),
      },
      budgetLeft: 1,
    });

    await backend.knex('slo_maintenance').where({ slo_id: ID }).delete();
    await declare(from);
    const early = await body<SloEvents>(`/slos/${ID}/events?range=6h`);
    expect(early.lateMaintenance).toBeUndefined();
    // Rates look back a minute, so that it lasts a minute longer.
    expect(early.maintenance).toEqual([
      { from: at(OUTAGE), to: at(OUTAGE + HOUR + MINUTE) },
    ]);
    expect(early.events[0].consumed!.counts.bad).toBe(0);
    const tried = await whatIf(ID, 'target=0.99&range=1d');
    expect(tried.tried.rows[0].firings).toEqual([]);
    // A bucket that holds any of it is left out whole: the one before, an hour of them, and the one after.
    expect(tried.coverageSeconds).toBe(DAY - HOUR - 2 * MINUTE);

    await backend.knex('slo_maintenance').where({ slo_id: ID }).delete();
    await define([]);
  });

  it.each([
    [404, 'not-connected'],
    // The page of the portal, which it answers to paths that nobody has.
    [299, 'not-connected'],
    [403, 'not-allowed'],
    [503, 'unreachable'],
  ])(
    'says what became of the log of changes after %d: %s',
    async (status, log) => {
      audit.status = status;
      expect(await body(`/slos/${ID}/events`)).toMatchObject({
        log,
        events: [],
      });
      const report = await body<SloReport>('/report?ref=merchandising-team');
      expect(report.log).toEqual({ state: log });
    },
  );

  it('exports one SLO, or the file of an entity, as a file', async () => {
    const one = await get(`/slos/${ID}/export`);
    expect(one.headers['content-type']).toContain('application/yaml');
    expect(one.headers['content-disposition']).toBe(
      'attachment; filename="products-availability.slo.yaml"',
    );
    const names = (text: string) =>
      parseOpenSlo(text, { file: 'x' }).slos.map(({ name }) => name);
    expect(names(one.text ?? one.body.toString())).toEqual([
      'products-availability',
    ]);
    const all = await get('/export?entity=products');
    expect(names(all.text ?? all.body.toString())).toEqual([
      'products-availability',
      'products-recorded',
    ]);
  });

  it('rolls SLOs up to teams and the teams above them', async () => {
    // What was kept seven days ago: nothing was spent then.
    await backend.knex('slo_points').insert({
      slo_id: ID,
      part: '0',
      at: new Date(Date.now() - 7 * DAY * 1000 - 1000),
      bad: 0,
      total: 1000,
      recent_bad: 0,
      recent_total: 0,
    });
    const list = await body<SloRollUpList>('/roll-ups');
    expect(
      list.items.map(({ ref, title, parent, own, total }) => [
        ref,
        title,
        parent,
        own.slos,
        total.slos,
      ]),
    ).toEqual([
      ['group:default/larkfield', 'Larkfield Market', undefined, 0, 2],
      [
        'group:default/merchandising-team',
        'Merchandising',
        'group:default/larkfield',
        2,
        2,
      ],
    ]);
    const [company] = list.items;
    // Both fail: 12,000 bad of a budget of 2,604.
    expect(company.total).toMatchObject({
      states: { failing: 2, ok: 0 },
      worst: { name: expect.any(String), budgetLeft: expect.closeTo(-3.6, 1) },
      trend: { compared: 1, less: 1, more: 0 },
    });
    const systems = await body<SloRollUpList>('/roll-ups?by=system');
    expect(systems.items.map(({ ref }) => ref)).toEqual([
      'system:default/shop',
    ]);
  });

  it('counts nothing of an entity that is hidden', async () => {
    visible = () => false;
    const list = await body<SloRollUpList>('/roll-ups');
    expect(list).toMatchObject({ items: [], total: { slos: 0 } });
    expect((await get('/report?ref=merchandising-team')).status).toBe(404);
    expect((await get('/export?entity=products')).status).toBe(404);
  });

  it('reports a month of a team and of the teams below it', async () => {
    // A time zone in which the outage is in the morning, so that it lies in one day.
    const behind = new Date(OUTAGE * 1000).getUTCHours() >= 12 ? 12 : 0;
    const timeZone = behind ? 'Etc/GMT+12' : 'UTC';
    const month = at(OUTAGE - behind * HOUR).slice(0, 7);
    const report = await body<SloReport>(
      `/report?ref=larkfield&month=${month}&timeZone=${encodeURIComponent(timeZone)}`,
    );
    expect(report).toMatchObject({
      by: 'team',
      ref: 'group:default/larkfield',
      title: 'Larkfield Market',
      timeZone,
      from: at(Date.parse(`${month}-01T00:00:00Z`) / 1000 + behind * HOUR),
    });
    expect(report.slos.map(({ name }) => name)).toEqual([
      'products-availability',
      'products-recorded',
    ]);
    const [{ objectives, unit }] = report.slos;
    expect(unit).toBe('events');
    const from = Date.parse(report.from) / 1000;
    const to = Date.parse(report.to) / 1000;
    const covered = to - Math.max(from, T - 3 * DAY);
    const whole = covered > 0.995 * (to - from);
    expect(objectives).toEqual([
      expect.objectContaining({
        // Of days without data it is not known; what is covered is over its budget by far.
        verdict: whole ? 'broken' : 'unknown',
        observed: 'broken',
        target: 0.999,
        counts: {
          bad: expect.closeTo(12_000, 6),
          total: expect.any(Number),
        },
        maintenanceSeconds: 0,
        worstDays: [
          expect.objectContaining({
            day: at(OUTAGE - behind * HOUR).slice(0, 10),
            counts: expect.objectContaining({
              bad: expect.closeTo(12_000, 6),
            }),
          }),
        ],
      }),
    ]);
    const [{ coverageSeconds, counts, budgetUsed, badSeconds }] = objectives;
    expect(Math.abs(coverageSeconds - covered)).toBeLessThan(HOUR);
    expect(budgetUsed).toBeCloseTo(12_000 / (0.001 * counts.total), 6);
    // Buckets of five minutes need not begin with the outage of twenty: four or five hold it.
    expect([1200, 1500]).toContain(badSeconds);
    expect(report.log).toMatchObject({
      state: 'connected',
      changes: [{ kind: 'traffic', count: 1, failed: 0 }],
      restore: { meanSeconds: 28 * MINUTE },
    });
  });

  it('reports a month without any data as unknown', async () => {
    const report = await body<SloReport>(
      '/report?ref=merchandising-team&month=2020-02',
    );
    expect(report).toMatchObject({
      from: '2020-02-01T00:00:00.000Z',
      to: '2020-03-01T00:00:00.000Z',
      complete: true,
      verdicts: { kept: 0, broken: 0, unknown: 2 },
    });
    expect(report.slos[0].objectives[0]).toMatchObject({
      verdict: 'unknown',
      coverageSeconds: 0,
      counts: { bad: 0, total: 0 },
    });
  });

  const ofOne = [
    `/slos/${ID}/what-if?target=0.99`,
    `/slos/${ID}/red`,
    `/slos/${ID}/events`,
    `/slos/${ID}/export`,
  ];
  const routes = [
    ...ofOne,
    '/export?entity=products',
    '/roll-ups',
    '/report?ref=larkfield',
  ];

  it.each(ofOne)('shows nothing of a hidden entity at %s', async path => {
    visible = (_, user) => user === 'user:default/ben';
    const hidden = await get(path, 'user:default/ada');
    const missing = await get(path.replace(ID, 'nothing'), 'user:default/ada');
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.body.error.message.replace(ID, 'nothing')).toBe(
      missing.body.error.message,
    );
  });

  it.each([
    ['owner', 'IS_ENTITY_OWNER', { claims: ['group:default/others'] }, false],
    [
      'owner',
      'IS_ENTITY_OWNER',
      { claims: ['group:default/merchandising-team'] },
      true,
    ],
    ['system', 'HAS_SPEC', { key: 'system', value: 'billing' }, false],
    ['system', 'HAS_SPEC', { key: 'system', value: 'shop' }, true],
    ['rule that there is not', 'IS_NICE', {}, false],
  ])(
    'tells only of SLOs that the policy lets the person read by %s: %s %j %s',
    async (_, rule, params, shown) => {
      readable = user =>
        user === 'user:default/ada' ? { rule, params } : undefined;
      const ask = (path: string) => get(path, 'user:default/ada');
      const { body: list } = await ask('/slos?limit=1');
      expect([list.totalItems, list.items.length, list.states]).toEqual([
        shown ? 2 : 0,
        shown ? 1 : 0,
        (await get(shown ? '/slos' : '/slos?owner=nobody')).body.states,
      ]);
      expect(list.facets.owners).toHaveLength(shown ? 1 : 0);
      const { body: rolled } = await ask('/roll-ups');
      expect(rolled.total.slos).toBe(shown ? 2 : 0);
      for (const path of [
        ...ofOne,
        `/slos/${ID}`,
        `/slos/${ID}/history`,
        `/slos/${ID}/exclusions`,
        '/export?entity=products',
        '/report?ref=larkfield',
        '/gate?entity=products&environment=production',
      ]) {
        expect([path, (await ask(path)).status]).toEqual([
          path,
          shown ? 200 : 404,
        ]);
      }
      const invoke = (action: string, input: object) =>
        request(backend.server)
          .post(`/api/slo/.backstage/actions/v1/actions/${action}/invoke`)
          .set('Authorization', mockCredentials.user.header('user:default/ada'))
          .send(input);
      const listed = await invoke('slo:list-slos', {});
      expect(listed.body.output.totalItems).toBe(shown ? 2 : 0);
      const acts: Array<[string, object]> = [
        ['slo:explain-slo', { id: ID }],
        [
          'slo:ask-release-gate',
          { entity: 'products', environment: 'production' },
        ],
      ];
      for (const [action, input] of acts) {
        const answer = await invoke(action, input);
        expect([action, answer.status]).toEqual([action, shown ? 200 : 404]);
      }
    },
  );

  it.each(routes)(
    'refuses who has no permission, services and anonymous callers at %s',
    async path => {
      permission = AuthorizeResult.DENY;
      const denied = await get(path);
      expect(denied.status).toBe(403);
      expect(denied.body.error.message).toContain('slo.objective.read');
      permission = AuthorizeResult.ALLOW;
      for (const [header, status] of [
        [mockCredentials.service.header(), 403],
        [mockCredentials.none.header(), 401],
      ] as const) {
        const response = await request(backend.server)
          .get(`/api/slo${path}`)
          .set('Authorization', header);
        expect(response.status).toBe(status);
      }
    },
  );
});
