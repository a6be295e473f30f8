import fc from 'fast-check';
import { DateTime } from 'luxon';
import { WEEKDAYS, WorkingHours } from '../policy/types';
import { addWorkingHours } from './workingTime';

const week = WEEKDAYS.slice(0, 5);
const berlin: WorkingHours = {
  timeZone: 'Europe/Berlin',
  days: week,
  from: '09:00',
  to: '17:00',
};
const berlinNights: WorkingHours = {
  timeZone: 'Europe/Berlin',
  days: [...WEEKDAYS],
  from: '00:00',
  to: '24:00',
};
const shanghai: WorkingHours = {
  timeZone: 'Asia/Shanghai',
  days: week,
  from: '09:30',
  to: '18:30',
};
const newYork: WorkingHours = {
  timeZone: 'America/New_York',
  days: [...WEEKDAYS],
  from: '01:00',
  to: '04:00',
};

// Worked by hand. Berlin is UTC+1, from 29 March to 25 October 2026 UTC+2 (the clock jumps at 01:00 UTC); New York is UTC-5,
// from 8 March 2026 UTC-4 (02:00 is 03:00) to 1 November; Shanghai is always UTC+8. 2 March 2026 is a Monday.
describe('working hours', () => {
  it.each<[string, WorkingHours, string, number, string]>([
    [
      'pass within a day',
      berlin,
      '2026-03-02T09:00:00Z',
      4,
      '2026-03-02T13:00:00.000Z',
    ],
    [
      'go on the next morning',
      berlin,
      '2026-03-02T14:00:00Z', // 15:00; 2 h until 17:00
      4,
      '2026-03-03T10:00:00.000Z',
    ],
    [
      'end in the morning, not in the evening before',
      berlin,
      '2026-03-02T08:00:00Z',
      8,
      '2026-03-03T08:00:00.000Z',
    ],
    [
      'begin in the morning when it is night',
      berlin,
      '2026-03-02T02:00:00Z',
      1,
      '2026-03-02T09:00:00.000Z',
    ],
    [
      'leave out the weekend, over which the clock goes forward',
      berlin,
      '2026-03-27T14:00:00Z', // Friday 15:00 at UTC+1
      4,
      '2026-03-30T09:00:00.000Z', // Monday 11:00 at UTC+2
    ],
    [
      'leave out the weekend, over which the clock goes back',
      berlin,
      '2026-10-23T13:00:00Z', // Friday 15:00 at UTC+2
      4,
      '2026-10-26T10:00:00.000Z', // Monday 11:00 at UTC+1
    ],
    [
      'are 23 on the day on which the clock goes forward',
      berlinNights,
      '2026-03-28T23:00:00Z', // Sunday 00:00
      23,
      '2026-03-29T22:00:00.000Z', // Monday 00:00
    ],
    [
      'are 25 on the day on which the clock goes back',
      berlinNights,
      '2026-10-24T22:00:00Z', // Sunday 00:00
      24,
      '2026-10-25T22:00:00.000Z', // Sunday 23:00
    ],
    [
      'lose the hour that is left out',
      newYork,
      '2026-03-08T05:00:00Z', // Sunday 00:00; 01:00 to 04:00 are two hours
      2,
      '2026-03-09T05:00:00.000Z', // Monday 01:00
    ],
    [
      'have the hour that comes twice',
      newYork,
      '2026-11-01T04:00:00Z', // Sunday 00:00; 01:00 to 04:00 are four hours
      3,
      '2026-11-01T08:00:00.000Z', // Sunday 03:00
    ],
    [
      'are those of the place',
      shanghai,
      '2026-03-06T10:00:00Z', // Friday 18:00
      2,
      '2026-03-09T03:00:00.000Z', // Monday 11:00
    ],
  ])('%s', (_, calendar, start, hours, expected) => {
    expect(addWorkingHours(start, hours, calendar)).toBe(expected);
  });

  it('always end inside of working hours, later than they begin, and more hours later', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(berlin, berlinNights, shanghai, newYork),
        fc.date({
          min: new Date('2024-01-01'),
          max: new Date('2030-01-01'),
          noInvalidDate: true,
        }),
        fc.integer({ min: 1, max: 40 }),
        (calendar, date, hours) => {
          const start = date.toISOString();
          const end = addWorkingHours(start, hours, calendar);
          const local = DateTime.fromISO(end, { zone: calendar.timeZone });
          expect(calendar.days).toContain(WEEKDAYS[local.weekday - 1]);
          const clock = local.toFormat('HH:mm');
          expect(clock >= calendar.from && clock < calendar.to).toBe(true);
          expect(Date.parse(end)).toBeGreaterThanOrEqual(
            date.getTime() + hours * 3_600_000,
          );
          expect(addWorkingHours(start, hours + 1, calendar) > end).toBe(true);
        },
      ),
    );
  });
});
