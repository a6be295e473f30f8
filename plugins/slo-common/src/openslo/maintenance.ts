import { DateTime, IANAZone, Interval } from 'luxon';
import { MaintenanceWindow } from './types';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WEEKLY =
  /^(?<days>daily|[a-z]{3}(?:-[a-z]{3})?(?:,[a-z]{3}(?:-[a-z]{3})?)*)\s+(?<from>\d\d:\d\d)-(?<to>\d\d:\d\d)\s+(?<zone>\S+)$/i;

/** What {@link parseMaintenance} found in one line: a window, or what is wrong with it. */
export type MaintenanceEntry =
  | { line: number; window: MaintenanceWindow }
  | { line: number; message: string };

/**
 * Reads the annotation `shopfloor.dev/maintenance`, one window a line:
 *
 * - once, as an ISO 8601 interval with offsets: `2026-12-01T22:00:00Z/2026-12-01T23:30:00Z` or `2026-12-01T22:00:00Z/PT90M`
 * - every week: `Sun 02:00-04:00 Europe/Berlin`, `Mon-Fri,Sun 23:30-00:30 UTC`, `daily 03:00-03:15 UTC`
 *
 * `line` counts from 1 inside the annotation.
 */
export function parseMaintenance(text: string): MaintenanceEntry[] {
  return text
    .split('\n')
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content !== '')
    .map(({ content, line }) => {
      const window =
        content.includes('/') && /^\d/.test(content)
          ? parseOnce(content)
          : parseWeekly(content);
      return typeof window === 'string'
        ? { line, message: window }
        : { line, window };
    });
}

function parseOnce(text: string): MaintenanceWindow | string {
  const [start] = text.split('/');
  if (!/(?:Z|[+-]\d\d(?::?\d\d)?)$/i.test(start)) {
    return `"${text}" needs an offset, for example 2026-12-01T22:00:00Z/PT90M`;
  }
  const interval = Interval.fromISO(text, { setZone: true });
  if (!interval.isValid || !interval.start || !interval.end) {
    return `"${text}" is not an interval. Write for example 2026-12-01T22:00:00Z/2026-12-01T23:30:00Z`;
  }
  const fromSeconds = Math.floor(interval.start.toSeconds());
  const toSeconds = Math.ceil(interval.end.toSeconds());
  return toSeconds > fromSeconds
    ? { kind: 'once', fromSeconds, toSeconds }
    : `"${text}" ends before it begins`;
}

function parseWeekly(text: string): MaintenanceWindow | string {
  const groups = WEEKLY.exec(text)?.groups;
  if (!groups) {
    return `"${text}" is not a maintenance window. Write for example Sun 02:00-04:00 Europe/Berlin, or 2026-12-01T22:00:00Z/PT90M for once`;
  }
  const weekdays = parseWeekdays(groups.days.toLowerCase());
  if (!weekdays) {
    return `"${groups.days}" are not weekdays. Write for example Sun, Mon-Fri or daily`;
  }
  if (!IANAZone.isValidZone(groups.zone)) {
    return `"${groups.zone}" is not a time zone of the IANA database`;
  }
  const fromMinute = minuteOfDay(groups.from);
  const to = minuteOfDay(groups.to);
  if (fromMinute === undefined || to === undefined || fromMinute === to) {
    return `"${groups.from}-${groups.to}" is not a time of day`;
  }
  return {
    kind: 'weekly',
    weekdays,
    fromMinute,
    toMinute: to > fromMinute ? to : to + 1440,
    timeZone: groups.zone,
  };
}

function parseWeekdays(text: string): number[] | undefined {
  if (text === 'daily') {
    return [1, 2, 3, 4, 5, 6, 7];
  }
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [from, to = from] = part.split('-').map(day => WEEKDAYS.indexOf(day));
    if (from < 0 || to < 0) {
      return undefined;
    }
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day + 1);
      if (day === to) {
        break;
      }
    }
  }
  return [...days].sort((a, b) => a - b);
}

function minuteOfDay(text: string): number | undefined {
  const [hours, minutes] = text.split(':').map(Number);
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}

/** A stretch of time, unix seconds; `to` is not part of it. */
export interface TimeInterval {
  from: number;
  to: number;
}

/**
 * The stretches of maintenance that overlap a range, merged where they touch, oldest first. A weekly window keeps its
 * wall clock over daylight saving: from 02:00 to 04:00 it takes one hour on the day on which the clock goes forward.
 */
export function maintenanceIntervals(
  windows: MaintenanceWindow[],
  range: TimeInterval,
): TimeInterval[] {
  const all = windows.flatMap(window =>
    window.kind === 'once'
      ? [{ from: window.fromSeconds, to: window.toSeconds }]
      : weeklyIntervals(window, range),
  );
  return mergeIntervals(
    all.filter(({ from, to }) => from < range.to && to > range.from),
  );
}

function weeklyIntervals(
  window: MaintenanceWindow & { kind: 'weekly' },
  range: TimeInterval,
): TimeInterval[] {
  const zone = window.timeZone;
  const result: TimeInterval[] = [];
  // A window may begin the day before and reach into the range.
  let day = DateTime.fromSeconds(range.from, { zone })
    .startOf('day')
    .minus({ days: 1 });
  while (day.toSeconds() < range.to) {
    const interval = {
      from: wallClock(day, window.fromMinute),
      to: wallClock(day, window.toMinute),
    };
    if (window.weekdays.includes(day.weekday) && interval.to > interval.from) {
      result.push(interval);
    }
    day = day.plus({ days: 1 });
  }
  return result;
}

/** Unix seconds of a minute after the midnight a day begins with. */
function wallClock(day: DateTime, minute: number): number {
  return day
    .plus({ days: Math.floor(minute / 1440) })
    .set({ hour: Math.floor((minute % 1440) / 60), minute: minute % 60 })
    .toSeconds();
}

/** Intervals in order, with those that touch or overlap made one. */
export function mergeIntervals(intervals: TimeInterval[]): TimeInterval[] {
  const merged: TimeInterval[] = [];
  for (const interval of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last && interval.from <= last.to) {
      last.to = Math.max(last.to, interval.to);
    } else {
      merged.push({ ...interval });
    }
  }
  return merged;
}
