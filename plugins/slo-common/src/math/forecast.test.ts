import fc from 'fast-check';
import { budgetLeft, EventCounts } from './budget';
import { forecastRolling } from './forecast';

const HOUR = 3600;
const DAY = 24 * HOUR;

function forecast(options: {
  window: EventCounts;
  recent: EventCounts;
  coverage?: number;
  recentSeconds?: number;
}) {
  return forecastRolling({
    window: options.window,
    recent: options.recent,
    coverageSeconds: options.coverage ?? 30 * DAY,
    recentSeconds: options.recentSeconds ?? HOUR,
    windowSeconds: 30 * DAY,
    target: 0.99,
  });
}

describe('exhaustion forecast of a rolling window', () => {
  it('is exhausted when no budget is left', () => {
    expect(
      forecast({
        window: { bad: 100, total: 10_000 },
        recent: { bad: 0, total: 10 },
      }),
    ).toEqual({ kind: 'exhausted' });
  });

  it('is unknown without events', () => {
    const none = { bad: 0, total: 0 };
    const some = { bad: 0, total: 10 };
    expect(forecast({ window: none, recent: none })).toEqual({
      kind: 'unknown',
    });
    expect(forecast({ window: some, recent: none })).toEqual({
      kind: 'unknown',
    });
  });

  it('lasts when the recent burn rate is at most one', () => {
    // 1 bad of 100 burns at exactly 1.
    expect(
      forecast({
        window: { bad: 90, total: 10_000 },
        recent: { bad: 1, total: 100 },
      }),
    ).toEqual({ kind: 'lasts' });
  });

  it('counts a full window down while unused budget leaves it', () => {
    // 72,000 events in 720 h: 100 an hour, budget 720, 360 bad, 360 left; 0.5 of it leaves every hour (360 / 720).
    // Recent: 2 bad of 100 an hour earn 1 and spend 2: -1 an hour. Together -1.5 an hour: 240 h.
    expect(
      forecast({
        window: { bad: 360, total: 72_000 },
        recent: { bad: 2, total: 100 },
      }),
    ).toEqual({ kind: 'exhausts', inSeconds: expect.closeTo(240 * HOUR, 3) });
  });

  it('loses nothing to age while the window fills', () => {
    // 10 h of data: 1,000 events, budget 10, none bad. -1 an hour: 10 h, far before anything is 30 days old.
    expect(
      forecast({
        window: { bad: 0, total: 1_000 },
        recent: { bad: 2, total: 100 },
        coverage: 10 * HOUR,
      }),
    ).toEqual({ kind: 'exhausts', inSeconds: expect.closeTo(10 * HOUR, 3) });
  });

  it('passes from filling to leaving', () => {
    // 360 h of data, 36,000 events, budget 360, none bad; -0.5 an hour (1.5 bad of 100). After 360 h of filling 180 are
    // left; then 360 / 360 = 1 an hour leaves beside the 0.5: 180 / 1.5 = 120 h more.
    const result = forecast({
      window: { bad: 0, total: 36_000 },
      recent: { bad: 1.5, total: 100 },
      coverage: 360 * HOUR,
    });
    expect(result).toEqual({
      kind: 'exhausts',
      inSeconds: expect.closeTo(480 * HOUR, 3),
    });
  });

  it('lies inside the window, and is when the budget of its assumptions is zero', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, share, (a, b, c) => {
        const window = { bad: a * 100, total: 10_000 };
        const recent = { bad: 1 + b * 99, total: 100 };
        const coverage = HOUR + c * (30 * DAY - HOUR);
        const result = forecast({ window, recent, coverage });
        const t = result.kind === 'exhausts' ? result.inSeconds : 0;
        const gone = Math.max(0, t - (30 * DAY - coverage)) / coverage;
        const left = budgetLeft(
          {
            bad: window.bad * (1 - gone) + (recent.bad * t) / HOUR,
            total: window.total * (1 - gone) + (recent.total * t) / HOUR,
          },
          0.99,
        )!;
        expect(t).toBeLessThanOrEqual(30 * DAY * (1 + 1e-9));
        expect({
          exhausted: left <= 1e-9,
          exhausts: Math.abs(left) < 1e-6,
          lasts: left > 0 && budgetLeft(recent, 0.99)! >= -1e-9,
          unknown: false,
        }).toMatchObject({ [result.kind]: true });
      }),
    );
  });
});
