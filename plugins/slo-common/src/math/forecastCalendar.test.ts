import fc from 'fast-check';
import { forecastCalendar, TrafficProjection } from './forecastCalendar';

const HOUR = 3600;
const DAY = 24 * HOUR;

function forecast(options: {
  bad: number;
  total?: number;
  recentBad?: number;
  recentTotal?: number;
  elapsed?: number;
  projection?: TrafficProjection;
}) {
  const elapsed = options.elapsed ?? 10 * DAY;
  return forecastCalendar({
    window: { bad: options.bad, total: options.total ?? 240_000 },
    elapsedSeconds: elapsed,
    remainingSeconds: 30 * DAY - elapsed,
    recent: {
      bad: options.recentBad ?? 0,
      total: options.recentTotal ?? 1_000,
    },
    recentSeconds: HOUR,
    target: 0.999,
    projection: options.projection ?? { kind: 'so-far' },
  });
}

describe('forecast of a calendar window', () => {
  // 240,000 events in 10 of 30 days: 720,000 by the end, budget 720. The recent hour: 1,000 events, so by the end
  // 240,000 + 480 h x 1,000 = 720,000 as well.
  it('takes the budget from the whole window, and names the projection', () => {
    // 300 bad so far, 420 left; 3 bad an hour: 140 h, before the 480 h that remain. By the end 300 + 1,440 bad.
    expect(forecast({ bad: 300, recentBad: 3 })).toEqual({
      forecast: { kind: 'exhausts', inSeconds: expect.closeTo(140 * HOUR, 3) },
      projection: 'so-far',
      projectedTotal: 720_000,
      projectedBudget: 720,
      projectedBudgetLeft: expect.closeTo(1 - 300 / 720, 12),
      projectedBad: 1_740,
    });
  });

  it.each<[string, Parameters<typeof forecast>[0], string]>([
    // 420 left, 0.5 an hour: 840 h, more than 480 h.
    ['lasts when the window ends first', { bad: 300, recentBad: 0.5 }, 'lasts'],
    ['lasts without bad events', { bad: 300 }, 'lasts'],
    ['is exhausted with the budget', { bad: 720 }, 'exhausted'],
    ['is unknown without recent events', { bad: 1, recentTotal: 0 }, 'unknown'],
    ['is unknown without any event', { bad: 0, total: 0 }, 'unknown'],
    [
      'is unknown at the first second',
      { bad: 0, total: 0, elapsed: 0 },
      'unknown',
    ],
  ])('%s', (_, options, kind) => {
    expect(forecast(options).forecast.kind).toBe(kind);
  });

  it('depends on the projection that it names', () => {
    // Recent traffic is twice that of so far: 240,000 + 480 x 2,000 = 1,200,000, budget 1,200, 480 left.
    expect(
      forecast({
        bad: 720,
        recentBad: 2,
        recentTotal: 2_000,
        projection: { kind: 'recent' },
      }),
    ).toMatchObject({
      forecast: { kind: 'exhausts', inSeconds: expect.closeTo(240 * HOUR, 3) },
      projection: 'recent',
      projectedBudget: 1_200,
    });
    // The window before had 100,000, which this one has passed already: budget 240.
    expect(
      forecast({
        bad: 100,
        projection: { kind: 'previous', totalEvents: 100_000 },
      }),
    ).toMatchObject({ projection: 'previous', projectedBudget: 240 });
  });

  it('is exhausted at the end exactly when more is bad than the budget allows', () => {
    const rate = fc.double({ min: 0, max: 20, noNaN: true });
    fc.assert(
      fc.property(rate, fc.nat(719), (recentBad, bad) => {
        const result = forecast({ bad, recentBad });
        expect(result.forecast.kind === 'exhausts').toBe(
          result.projectedBad! > result.projectedBudget! * (1 + 1e-12),
        );
      }),
    );
  });
});
