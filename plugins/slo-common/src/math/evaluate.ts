import { budgetLeft, burnRate, EventCounts, serviceLevel } from './budget';
import { BurnRow, evaluateBurnRows, burnRowDefinitions } from './burnRows';
import { CountedUnit } from '../evaluation/leaves';
import { TimeWindow } from '../openslo/types';
import { Forecast, forecastRolling } from './forecast';
import { CalendarForecast, forecastCalendar } from './forecastCalendar';

/** The window behind "burn rate now" and behind the forecast, in seconds. */
export const BURN_NOW_SECONDS = 3600;

/** Below this share of budget an SLO is at risk, whatever it burns. */
export const LOW_BUDGET_SHARE = 0.1;

/**
 * State of an SLO, in the words of the whole portal.
 *
 * - `ok`: keeps its promise
 * - `at-risk`: an alert row burns, or less than a tenth of the budget is left
 * - `failing`: the budget is used up
 * - `unknown`: never evaluated, without events, or not supported yet
 * - `stale`: it was something else when last seen
 */
export type SloState = 'ok' | 'at-risk' | 'failing' | 'unknown' | 'stale';

/** How much of the window was observed. */
export interface Coverage {
  /** Seconds of the window for which there is data. */
  seconds: number;
  windowSeconds: number;
  /** How exactly `seconds` is known. */
  resolutionSeconds: number;
  /** Seconds of maintenance inside the window, which count neither as covered nor as `windowSeconds`. */
  maintenanceSeconds?: number;
}

/** One more window that an objective is judged over. */
export interface WindowResult {
  timeWindow: TimeWindow;
  /** What was counted, ISO 8601: all after `from`, up to `to`. Of a calendar window until now. */
  from: string;
  to: string;
  /** When a calendar window ends, ISO 8601. */
  endsAt?: string;
  state: SloState;
  counts: EventCounts;
  serviceLevel?: number;
  budgetLeft?: number;
  coverage: Coverage;
}

/** One part of a composite SLO, or one step of a user journey. */
export interface ObjectivePart {
  /** A step of an entity that the person may not see: nothing but its weight is told, `name` is empty and `target` 0. */
  hidden?: true;
  /** Of an objective or its indicator; of a step, the name of its SLO. */
  name: string;
  /** Of a step: its SLO and the entity it belongs to. */
  sloId?: string;
  entityRef?: string;
  /** Of the part itself; of a step, that of its SLO. */
  target: number;
  weight: number;
  /** Absent when it could not be measured. */
  counts?: EventCounts;
  serviceLevel?: number;
}

/** One objective, measured. Absent figures could not be told. */
export interface ObjectiveResult {
  displayName?: string;
  target: number;
  state: SloState;
  counts: EventCounts;
  serviceLevel?: number;
  budgetLeft?: number;
  /** Over the last {@link BURN_NOW_SECONDS}. */
  burnRate?: number;
  burnRows: BurnRow[];
  forecast: Forecast;
  /** What `counts` are; absent: events. */
  unit?: CountedUnit;
  /** What was counted, ISO 8601: all after `from`, up to `to`; `endsAt` of a calendar window. */
  window?: { from: string; to: string; endsAt?: string };
  /** Of a calendar window: what the forecast assumes about the traffic to come, and what it projects. */
  calendar?: CalendarForecast;
  /** The objective over the SLO's further windows, in the order of the definition. */
  furtherWindows?: WindowResult[];
  /** Of a composite SLO or a user journey, whose one objective is the weighted whole. */
  parts?: ObjectivePart[];
}

/** Seconds of every window whose counts an SLO of this period needs, shortest first. */
export function neededWindows(periodSeconds: number): number[] {
  const windows = new Set([periodSeconds, BURN_NOW_SECONDS]);
  for (const row of burnRowDefinitions(periodSeconds)) {
    windows.add(row.longSeconds).add(row.shortSeconds);
  }
  return [...windows].sort((a, b) => a - b);
}

/** Measures one objective from the counts of each window, keyed by its seconds. */
export function evaluateObjective(options: {
  displayName?: string;
  target: number;
  windowSeconds: number;
  windows: ReadonlyMap<number, EventCounts>;
  coverageSeconds: number;
  /** Fewest events before an alert row counts, as the definition says; absent: derived for each row. */
  minimumEvents?: number;
  /** What is counted; by default events. */
  unit?: CountedUnit;
  /** Length of the slices, when those are counted. */
  sliceSeconds?: number;
  /** Of a calendar window: its counts so far, and how long it has been and will be. */
  calendar?: {
    counts: EventCounts;
    elapsedSeconds: number;
    remainingSeconds: number;
  };
}): ObjectiveResult {
  const { target, windowSeconds, windows, coverageSeconds, calendar } = options;
  const counts = calendar?.counts ??
    windows.get(windowSeconds) ?? { bad: 0, total: 0 };
  const recent = windows.get(BURN_NOW_SECONDS) ?? { bad: 0, total: 0 };
  const left = budgetLeft(counts, target);
  const burnRows = evaluateBurnRows({
    periodSeconds: windowSeconds,
    target,
    windows,
    minimumEvents: options.minimumEvents,
    unit: options.unit,
    sliceSeconds: options.sliceSeconds,
  });
  const recentSeconds = Math.min(BURN_NOW_SECONDS, coverageSeconds);
  const projected =
    calendar &&
    forecastCalendar({
      ...calendar,
      window: counts,
      recent,
      recentSeconds,
      target,
      projection: { kind: 'so-far' },
    });
  return {
    ...(options.displayName && { displayName: options.displayName }),
    target,
    state: objectiveState(left, burnRows),
    counts,
    serviceLevel: serviceLevel(counts),
    budgetLeft: left,
    burnRate: burnRate(recent, target),
    burnRows,
    forecast:
      projected?.forecast ??
      forecastRolling({
        window: counts,
        coverageSeconds,
        windowSeconds,
        recent,
        recentSeconds,
        target,
      }),
    ...(projected && { calendar: projected }),
  };
}

/** State of an objective over a window that has no alert rows. */
export function windowState(counts: EventCounts, target: number): SloState {
  return objectiveState(budgetLeft(counts, target), []);
}

function objectiveState(
  left: number | undefined,
  burnRows: BurnRow[],
): SloState {
  if (left === undefined) {
    return 'unknown';
  }
  if (left <= 0) {
    return 'failing';
  }
  return left < LOW_BUDGET_SHARE || burnRows.some(row => row.active)
    ? 'at-risk'
    : 'ok';
}

const SEVERITY: SloState[] = ['failing', 'at-risk', 'unknown', 'stale', 'ok'];

/** The worst of several states; without any, `unknown`. Unknown is worse than ok: it is never a pass. */
export function worstState(states: SloState[]): SloState {
  return SEVERITY.find(state => states.includes(state)) ?? 'unknown';
}
