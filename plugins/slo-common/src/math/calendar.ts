import { DateTime, DurationLike } from 'luxon';
import { CalendarWindow, TimeWindow } from '../openslo/types';

/** One run of a calendar window, unix seconds; `to` is not part of it. */
export interface CalendarPeriod {
  from: number;
  to: number;
}

const UNITS: Record<string, (amount: number) => DurationLike> = {
  m: minutes => ({ minutes }),
  h: hours => ({ hours }),
  d: days => ({ days }),
  w: weeks => ({ weeks }),
  M: months => ({ months }),
  Q: quarters => ({ months: 3 * quarters }),
  Y: years => ({ years }),
};

const NOMINAL_SECONDS: Record<string, number> = {
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  M: 2_629_746,
  Q: 7_889_238,
  Y: 31_556_952,
};

/**
 * The run of a calendar window that holds a moment. Runs follow each other from the start time; `undefined` before it.
 *
 * Days and longer keep the wall clock of the time zone, so that a day is 23 or 25 hours long when the clock changes;
 * minutes and hours are exact. Each run is counted from the start, so that months that begin on the 31st end on the
 * last day of shorter months and begin on the 31st again after them.
 *
 * @param at - unix seconds
 */
export function calendarPeriod(
  window: CalendarWindow,
  at: number,
): CalendarPeriod | undefined {
  const amount = Number(window.duration.slice(0, -1));
  const unit = window.duration.slice(-1);
  const start = DateTime.fromSQL(window.startTime, { zone: window.timeZone });
  const begin = (run: number) =>
    start.plus(UNITS[unit](amount * run)).toSeconds();
  const startSeconds = start.toSeconds();
  if (at < startSeconds) {
    return undefined;
  }
  let run = Math.floor((at - startSeconds) / (amount * NOMINAL_SECONDS[unit]));
  // The nominal length is off by days at most, which is one run of the shortest unit it concerns.
  while (run > 0 && begin(run) > at) {
    run -= 1;
  }
  while (begin(run + 1) <= at) {
    run += 1;
  }
  return { from: begin(run), to: begin(run + 1) };
}

/**
 * How long a window is, in seconds: of a calendar window the run that holds `at`, or the first one before it has begun.
 */
export function windowLengthSeconds(window: TimeWindow, at: number): number {
  if (window.kind === 'rolling') {
    return window.durationSeconds;
  }
  const begin = DateTime.fromSQL(window.startTime, { zone: window.timeZone });
  const period = calendarPeriod(window, Math.max(at, begin.toSeconds()))!;
  return period.to - period.from;
}
