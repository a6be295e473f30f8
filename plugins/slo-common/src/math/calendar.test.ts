import fc from 'fast-check';
import { CalendarWindow } from '../openslo/types';
import { calendarPeriod, windowLengthSeconds } from './calendar';

const HOUR = 3600;
const DAY = 24 * HOUR;

function window(
  duration: string,
  startTime: string,
  timeZone: string,
): CalendarWindow {
  return { kind: 'calendar', duration, startTime, timeZone };
}

const unix = (text: string) => Date.parse(text) / 1000;

function shown(calendar: CalendarWindow, at: string) {
  const period = calendarPeriod(calendar, unix(at));
  return (
    period && [
      new Date(period.from * 1000).toISOString().replace('.000', ''),
      new Date(period.to * 1000).toISOString().replace('.000', ''),
    ]
  );
}

describe('calendar windows', () => {
  const berlinMonth = window('1M', '2026-01-01 00:00:00', 'Europe/Berlin');
  const berlinDay = window('1d', '2026-01-01 00:00:00', 'Europe/Berlin');
  const newYorkWeek = window('1w', '2022-01-01 12:00:00', 'America/New_York');
  const from31 = window('1M', '2026-01-31 00:00:00', 'UTC');
  const quarter = window('1Q', '2026-01-01 00:00:00', 'Asia/Shanghai');

  // Worked by hand. Berlin is UTC+1, from 29 March to 25 October 2026 UTC+2. New York is UTC-5, from 8 March UTC-4;
  // 2022-01-01 and 2026-03-07 are Saturdays. Shanghai is UTC+8.
  it.each<[string, CalendarWindow, string, [string, string] | undefined]>([
    [
      'the month',
      berlinMonth,
      '2026-02-10T00:00:00Z',
      ['2026-01-31T23:00:00Z', '2026-02-28T23:00:00Z'],
    ],
    [
      'the month in which the clock goes forward',
      berlinMonth,
      '2026-03-31T21:59:59Z',
      ['2026-02-28T23:00:00Z', '2026-03-31T22:00:00Z'],
    ],
    [
      'its first second',
      berlinMonth,
      '2026-03-31T22:00:00Z',
      ['2026-03-31T22:00:00Z', '2026-04-30T22:00:00Z'],
    ],
    [
      'a day of 23 hours',
      berlinDay,
      '2026-03-29T12:00:00Z',
      ['2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ],
    [
      'a day of 25 hours',
      berlinDay,
      '2026-10-25T12:00:00Z',
      ['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ],
    [
      'a week from Saturday noon over the change of the clock',
      newYorkWeek,
      '2026-03-10T00:00:00Z',
      ['2026-03-07T17:00:00Z', '2026-03-14T16:00:00Z'],
    ],
    [
      'the shortest month of those that begin on the 31st',
      from31,
      '2026-03-01T00:00:00Z',
      ['2026-02-28T00:00:00Z', '2026-03-31T00:00:00Z'],
    ],
    [
      'a quarter',
      quarter,
      '2026-05-05T00:00:00Z',
      ['2026-03-31T16:00:00Z', '2026-06-30T16:00:00Z'],
    ],
    [
      'nothing before its start',
      berlinMonth,
      '2025-12-31T22:59:59Z',
      undefined,
    ],
  ])('have %s', (_, calendar, at, period) => {
    expect(shown(calendar, at)).toEqual(period);
  });

  it('are as long as they are', () => {
    expect(windowLengthSeconds(berlinDay, unix('2026-03-29T12:00:00Z'))).toBe(
      23 * HOUR,
    );
    expect(windowLengthSeconds(berlinMonth, unix('2026-02-10T00:00:00Z'))).toBe(
      28 * DAY,
    );
    // Not begun: the first one, January.
    expect(windowLengthSeconds(berlinMonth, unix('2020-01-01T00:00:00Z'))).toBe(
      31 * DAY,
    );
  });

  it('hold their moment, and follow each other without a gap', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('1M', '2M', '1Q', '1Y', '1w', '1d', '36h', '90m'),
        fc.constantFrom(
          'UTC',
          'Europe/Berlin',
          'America/New_York',
          'Asia/Kolkata',
        ),
        fc.constantFrom('2024-01-31 00:00:00', '2024-02-29 02:30:00'),
        fc.integer({ min: unix('2024-03-01'), max: unix('2031-01-01') }),
        (duration, timeZone, startTime, at) => {
          const calendar = window(duration, startTime, timeZone);
          const period = calendarPeriod(calendar, at)!;
          expect(period.from).toBeLessThanOrEqual(at);
          expect(period.to).toBeGreaterThan(at);
          expect(calendarPeriod(calendar, period.to)!.from).toBe(period.to);
          expect(calendarPeriod(calendar, period.from)!.to).toBe(period.to);
        },
      ),
    );
  });
});
