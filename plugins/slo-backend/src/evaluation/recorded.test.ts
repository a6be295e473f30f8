import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { TestPrometheus, TestSeries } from '../testing/TestPrometheus';
import {
  evaluationWorld,
  history,
  INTERVAL_SECONDS,
  moment,
  sloText,
} from './__testUtils__/evaluationWorld';

jest.setTimeout(120_000);

const NAMES = Array.from({ length: 10 }, (_, index) => `slo-${index}`);
const CALENDAR = [...NAMES.slice(0, 8)].map(name => `${name}-today`);
const idOf = (name: string) => `component~default~shop~${name}~production`;

/** What the rules recorded of an SLO, with figures that the requests do not have, so that one sees where they come from. */
function recordedSeries(name: string, until = '12:10:00'): TestSeries[] {
  const series = (
    metric: string,
    value: number,
    more: Record<string, string> = {},
    from = '06:00:00',
  ) => ({
    name: `shopfloor:slo_${metric}`,
    labels: {
      environment: 'production',
      slo_id: idOf(name),
      objective: '0',
      ...more,
    },
    from: moment(from) + INTERVAL_SECONDS,
    to: moment(until),
    value,
  });
  return [
    series('bad:rate1m', 0.5),
    series('total:rate1m', 5),
    ...['1h', '1d'].flatMap(window => [
      series('bad:window', 7, { window }),
      series('total:window', 1000, { window }),
    ]),
  ];
}

describe('figures from what the rules recorded', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let prometheus: TestPrometheus;
  let knex: Knex;

  beforeAll(async () => {
    prometheus = await TestPrometheus.start({
      series: [
        ...history(),
        ...[...NAMES, ...CALENDAR].flatMap(name => recordedSeries(name)),
        ...recordedSeries('silent', '11:00:00'),
        ...recordedSeries('maintained', '11:00:00'),
      ],
      intervalSeconds: INTERVAL_SECONDS,
    });
  });

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
  });

  afterEach(() => knex.destroy());

  afterAll(() => prometheus.remove());

  async function world(texts: string[], recordedSince?: Date) {
    const made = await evaluationWorld({ knex, url: prometheus.url, texts });
    if (recordedSince) {
      await made.store.markRecorded({
        environment: 'production',
        slos: await made.store.listSlos(),
        now: recordedSince,
      });
    }
    return made;
  }

  const longAgo = new Date((moment('00:00:00') - 86_400 * 2) * 1000);
  const counts = async (
    { objectives }: Awaited<ReturnType<typeof world>>,
    name: string,
  ) => (await objectives(name))[0]?.counts;

  it('takes the windows of all SLOs in as many queries as those of one', async () => {
    const made = await world(
      NAMES.map(name => sloText({ name })),
      longAgo,
    );
    const client = made.clients.of(made.environment);
    const query = jest.spyOn(client, 'query');
    await made.round('12:00:00');
    expect(await counts(made, 'slo-0')).toEqual({ bad: 7, total: 1000 });
    expect(await counts(made, 'slo-9')).toEqual({ bad: 7, total: 1000 });
    const first = query.mock.calls.length;
    // Bad, all, which are fresh; and the coverage of the day.
    expect(first).toBe(4);
    await made.round('12:00:15');
    expect(query.mock.calls.length - first).toBe(4);
    const { measurement } = await made.slo('slo-3');
    // Six hours of samples of a day, and fifteen seconds more.
    expect(measurement!.parts[0].coverage[0].seconds).toBe(6 * 3600 + 15);
  });

  it('counts a calendar window of recorded rates, for all at once', async () => {
    const made = await world(
      CALENDAR.map(name =>
        sloText({
          name,
          window:
            '{ duration: 1d, calendar: { startTime: "2026-01-01 00:00:00", timeZone: Pacific/Honolulu } }',
        }),
      ),
      longAgo,
    );
    await made.round('12:00:00');
    // Two hours at 5 a second, a tenth of them bad.
    expect(await counts(made, CALENDAR[0])).toEqual({
      bad: 3600,
      total: 36_000,
    });
    const query = jest.spyOn(made.clients.of(made.environment), 'query');
    await made.round('12:00:15');
    expect(await counts(made, CALENDAR[7])).toEqual({
      bad: expect.closeTo(3607.5, 6),
      total: expect.closeTo(36_075, 6),
    });
    // Three as ever, and bad, all and coverage of fifteen seconds.
    expect(query).toHaveBeenCalledTimes(6);
  });

  it('counts the requests themselves where the rules are younger than the window', async () => {
    const made = await world(
      [sloText({ name: 'slo-0' })],
      new Date(moment('10:30:00') * 1000),
    );
    await made.round('12:00:00');
    expect(await counts(made, 'slo-0')).toEqual({ bad: 1800, total: 217_800 });
    // The last hour was recorded whole.
    const [hour] = (
      await made.slo('slo-0')
    ).measurement!.parts[0].windows.filter(({ key }) => key === '3600');
    expect(hour).toMatchObject({ bad: 7, total: 1000 });
  });

  it('begins anew when what is counted changes, and waits for the rules of that', async () => {
    const made = await world([sloText({ name: 'slo-0' })], longAgo);
    const before = await made.slo('slo-0');
    expect(before.recordedSince).toEqual(longAgo);
    const changed = await world([
      sloText({
        name: 'slo-0',
        method: 'RatioTimeslices',
        objectives: '[{ target: 0.9, timeSliceWindow: 5m }]',
      }),
    ]);
    expect((await changed.slo('slo-0')).recordedSince).toBeUndefined();
    // The rules in force are those of the definition before.
    await made.store.markRecorded({
      environment: 'production',
      slos: [before],
      now: new Date(),
    });
    await changed.round('12:00:00');
    expect((await counts(changed, 'slo-0'))!.total).toBe(72);
    expect((await changed.slo('slo-0')).recordedSince).toBeUndefined();
  });

  it('says that nothing is recorded any more, unless it is maintenance', async () => {
    const made = await world(
      [
        sloText({ name: 'silent' }),
        sloText({
          name: 'maintained',
          annotations: {
            'shopfloor.dev/maintenance': '2026-11-25T11:00:00Z/PT2H',
          },
        }),
      ],
      longAgo,
    );
    await made.round('12:00:00');
    expect((await made.slo('silent')).failure).toMatchObject({
      code: 'no-data',
      message: expect.stringContaining('in the last 5m'),
    });
    expect((await made.slo('maintained')).failure).toBeUndefined();
  });
});
