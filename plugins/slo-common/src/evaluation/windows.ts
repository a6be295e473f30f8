import { burnRowDefinitions } from '../math/burnRows';
import { calendarPeriod, windowLengthSeconds } from '../math/calendar';
import { BURN_NOW_SECONDS } from '../math/evaluate';
import {
  maintenanceIntervals,
  mergeIntervals,
  TimeInterval,
} from '../openslo/maintenance';
import { MaintenanceWindow, SloDefinition, TimeWindow } from '../openslo/types';

/** A stretch of time, unix seconds: everything after `from`, up to and with `to`, as ranges of PromQL. */
export interface TimeSpan {
  from: number;
  to: number;
}

/** A window whose counts an SLO needs, by what tells it from its others. */
export interface NeededWindow {
  /** Seconds of a rolling window, `1M@Europe/Berlin from 2026-01-01 00:00:00` of a calendar one. */
  key: string;
  window: TimeWindow;
  /** True when a budget is told over it, so that its coverage has to be known. */
  budget: boolean;
}

/** Key of a window among those of an SLO; of rolling ones the seconds. */
export function windowKey(window: TimeWindow): string {
  return window.kind === 'rolling'
    ? String(window.durationSeconds)
    : `${window.duration}@${window.timeZone} from ${window.startTime}`;
}

/**
 * Every window whose counts an SLO needs at a moment: those of its budget, of its alert rows and the last hour. A rolling
 * window that is no whole number of slices cannot be told and is left out.
 *
 * @param at - unix seconds
 */
export function neededTimeWindows(
  definition: SloDefinition,
  at: number,
): NeededWindow[] {
  const { timeWindow, furtherWindows, objectives } = definition;
  const needed = new Map<string, NeededWindow>();
  const add = (window: TimeWindow, budget: boolean) => {
    const key = windowKey(window);
    needed.set(key, {
      key,
      window,
      budget: budget || (needed.get(key)?.budget ?? false),
    });
  };
  const rolling = (durationSeconds: number): TimeWindow => ({
    kind: 'rolling',
    duration: `${durationSeconds}s`,
    durationSeconds,
  });
  [timeWindow, ...furtherWindows].forEach(window => add(window, true));
  add(rolling(BURN_NOW_SECONDS), false);
  for (const row of burnRowDefinitions(windowLengthSeconds(timeWindow, at))) {
    add(rolling(row.shortSeconds), false);
    add(rolling(row.longSeconds), false);
  }
  const slices = objectives.flatMap(
    ({ timeSliceSeconds }) => timeSliceSeconds ?? [],
  );
  return [...needed.values()].filter(
    ({ window }) =>
      definition.budgetingMethod === 'Occurrences' ||
      window.kind === 'calendar' ||
      slices.every(seconds => window.durationSeconds % seconds === 0),
  );
}

/**
 * What a window covers at a moment; `undefined` of a calendar window that has not begun. With slices it begins and ends
 * between two of them.
 */
export function spanOf(
  window: TimeWindow,
  at: number,
  sliceSeconds = 1,
): TimeSpan | undefined {
  const to = Math.floor(at / sliceSeconds) * sliceSeconds;
  if (window.kind === 'rolling') {
    return { from: to - window.durationSeconds, to };
  }
  const period = calendarPeriod(window, at);
  if (!period) {
    return undefined;
  }
  const from = Math.ceil(period.from / sliceSeconds) * sliceSeconds;
  return { from, to: Math.max(from, to) };
}

/** Rates look back so far, so that a maintenance is felt for so long after its end. */
const RATE_SECONDS = 60;

/** The seconds whose samples maintenance takes out, merged: from its start until a minute after its end. */
export function excludedSpans(intervals: TimeInterval[]): TimeSpan[] {
  return mergeIntervals(
    intervals.map(({ from, to }) => ({
      from: from - 1,
      to: to + RATE_SECONDS,
    })),
  );
}

/** What is left of a span without the excluded ones; with slices, whole slices. */
export function withoutSpans(
  span: TimeSpan,
  excluded: TimeSpan[],
  sliceSeconds = 1,
): TimeSpan[] {
  const left: TimeSpan[] = [];
  let from = span.from;
  for (const gap of excluded) {
    if (gap.to > from && gap.from < span.to) {
      left.push({ from, to: gap.from });
      from = Math.max(from, gap.to);
    }
  }
  left.push({ from, to: span.to });
  return left
    .map(part => ({
      from: Math.ceil(part.from / sliceSeconds) * sliceSeconds,
      to: Math.floor(part.to / sliceSeconds) * sliceSeconds,
    }))
    .filter(part => part.to > part.from);
}

/** Seconds of a span that excluded ones take. */
export function excludedSeconds(span: TimeSpan, excluded: TimeSpan[]): number {
  return excluded.reduce(
    (sum, gap) =>
      sum +
      Math.max(0, Math.min(gap.to, span.to) - Math.max(gap.from, span.from)),
    0,
  );
}

/** Maintenance with the time in which the definition said so, unix seconds. */
export interface DeclaredMaintenance {
  window: MaintenanceWindow;
  /** Before it was declared it takes nothing out: a past stretch is not excluded by writing it down. */
  since: number;
  /** When it was taken away again. */
  until?: number;
  /** Of a past stretch that was excluded by an approval: its id. Rules recorded it before that. */
  exclusionId?: string;
}

/** The spans whose samples declared maintenance takes out of a span, merged. */
export function declaredSpans(
  declared: DeclaredMaintenance[],
  span: TimeSpan,
): TimeSpan[] {
  const reach = { from: span.from - RATE_SECONDS, to: span.to };
  return excludedSpans(
    declared.flatMap(({ window, since, until = Infinity }) =>
      maintenanceIntervals([window], reach)
        .map(({ from, to }) => ({
          from: Math.max(from, since),
          to: Math.min(to, until),
        }))
        .filter(({ from, to }) => to > from),
    ),
  );
}
