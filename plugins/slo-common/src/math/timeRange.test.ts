import fc from 'fast-check';
import {
  isTimeRangeProblem,
  MAX_RANGE_SECONDS,
  MIN_RANGE_SECONDS,
  resolveTimeRange,
} from './timeRange';

const NOW = Date.parse('2026-11-26T12:00:00Z') / 1000;
const DAY = 86_400;

const resolve = (choice: Parameters<typeof resolveTimeRange>[0]['choice']) =>
  resolveTimeRange({ choice, now: NOW });

describe('the time range of a page', () => {
  // Points: 60, 60, 72, 96, 84, 90. A bucket of a minute up to seven days (10,080), of five minutes over thirty (8,640).
  it.each([
    ['15m', 900, 15, 60],
    ['1h', 3600, 60, 60],
    ['6h', 21_600, 300, 60],
    ['1d', DAY, 900, 60],
    ['7d', 7 * DAY, 7200, 60],
    ['30d', 30 * DAY, 28_800, 300],
  ] as const)(
    '%s is %d s until now, in points of %d s and buckets of %d s',
    (range, seconds, stepSeconds, bucketSeconds) => {
      expect(resolve({ range })).toEqual({
        from: NOW - seconds,
        to: NOW,
        seconds,
        stepSeconds,
        bucketSeconds,
      });
    },
  );

  it.each([
    // Offsets are kept apart from the moment: both are 10:00 to 10:30 UTC. 1800 / 30 = 60 points.
    ['2026-11-26T10:00:00Z', '2026-11-26T10:30:00Z', 1800, 30, 60],
    ['2026-11-26T11:00+01:00', '2026-11-26T18:30:00+08:00', 1800, 30, 60],
    // 8 days: 11,520 minutes are too many, 2,304 buckets of five are not; 691,200 / 7,200 = 96 points.
    ['2026-11-10T00:00:00Z', '2026-11-18T00:00:00Z', 8 * DAY, 7200, 300],
    // 92 days: 26,496 of five minutes are too many, 8,832 of fifteen are not; 92 points of a day.
    ['2026-08-01T00:00:00Z', '2026-11-01T00:00:00Z', 92 * DAY, DAY, 900],
  ])(
    'from %s to %s is %d s, in points of %d s and buckets of %d s',
    (from, to, seconds, stepSeconds, bucketSeconds) => {
      expect(resolve({ from, to })).toMatchObject({
        to: Date.parse(to) / 1000,
        seconds,
        stepSeconds,
        bucketSeconds,
      });
    },
  );

  it.each([
    [{ from: '2026-11-26T10:00:00Z' }, 'to', 'incomplete'],
    [{ to: '2026-11-26T10:00:00Z' }, 'from', 'incomplete'],
    [
      {
        range: '1h' as const,
        from: '2026-11-26T10:00:00Z',
        to: '2026-11-26T11:00:00Z',
      },
      'range',
      'incomplete',
    ],
    // Without an offset it would be another moment for each who reads it.
    [
      { from: '2026-11-26T10:00:00', to: '2026-11-26T11:00:00Z' },
      'from',
      'no-moment',
    ],
    [{ from: '2026-11-26T10:00:00Z', to: 'now' }, 'to', 'no-moment'],
    [
      { from: '2026-13-26T10:00:00Z', to: '2026-11-26T11:00:00Z' },
      'from',
      'no-moment',
    ],
    [
      { from: '2026-11-26T10:00:00Z', to: '2026-11-26T10:00:00Z' },
      'to',
      'backwards',
    ],
    [
      { from: '2026-11-26T10:00:00Z', to: '2026-11-26T09:00:00Z' },
      'to',
      'backwards',
    ],
    [
      { from: '2026-11-26T11:00:00Z', to: '2026-11-26T13:00:00Z' },
      'to',
      'future',
    ],
    [
      { from: '2026-11-26T13:00:00Z', to: '2026-11-26T14:00:00Z' },
      'from',
      'future',
    ],
    [
      { from: '2026-11-26T10:00:00Z', to: '2026-11-26T10:00:59Z' },
      'to',
      'too-short',
    ],
    [
      { from: '2026-08-01T00:00:00Z', to: '2026-11-02T00:00:00Z' },
      'from',
      'too-long',
    ],
  ])('%j is refused at %s: %s', (choice, field, code) => {
    expect(resolve(choice)).toMatchObject({
      field,
      code,
      message: expect.stringMatching(new RegExp(`^${field}: `)),
    });
  });

  it('ends now when the clock of who asks goes ahead by less than a minute', () => {
    expect(
      resolve({ from: '2026-11-26T11:00:00Z', to: '2026-11-26T12:00:40Z' }),
    ).toMatchObject({ to: NOW, seconds: 3600 });
  });

  it('never asks Prometheus for more than it answers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: MIN_RANGE_SECONDS, max: MAX_RANGE_SECONDS }),
        fc.integer({ min: 0, max: 400 * DAY }),
        (seconds, ago) => {
          const iso = (at: number) => new Date(at * 1000).toISOString();
          const to = NOW - ago;
          const range = resolve({ from: iso(to - seconds), to: iso(to) });
          if (isTimeRangeProblem(range)) {
            throw new Error(range.message);
          }
          expect(range.to - range.from).toBe(seconds);
          expect(seconds / range.stepSeconds).toBeLessThanOrEqual(96);
          expect(seconds / range.bucketSeconds).toBeLessThanOrEqual(11_000);
        },
      ),
    );
  });
});
