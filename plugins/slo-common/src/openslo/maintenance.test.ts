import fc from 'fast-check';
import {
  maintenanceIntervals,
  mergeIntervals,
  parseMaintenance,
} from './maintenance';
import { MaintenanceWindow } from './types';

const HOUR = 3600;
const DAY = 24 * HOUR;

function windows(text: string): MaintenanceWindow[] {
  return parseMaintenance(text).map(entry => {
    if (!('window' in entry)) {
      throw new Error(entry.message);
    }
    return entry.window;
  });
}

function between(from: string, to: string) {
  return { from: Date.parse(from) / 1000, to: Date.parse(to) / 1000 };
}

describe('maintenance', () => {
  it.each([
    ['Sun 2:00-04:00 UTC', /maintenance window/],
    ['Son 02:00-04:00 UTC', /weekdays/],
    ['Sun 25:00-26:00 UTC', /time of day/],
    ['Sun 02:00-02:00 UTC', /time of day/],
    ['Sun 02:00-04:00 Mars/Base', /time zone/],
    ['2026-12-01T22:00:00Z', /maintenance window/],
    ['2026-12-01T22:00:00/PT1H', /offset/],
    ['2026-12-01T22:00:00Z/2026-12-01T21:00:00Z', /interval/],
    ['2026-13-01T22:00:00Z/PT1H', /interval/],
  ])('refuses "%s"', (text, message) => {
    expect(parseMaintenance(`\n${text}`)).toEqual([
      { line: 2, message: expect.stringMatching(message) },
    ]);
  });

  it('keeps the wall clock of its time zone over daylight saving', () => {
    // Berlin: +01:00 until 2026-03-29 01:00 UTC, when 02:00 becomes 03:00; +02:00 until 2026-10-25 01:00 UTC.
    const sundays = windows('Sun 01:30-04:00 Europe/Berlin');
    expect(
      maintenanceIntervals(
        sundays,
        between('2026-03-22T00:00:00Z', '2026-04-06T00:00:00Z'),
      ),
    ).toEqual([
      between('2026-03-22T00:30:00Z', '2026-03-22T03:00:00Z'),
      // One hour shorter: 01:30 +01:00 to 04:00 +02:00.
      between('2026-03-29T00:30:00Z', '2026-03-29T02:00:00Z'),
      between('2026-04-04T23:30:00Z', '2026-04-05T02:00:00Z'),
    ]);
    expect(
      maintenanceIntervals(
        sundays,
        between('2026-10-25T00:00:00Z', '2026-10-26T00:00:00Z'),
      ),
    ).toEqual([
      // One hour longer: 01:30 +02:00 to 04:00 +01:00. It began the evening before, in UTC.
      between('2026-10-24T23:30:00Z', '2026-10-25T03:00:00Z'),
    ]);
  });

  it('reaches past midnight, and takes touching windows for one', () => {
    expect(
      maintenanceIntervals(
        windows(
          'Mon-Tue 23:30-00:30 UTC\n2026-12-01T00:30:00Z/PT15M\ndaily 12:00-12:05 UTC',
        ),
        between('2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z'),
      ),
    ).toEqual([
      // 2026-12-01 is a Tuesday; the window of Monday ends in it.
      between('2026-11-30T23:30:00Z', '2026-12-01T00:45:00Z'),
      between('2026-12-01T12:00:00Z', '2026-12-01T12:05:00Z'),
      between('2026-12-01T23:30:00Z', '2026-12-02T00:30:00Z'),
    ]);
  });

  it('merges without losing or adding a second', () => {
    const interval = fc
      .tuple(fc.nat(60), fc.integer({ min: 1, max: 20 }))
      .map(([from, length]) => ({ from, to: from + length }));
    fc.assert(
      fc.property(fc.array(interval), intervals => {
        const merged = mergeIntervals(intervals);
        const covered = (list: typeof intervals, second: number) =>
          list.some(({ from, to }) => from <= second && second < to);
        for (let second = 0; second < 90; second++) {
          expect(covered(merged, second)).toBe(covered(intervals, second));
        }
        merged.slice(1).forEach((next, index) => {
          expect(next.from).toBeGreaterThan(merged[index].to);
        });
      }),
    );
  });

  it('has every day of a year once', () => {
    const year = between('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z');
    const intervals = maintenanceIntervals(
      windows('daily 03:00-03:15 America/New_York'),
      year,
    );
    expect(intervals).toHaveLength(365);
    for (const { from, to } of intervals) {
      expect(to - from).toBe(900);
    }
    expect((year.to - year.from) / DAY).toBe(365);
  });
});
