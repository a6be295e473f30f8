import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { askWhatIf } from '../analysis/whatIf';
import { readHistory } from '../history/readHistory';
import { timeRangeOf } from '../history/timeRangeOf';
import { presentSummary } from '../service/present';
import {
  badRequests,
  evaluationWorld,
  history,
  INTERVAL_SECONDS,
  moment,
  sloText,
} from './__testUtils__/evaluationWorld';
import { TestPrometheus } from '../testing/TestPrometheus';

jest.setTimeout(120_000);

const value = (name: string, query: string, more = '') =>
  `{ metadata: { name: ${name} }, spec: { ${more || 'thresholdMetric'}: { metricSource: { type: Prometheus, spec: { query: '${query}' } } } } }`;

const TEXTS = [
  sloText({ name: 'answers' }),
  sloText({
    name: 'today',
    // Midnight in Honolulu is 10:00 in UTC.
    window:
      '{ duration: 1d, calendar: { startTime: "2026-01-01 00:00:00", timeZone: Pacific/Honolulu } }',
    annotations: { 'shopfloor.dev/windows': '2h, 1M@Europe/Berlin' },
  }),
  sloText({
    name: 'slices',
    method: 'Timeslices',
    objectives:
      '[{ target: 0.9, timeSliceTarget: 0.95, timeSliceWindow: 5m }, { target: 0.9, timeSliceTarget: 0.9, timeSliceWindow: 5m }]',
  }),
  sloText({
    name: 'ratio-slices',
    method: 'RatioTimeslices',
    objectives: '[{ target: 0.9, timeSliceWindow: 5m }]',
  }),
  sloText({
    name: 'queue',
    indicator: value('depth', 'shopfloor:queue_depth'),
    objectives: '[{ op: lte, value: 100, target: 0.9 }]',
  }),
  sloText({
    name: 'raw',
    indicator:
      "{ metadata: { name: failures }, spec: { ratioMetric: { rawType: failure, raw: { metricSource: { type: Prometheus, spec: { query: 'shopfloor:failure_ratio' } } } } } }",
    method: 'RatioTimeslices',
    objectives: '[{ target: 0.9, timeSliceWindow: 1m }]',
  }),
  sloText({ name: 'bad-of-all', indicator: badRequests('products') }),
  sloText({
    name: 'both',
    indicator: '',
    objectives: `[{ target: 0.99, compositeWeight: 3, indicator: ${badRequests(
      'products',
    )} }, { target: 0.9, displayName: Search, indicator: ${badRequests('search')} }]`,
  }),
  sloText({
    name: 'journey',
    indicator: '',
    annotations: {
      'shopfloor.dev/journey': 'shop/answers = 2\nshop/slices',
    },
    objectives: '[{ target: 0.95 }]',
  }),
  sloText({
    name: 'maintained',
    annotations: {
      'shopfloor.dev/maintenance': '2026-11-25T10:00:00Z/PT15M',
    },
  }),
];

