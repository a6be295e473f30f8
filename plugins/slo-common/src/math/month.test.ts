import { dayAt, isTimeZone, monthPeriod } from './month';

const HOUR = 3600;

describe('months of a time zone', () => {
  it.each([
    // Berlin is one hour ahead of UTC in winter, two in summer; the clock went back on 25 October 2026.
    ['2026-11', 'Europe/Berlin', '2026-10-31T23:00:00Z', 30 * 24],
    ['2026-10', 'Europe/Berlin', '2026-09-30T22:00:00Z', 31 * 24 + 1],
    ['2026-03', 'Europe/Berlin', '2026-02-28T23:00:00Z', 31 * 24 - 1],
    ['2026-11', 'Asia/Shanghai', '2026-10-31T16:00:00Z', 30 * 24],
    ['2028-02', 'UTC', '2028-02-01T00:00:00Z', 29 * 24],
  ])('%s in %s begins at %s and has %d hours', (month, zone, begin, hours) => {
    const period = monthPeriod(month, zone)!;
    expect(period.from).toBe(Date.parse(begin) / 1000);
    expect((period.to - period.from) / HOUR).toBe(hours);
  });

  it('takes only months and time zones that there are', () => {
    expect(monthPeriod('2026-13', 'UTC')).toBeUndefined();
    expect(monthPeriod('november', 'UTC')).toBeUndefined();
    expect(isTimeZone('Europe/Berlin')).toBe(true);
    expect(isTimeZone('Europe/Atlantis')).toBe(false);
  });

  it('tells the day of a moment, which is 25 hours long when the clock goes back', () => {
    const at = Date.parse('2026-10-25T22:30:00Z') / 1000;
    expect(dayAt(at, 'Europe/Berlin')).toEqual({
      day: '2026-10-25',
      from: Date.parse('2026-10-24T22:00:00Z') / 1000,
      to: Date.parse('2026-10-25T23:00:00Z') / 1000,
    });
    expect(dayAt(at, 'Asia/Shanghai').day).toBe('2026-10-26');
  });
});
