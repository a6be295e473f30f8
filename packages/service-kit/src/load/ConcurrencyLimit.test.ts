import fc from 'fast-check';
import { ConcurrencyLimit } from './ConcurrencyLimit.ts';

const create = (initial = 100) =>
  new ConcurrencyLimit({ initial, min: 20, max: 400 });

/** Feeds the same window many times. */
function run(
  limit: ConcurrencyLimit,
  windows: number,
  window: { meanMs: number; count?: number; maxInFlight?: number },
) {
  for (let i = 0; i < windows; i += 1) {
    limit.update({
      count: 100,
      maxInFlight: limit.limit,
      ...window,
    });
  }
}

describe('ConcurrencyLimit', () => {
  it('grows by a fifth of its root per window while latency is as usual', () => {
    const limit = create(100);
    run(limit, 1, { meanMs: 10 });
    // 100 * 0.8 + (100 + 10) * 0.2
    expect(limit.limit).toBe(102);
  });

  it('falls in proportion when answers take four times as long', () => {
    const limit = create(100);
    run(limit, 1, { meanMs: 10 });
    run(limit, 1, { meanMs: 40 });
    // usual 10.05, gradient 20.1/40 = 0.5025: 102 * 0.8 + (51.255 + 10.0995) * 0.2
    expect(limit.limit).toBe(93);
    run(limit, 20, { meanMs: 40 });
    expect(limit.limit).toBeLessThan(45);
  });

  it('forgives answers up to twice as slow', () => {
    const limit = create(100);
    run(limit, 1, { meanMs: 10 });
    run(limit, 1, { meanMs: 19 });
    expect(limit.limit).toBe(104);
  });

  it('learns nothing from few answers, nor grows while nobody needs it', () => {
    const limit = create(100);
    run(limit, 50, { meanMs: 10, count: 9 });
    expect(limit.usualMs).toBeUndefined();
    run(limit, 50, { meanMs: 10, maxInFlight: 40 });
    expect(limit.limit).toBe(100);
    expect(limit.usualMs).toBeCloseTo(10);
  });

  it('recovers after an overload', () => {
    const limit = create(100);
    run(limit, 10, { meanMs: 10 });
    run(limit, 100, { meanMs: 200 });
    expect(limit.limit).toBeLessThan(50);
    run(limit, 200, { meanMs: 10 });
    expect(limit.limit).toBeGreaterThan(100);
    expect(limit.usualMs).toBeLessThan(21);
  });

  it('stays within its bounds whatever it sees', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            meanMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
            count: fc.integer({ min: 0, max: 1e6 }),
            maxInFlight: fc.integer({ min: 0, max: 2000 }),
          }),
          { maxLength: 200 },
        ),
        windows => {
          const limit = create();
          const seen = windows.map(window => {
            limit.update(window);
            return limit.limit;
          });
          expect(seen.every(value => value >= 20 && value <= 400)).toBe(true);
        },
      ),
    );
  });
});
