import { DateTime } from 'luxon';
import { WEEKDAYS, WorkingHours } from '../policy/types';

const MINUTE_MS = 60_000;
/** Working hours of which a whole year has none are a mistake. */
const MAX_DAYS = 370 * 12;

/**
 * The moment after so many hours of work. Hours are those that pass on a clock on the wall of the time zone, so a day on
 * which the clock is changed is an hour shorter or longer. The end of a working day belongs to the next one.
 *
 * @returns ISO 8601 in UTC, always inside of working hours
 */
export function addWorkingHours(
  start: string,
  hours: number,
  calendar: WorkingHours,
): string {
  const from = DateTime.fromISO(start, { zone: calendar.timeZone });
  let left = hours * 60 * MINUTE_MS;
  for (let day = 0; day < MAX_DAYS; day += 1) {
    const date = from.startOf('day').plus({ days: day });
    if (calendar.days.includes(WEEKDAYS[date.weekday - 1])) {
      const opens = Math.max(
        atClock(date, calendar.from).toMillis(),
        from.toMillis(),
      );
      const available = atClock(date, calendar.to).toMillis() - opens;
      if (available > left) {
        return new Date(opens + left).toISOString();
      }
      left -= Math.max(available, 0);
    }
  }
  throw new Error(`No ${hours} working hours after ${start}`);
}

/** A local time of a day; one that the change of the clock leaves out is the first moment after it. */
function atClock(date: DateTime, clock: string): DateTime {
  if (clock === '24:00') {
    return date.plus({ days: 1 }).startOf('day');
  }
  const [hour, minute] = clock.split(':').map(Number);
  return date.set({ hour, minute, second: 0, millisecond: 0 });
}
