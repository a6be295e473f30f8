import fc from 'fast-check';
import { CalendarWindow } from '../openslo/types';
import {
  declaredSpans,
  excludedSeconds,
  excludedSpans,
  spanOf,
  windowKey,
  withoutSpans,
} from './windows';

const seconds = (iso: string) => Date.parse(iso) / 1000;
const month: CalendarWindow = {
  kind: 'calendar',
  duration: '1M',
  startTime: '2026-01-01 00:00:00',
  timeZone: 'Europe/Berlin',
};

describe('spanOf', () => {
  it('lets a calendar window begin at midnight of its time zone, also after the clock went forward', () => {
    expect(spanOf(month, seconds('2026-07-10T12:00:00Z'))).toEqual({
      from: seconds('2026-06-30T22:00:00Z'),
      to: seconds('2026-07-10T12:00:00Z'),
    });
    expect(spanOf(month, seconds('2026-02-10T12:00:00Z'))?.from).toBe(
      seconds('2026-01-31T23:00:00Z'),
    );
    expect(spanOf(month, seconds('2025-12-31T22:59:59Z'))).toBeUndefined();
    expect(windowKey(month)).toBe('1M@Europe/Berlin from 2026-01-01 00:00:00');
  });

  it('begins and ends between two slices', () => {
    const rolling = {
      kind: 'rolling' as const,
      duration: '1h',
      durationSeconds: 3600,
    };
    expect(spanOf(rolling, 10_000, 300)).toEqual({ from: 6300, to: 9900 });
    // The month began at a whole hour; the slice of the moment has not ended.
    const at = seconds('2026-06-30T22:03:00Z');
    const from = seconds('2026-06-30T22:00:00Z');
    expect(spanOf(month, at, 300)).toEqual({ from, to: from });
  });
});

describe('maintenance in spans', () => {
  it('takes out what it lasts and a minute more, and whole slices', () => {
    const excluded = excludedSpans([{ from: 1000, to: 1240 }]);
    expect(excluded).toEqual([{ from: 999, to: 1300 }]);
    expect(withoutSpans({ from: 0, to: 3000 }, excluded)).toEqual([
      { from: 0, to: 999 },
      { from: 1300, to: 3000 },
    ]);
    // Slices of five minutes end at 900 and begin again at 1500.
    expect(withoutSpans({ from: 0, to: 3000 }, excluded, 300)).toEqual([
      { from: 0, to: 900 },
      { from: 1500, to: 3000 },
    ]);
    expect(withoutSpans({ from: 1000, to: 1200 }, excluded)).toEqual([]);
    expect(excludedSeconds({ from: 1100, to: 3000 }, excluded)).toBe(200);
  });

  it('takes nothing out from before it was declared, or after it was taken away', () => {
    const window = {
      kind: 'once' as const,
      fromSeconds: 1000,
      toSeconds: 4000,
    };
    const span = { from: 0, to: 10_000 };
    expect(declaredSpans([{ window, since: 2000 }], span)).toEqual([
      { from: 1999, to: 4060 },
    ]);
    expect(declaredSpans([{ window, since: 0, until: 3000 }], span)).toEqual([
      { from: 999, to: 3060 },
    ]);
    expect(declaredSpans([{ window, since: 5000 }], span)).toEqual([]);
  });

  it('leaves every second of a span either in or out', () => {
    const interval = fc
      .tuple(fc.nat(5000), fc.integer({ min: 1, max: 900 }))
      .map(([from, length]) => ({ from, to: from + length }));
    fc.assert(
      fc.property(
        fc.array(interval, { maxLength: 6 }),
        interval,
        (intervals, span) => {
          const excluded = excludedSpans(intervals);
          const left = withoutSpans(span, excluded);
          const sum = left.reduce((all, { from, to }) => all + to - from, 0);
          expect(sum + excludedSeconds(span, excluded)).toBe(
            span.to - span.from,
          );
        },
      ),
    );
  });
});