describe('figures of every kind of SLO', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let prometheus: TestPrometheus;
  let knex: Knex;

  beforeAll(async () => {
    prometheus = await TestPrometheus.start({
      series: history(),
      intervalSeconds: INTERVAL_SECONDS,
    });
  });

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
  });

  afterEach(() => knex.destroy());

  afterAll(() => prometheus.remove());

  const world = (texts: string[] = TEXTS, readAt?: Date) =>
    evaluationWorld({ knex, url: prometheus.url, texts, readAt });

  // By hand, at 12:00. Six hours at 10/s are 216,000 good requests, half an hour at 1/s are 1,800 bad ones.
  it.each<[string, number, number, string]>([
    ['answers', 1800, 217_800, 'events'],
    // Since 10:00: 72,000 good ones and all of the bad ones.
    ['today', 1800, 73_800, 'events'],
    // Six of 72 slices have 1 bad of 11, which is more than 5 %.
    ['slices', 6, 72, 'slices'],
    ['ratio-slices', 6 / 11, 72, 'slices'],
    // Half an hour of six is too long a queue.
    ['queue', 1800, 21_600, 'seconds'],
    // 330 minutes at 1 % and 30 at 50 %.
    ['raw', 330 * 0.01 + 30 * 0.5, 360, 'slices'],
    ['bad-of-all', 1800, 217_800, 'events'],
    // Weight 3 on 1,800 of 217,800, weight 1 on a part without a bad one.
    ['both', 3 * (1800 / 217_800), 4, 'weights'],
    // 2 x 1,800 / 217,800 + 1 x 6 / 72 of 3.
    ['journey', 2 * (1800 / 217_800) + 6 / 72, 3, 'weights'],
    // Out from 10:00:00 to 10:16:00, both samples included: 193 of good ones, 192 of bad ones.
    ['maintained', 1800 - 960, 216_000 - 193 * 50 + 840, 'events'],
  ])('counts %s', async (name, bad, total, unit) => {
    const { round, objectives, slo } = await world();
    await round('12:00:00');
    expect((await slo(name)).failure).toBeUndefined();
    const [objective] = await objectives(name);
    expect(objective.counts.bad).toBeCloseTo(bad, 6);
    expect(objective.counts.total).toBeCloseTo(total, 6);
    expect(objective.unit).toBe(unit);
  });

  it('tells what belongs to each kind', async () => {
    const { round, objectives, slo } = await world();
    await round('12:00:00');
    const [today] = await objectives('today');
    // 2 of 24 hours are over: twelve times the events so far, of which 1 % may be bad; 1,800 are.
    expect(today.calendar).toEqual({
      forecast: { kind: 'lasts' },
      projection: 'so-far',
      projectedTotal: 885_600,
      projectedBudget: 8856,
      projectedBudgetLeft: 1 - 1800 / 8856,
      projectedBad: 1800,
    });
    expect(today.window).toEqual({
      from: '2026-11-25T10:00:00.000Z',
      to: '2026-11-25T12:00:00.000Z',
      endsAt: '2026-11-26T10:00:00.000Z',
    });
    expect(today.furtherWindows).toMatchObject([
      { counts: { bad: 1800, total: 73_800 }, state: 'failing' },
      {
        from: '2026-10-31T23:00:00.000Z',
        counts: { bad: 1800, total: 217_800 },
        coverage: {
          windowSeconds:
            moment('12:00:00') - moment('00:00:00') + 24 * 86_400 + 3600,
        },
      },
    ]);

    const slices = await objectives('slices');
    expect(slices.map(({ counts }) => counts.bad)).toEqual([6, 0]);
    const [both] = await objectives('both');
    expect(both.target).toBeCloseTo((3 * 0.99 + 0.9) / 4, 9);
    expect(both.parts).toMatchObject([
      { name: 'bad-products', weight: 3, counts: { bad: 1800 } },
      { name: 'Search', weight: 1, counts: { bad: 0 } },
    ]);
    const [journey] = await objectives('journey');
    expect(journey.parts).toMatchObject([
      { name: 'answers', weight: 2, target: 0.99 },
      { name: 'slices', weight: 1, counts: { bad: 6, total: 72 } },
    ]);

    const summary = presentSummary(await slo('maintained'), {
      now: new Date(moment('12:00:05') * 1000),
      staleAfterSeconds: 60,
    });
    // 18 of 24 hours were before the first sample; 16 minutes and a second are maintenance.
    expect(summary.coverage).toMatchObject({
      maintenanceSeconds: 961,
      windowSeconds: 86_400 - 961,
    });
    expect(summary.coverage!.seconds).toBeGreaterThan(6 * 3600 - 961 - 20);
    expect(summary.coverage!.seconds).toBeLessThanOrEqual(6 * 3600 - 961 + 20);
  });

  it('moves on to what counting anew gives, whatever lies between two rounds', async () => {
    const first = await world();
    for (const time of ['11:00:00', '11:00:15', '11:59:55', '12:05:00']) {
      await first.round(time);
    }
    const moved = await Promise.all(
      TEXTS.map((_, index) => nameOf(index)).map(first.objectives),
    );
    const asMeasured = await first.slo('answers');
    expect(
      asMeasured.measurement!.parts[0].windows.find(
        ({ key }) => key === '86400',
      ),
    ).toMatchObject({ anchoredAt: moment('11:00:00'), to: moment('12:05:00') });

    await knex('slo_results').delete();
    await first.round('12:05:00');
    const anew = await Promise.all(
      TEXTS.map((_, index) => nameOf(index)).map(first.objectives),
    );
    moved.forEach(([objective], index) => {
      const { counts } = anew[index][0];
      expect(objective.counts.bad).toBeCloseTo(counts.bad, 6);
      expect(objective.counts.total).toBeCloseTo(counts.total, 6);
    });
  });

  it('excludes no stretch that was over when the maintenance was written down', async () => {
    const { round, objectives } = await world(
      TEXTS,
      new Date(moment('11:00:00') * 1000),
    );
    await round('12:00:00');
    const [objective] = await objectives('maintained');
    expect(objective.counts).toEqual({ bad: 1800, total: 217_800 });
  });

  it('shows how each kind went', async () => {
    const { round, slo, environment, clients } = await world();
    await round('12:00:00');
    const now = new Date(moment('12:00:05') * 1000);
    const read = async (name: string, steps: string[] = []) => {
      const { points } = await readHistory({
        slo: await slo(name),
        steps: await Promise.all(steps.map(slo)),
        objective: 0,
        range: timeRangeOf({ range: '6h' }, now, '6h'),
        environment,
        client: clients.of(environment),
        now,
      });
      return points;
    };
    const at = async (
      points: ReturnType<typeof read>,
      time: string,
    ): Promise<{ bad: number; total: number }> =>
      (await points).find(point => point.at.getTime() === moment(time) * 1000)!
        .window;
    const answers = read('answers');
    // At 10:15 four and a quarter hours of good requests and a quarter hour of bad ones.
    expect(await at(answers, '10:15:00')).toEqual({
      bad: expect.closeTo(900, 6),
      total: expect.closeTo(153_900, 6),
    });
    const today = read('today');
    // Before 10:00 it was yesterday, which had four hours of good requests.
    expect((await at(today, '10:00:00')).total).toBeCloseTo(0, 6);
    expect((await at(today, '09:55:00')).total).toBeCloseTo(141_000, 6);
    expect((await at(today, '10:15:00')).bad).toBeCloseTo(900, 6);
    expect((await at(read('slices'), '10:15:00')).bad).toBeCloseTo(3, 6);
    expect((await at(read('queue'), '11:15:00')).bad).toBeCloseTo(900, 6);
    expect(await at(read('both'), '10:15:00')).toEqual({
      bad: expect.closeTo(3 * (900 / 153_900), 9),
      total: 4,
    });
    expect((await at(read('journey', ['answers', 'slices']), '10:15:00')).bad)
      // 51 slices until then, of which three were bad.
      .toBeCloseTo(2 * (900 / 153_900) + 3 / 51, 9);
    const maintained = read('maintained');
    expect((await at(maintained, '10:15:00')).bad).toBeCloseTo(0, 6);
    expect((await at(maintained, '10:20:00')).bad).toBeCloseTo(240, 6);
  });

  it('tries another target on weighted wholes, over the counts of their parts', async () => {
    const { round, slo, environment, clients } = await world();
    await round('12:00:00');
    const now = new Date(moment('12:00:05') * 1000);
    const ask = async (name: string, steps: string[] = []) =>
      askWhatIf({
        slo: await slo(name),
        steps: await Promise.all(steps.map(slo)),
        summary: presentSummary(await slo(name), {
          now,
          staleAfterSeconds: 60,
        }),
        target: 0.9,
        range: timeRangeOf({ range: '6h' }, now, '6h'),
        objective: 0,
        environment,
        client: clients.of(environment),
        now,
      });
    // The hour that ends at 10:30 has 1,800 bad of 37,800 requests to products, and none to search.
    const share = 1800 / 37_800;
    const both = await ask('both');
    expect(both).toMatchObject({ bucketSeconds: 60, coverageSeconds: 21_600 });
    expect(both.tried.worstBurn).toEqual({
      burnRate: expect.closeTo((3 * share) / 4 / 0.1, 6),
      at: '2026-11-25T10:30:00.000Z',
    });
    // The targets of its parts together: (3 x 0.99 + 0.9) / 4 = 0.9675.
    expect(both.now.target).toBeCloseTo(0.9675, 9);
    expect(both.now.worstBurn!.burnRate).toBeCloseTo(
      (3 * share) / 4 / 0.0325,
      6,
    );
    expect(both.tried.budgetLeft).toBeCloseTo(
      1 - (3 * (1800 / 217_800)) / 4 / 0.1,
      6,
    );
    // Six of the twelve slices of that hour are bad; the requests weigh twice.
    const journey = await ask('journey', ['answers', 'slices']);
    expect(journey.bucketSeconds).toBe(300);
    expect(journey.tried.worstBurn).toEqual({
      burnRate: expect.closeTo((2 * share + 0.5) / 3 / 0.1, 6),
      at: '2026-11-25T10:30:00.000Z',
    });
  });

  it('says which step of a journey is missing, and nothing of its figures', async () => {
    const { round, slo } = await world([
      sloText({
        name: 'journey',
        indicator: '',
        annotations: { 'shopfloor.dev/journey': 'shop/nothing' },
      }),
    ]);
    await round('12:00:00');
    expect(await slo('journey')).toMatchObject({
      measurement: undefined,
      failure: {
        code: 'no-data',
        message: expect.stringContaining('component:default/shop/nothing'),
      },
    });
  });

  function nameOf(index: number): string {
    return /name: (\S+)\n/.exec(TEXTS[index])![1];
  }
});
