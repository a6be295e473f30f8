import { DateTime, IANAZone } from 'luxon';
import { CalendarPeriod } from './calendar';

/** True for a time zone of the IANA database, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * A month in a time zone, unix seconds; its days are 23 or 25 hours long where the clock changes. `undefined` for what is
 * no month.
 *
 * @param month - `2026-11`
 */
export function monthPeriod(
  month: string,
  timeZone: string,
): CalendarPeriod | undefined {
  const start = DateTime.fromFormat(month, 'yyyy-MM', { zone: timeZone });
  return start.isValid
    ? {
        from: start.toSeconds(),
        to: start.plus({ months: 1 }).toSeconds(),
      }
    : undefined;
}

/** One day of a time zone. */
export interface CalendarDay extends CalendarPeriod {
  /** `2026-11-26`. */
  day: string;
}

/** The day of a time zone that holds a moment. */
export function dayAt(unixSeconds: number, timeZone: string): CalendarDay {
  const start = DateTime.fromSeconds(unixSeconds, { zone: timeZone }).startOf(
    'day',
  );
  return {
    day: start.toFormat('yyyy-MM-dd'),
    from: start.toSeconds(),
    to: start.plus({ days: 1 }).toSeconds(),
  };
}
