import fc from 'fast-check';
import { backoffMs } from './backoff.ts';
import { LagWatch } from './LagWatch.ts';
import { decideFailure, DEFAULT_RETRY_POLICY } from './parkDecision.ts';
import { parseEvent } from './parseEvent.ts';

describe('backoffMs', () => {
  it.each([
    // attempt, random, wait: half of the bound for sure, the other half by chance
    [1, 0, 50],
    [1, 0.999, 100],
    [2, 0, 100],
    [3, 0.5, 300],
    [10, 0, 500],
    [10, 0.999, 1000],
    [1000, 0.999, 1000],
  ])('attempt %i with chance %d waits %i ms', (attempt, random, wait) => {
    expect(
      backoffMs(attempt, { baseMs: 100, maxMs: 1000, random: () => random }),
    ).toBe(wait);
  });

  it('stays between half the bound and the bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, chance) => {
          const wait = backoffMs(attempt, {
            baseMs: 100,
            maxMs: 5000,
            random: () => chance,
          });
          expect(wait).toBeGreaterThanOrEqual(50);
          expect(wait).toBeLessThanOrEqual(5000);
        },
      ),
    );
  });
});

describe('decideFailure', () => {
  const patience = DEFAULT_RETRY_POLICY.patienceMs;
  it.each([
    { attempts: 1, elapsedMs: 0, temporary: false, then: 'retry' },
    { attempts: 4, elapsedMs: 9e9, temporary: false, then: 'retry' },
    { attempts: 5, elapsedMs: 0, temporary: false, then: 'park' },
    { attempts: 4, elapsedMs: 0, temporary: true, then: 'retry' },
    { attempts: 5, elapsedMs: 0, temporary: true, then: 'postpone' },
    {
      attempts: 99,
      elapsedMs: patience - 1,
      temporary: true,
      then: 'postpone',
    },
    { attempts: 99, elapsedMs: patience, temporary: true, then: 'park' },
  ])(
    '$attempts attempts, $elapsedMs ms, temporary $temporary: $then',
    ({ then, ...record }) => {
      expect(decideFailure(record, DEFAULT_RETRY_POLICY)).toBe(then);
    },
  );
});

describe('LagWatch', () => {
  const event = (topic: string, ageMs: number) => ({
    topic,
    ageMs,
    partition: 0,
    offset: 0,
    key: 'k',
    value: '',
    generation: 0,
  });

  it('is the age of the oldest event in hand, and grows while the work lasts', async () => {
    let now = 10_000;
    const lag = LagWatch.create({ topics: ['a', 'b'], now: () => now });
    expect([...lag.seconds()]).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
    await lag.during([event('a', 500), event('a', 2000)], async () => {
      now += 1000;
      expect([...lag.seconds()]).toEqual([
        ['a', 3],
        ['b', 0],
      ]);
    });
    expect([...lag.seconds()]).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
  });

  it('goes on growing after a batch that failed, and while the log is away', async () => {
    let now = 10_000;
    const lag = LagWatch.create({ topics: ['a', 'b'], now: () => now });
    await expect(
      lag.during([event('a', 1000)], () => Promise.reject(new Error('no'))),
    ).rejects.toThrow('no');
    lag.setConnected(false);
    now += 5000;
    lag.setConnected(false);
    expect([...lag.seconds()]).toEqual([
      ['a', 6],
      ['b', 5],
    ]);
    lag.setConnected(true);
    expect([...lag.seconds()]).toEqual([
      ['a', 6],
      ['b', 0],
    ]);
  });
});

describe('parseEvent', () => {
  const raw = (value: string, offset = 7) => ({
    topic: 't',
    partition: 3,
    offset,
    key: 'k',
    value,
    ageMs: 0,
    generation: 0,
  });

  it('reads an envelope and keeps what it does not know', () => {
    const value = JSON.stringify({
      id: '0190a1b2-c3d4-77ff-bfff-ffffffffffff',
      type: 'x.v1',
      data: { a: 1 },
      more: true,
    });
    expect(parseEvent(raw(value))).toMatchObject({
      id: '0190a1b2-c3d4-77ff-bfff-ffffffffffff',
      type: 'x.v1',
      event: { data: { a: 1 }, more: true },
    });
  });

  it.each(['', 'null', '[]', '"text"', '{', '{"id":"1","type":"x","data":1}'])(
    'calls %s unreadable, with an id of its place',
    value => {
      const parsed = parseEvent(raw(value));
      expect(parsed.event).toBeUndefined();
      expect(parsed.type).toBe('unreadable');
      expect(parsed.id).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      expect(parseEvent(raw(value)).id).toBe(parsed.id);
      expect(parseEvent(raw(value, 8)).id).not.toBe(parsed.id);
    },
  );
});
