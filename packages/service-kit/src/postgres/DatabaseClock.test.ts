import { testMaterials } from '../testing/testMaterials.ts';
import { DatabaseClock } from './DatabaseClock.ts';

describe('DatabaseClock', () => {
  let local: number;
  let lines: string[];
  let clock: DatabaseClock;
  let skew: () => Promise<number>;

  beforeEach(() => {
    local = 1_000_000;
    const materials = testMaterials();
    lines = materials.lines;
    clock = DatabaseClock.create({ ...materials, localNow: () => local });
    skew = async () =>
      (await materials.metrics.registry
        .getSingleMetric('database_clock_skew_seconds')!
        .get())!.values[0].value;
  });

  it('is the time of the machine until the database has told', () => {
    expect(clock.now()).toBe(1_000_000);
  });

  it('is the time of the database from then on, and goes on between', async () => {
    clock.learn({ databaseMs: 1_300_000, roundTripMs: 20 });
    expect(clock.now()).toBe(1_300_010);
    local += 500;
    expect(clock.now()).toBe(1_300_510);
    expect(await skew()).toBeCloseTo(300.01);
  });

  it('says so once when the machine is off, and once when it is right again', () => {
    const told = () =>
      lines
        .map(line => JSON.parse(line))
        .map(({ level, skew_seconds }) => [level, skew_seconds]);
    clock.learn({ databaseMs: 700_000, roundTripMs: 0 });
    clock.learn({ databaseMs: 700_000, roundTripMs: 0 });
    expect(told()).toEqual([['warn', -300]]);
    clock.learn({ databaseMs: 1_000_100, roundTripMs: 0 });
    expect(told()).toEqual([
      ['warn', -300],
      ['info', 0],
    ]);
  });

  it('learns nothing from an answer that took long', () => {
    clock.learn({ databaseMs: 2_000_000, roundTripMs: 1001 });
    expect(clock.now()).toBe(1_000_000);
  });
});
