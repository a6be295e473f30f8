import { HISTORY_RANGES, HistoryRange } from '../api/types';
import { parseDurationSeconds } from '../openslo/duration';

/** What somebody chose to look at: a range that ends now, or a stretch from one moment to another. */
export interface TimeRangeChoice {
  /** Ending now. Absent with `from` and `to`. */
  range?: HistoryRange;
  /** ISO 8601 with an offset. */
  from?: string;
  /** ISO 8601 with an offset. */
  to?: string;
}

/** What is wrong with a choice. */
export interface TimeRangeProblem {
  field: 'range' | 'from' | 'to';
  code:
    /** Only one of `from` and `to`, or beside a `range`. */
    | 'incomplete'
    /** No moment with an offset. */
    | 'no-moment'
    /** `to` is not after `from`. */
    | 'backwards'
    | 'future'
    /** Shorter than {@link MIN_RANGE_SECONDS}. */
    | 'too-short'
    /** Longer than {@link MAX_RANGE_SECONDS}. */
    | 'too-long';
  /** In English, for who asks over HTTP. */
  message: string;
}

/** A stretch of time and how finely it is looked at. */
export interface TimeRange {
  /** Unix seconds. */
  from: number;
  /** Unix seconds; the end of the last point. */
  to: number;
  /** `to - from`. */
  seconds: number;
  /** Seconds between the points of a chart; some 60 to 96 of them, fewer when it is short. */
  stepSeconds: number;
  /** Seconds of the buckets that are counted one by one; at most {@link MAX_BUCKETS} of them. */
  bucketSeconds: number;
}

/** Shorter stretches have less than one bucket. */
export const MIN_RANGE_SECONDS = 60;

/** The longest stretch that is looked at at once: a quarter of a year. */
export const MAX_RANGE_SECONDS = 92 * 86_400;

/** Prometheus answers at most 11,000 points of a series. */
const MAX_BUCKETS = 11_000;

/** Clocks of browsers go ahead by so much. */
const CLOCK_SECONDS = 60;

/** A chart has at most so many points. */
const MAX_POINTS = 96;

const STEPS = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];
const LONG_STEPS = [28_800, 43_200, 86_400];
const BUCKETS = [60, 300, 900];

/** ISO 8601 with seconds or without, and with an offset: without one nobody knows which moment is meant. */
const MOMENT =
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * The stretch that a choice means at a moment, or what is wrong with it. Without a choice it is `fallback`.
 *
 * @param options - `now` in unix seconds
 */
export function resolveTimeRange(options: {
  choice: TimeRangeChoice;
  now: number;
  fallback?: HistoryRange;
}): TimeRange | TimeRangeProblem {
  const { choice, now, fallback = '1d' } = options;
  const { range, from, to } = choice;
  if (from === undefined && to === undefined) {
    const end = Math.floor(now);
    const seconds = parseDurationSeconds(range ?? fallback);
    return seconds === undefined
      ? problem(
          'range',
          'no-moment',
          `must be one of ${HISTORY_RANGES.join(', ')}`,
        )
      : between(end - seconds, end);
  }
  if (range !== undefined) {
    return problem(
      'range',
      'incomplete',
      'goes on to now and cannot be given with from and to',
    );
  }
  const stretch = { from: secondsOf(from), to: secondsOf(to) };
  for (const field of ['from', 'to'] as const) {
    if (choice[field] === undefined) {
      return problem(
        field,
        'incomplete',
        `must be given with ${field === 'to' ? 'from' : 'to'}`,
      );
    }
    if (stretch[field] === undefined) {
      return problem(
        field,
        'no-moment',
        `"${choice[field]}" is not a moment with an offset, such as 2026-11-24T22:00:00Z or 2026-11-24T23:00:00+01:00`,
      );
    }
  }
  return check(stretch.from!, stretch.to!, now);
}

/** Whether a choice could not be understood. */
export function isTimeRangeProblem(
  result: TimeRange | TimeRangeProblem,
): result is TimeRangeProblem {
  return 'code' in result;
}

function check(
  from: number,
  to: number,
  now: number,
): TimeRange | TimeRangeProblem {
  if (to <= from) {
    return problem('to', 'backwards', 'must be after from');
  }
  if (to > now + CLOCK_SECONDS) {
    return problem(
      from > now ? 'from' : 'to',
      'future',
      'must not lie in the future',
    );
  }
  if (to - from < MIN_RANGE_SECONDS) {
    return problem(
      'to',
      'too-short',
      `must be at least ${MIN_RANGE_SECONDS} s after from`,
    );
  }
  if (to - from > MAX_RANGE_SECONDS) {
    return problem(
      'from',
      'too-long',
      `must be at most ${MAX_RANGE_SECONDS / 86_400} days before to`,
    );
  }
  return between(from, Math.min(to, Math.floor(now)));
}

function between(from: number, to: number): TimeRange {
  const seconds = to - from;
  return {
    from,
    to,
    seconds,
    stepSeconds: finest([...STEPS, ...LONG_STEPS], seconds, MAX_POINTS),
    bucketSeconds: finest(BUCKETS, seconds, MAX_BUCKETS),
  };
}

function finest(sizes: number[], seconds: number, most: number): number {
  return sizes.find(size => seconds / size <= most) ?? sizes[sizes.length - 1];
}

/** Whole seconds: samples are asked for at those. */
function secondsOf(text: string | undefined): number | undefined {
  const at = text && MOMENT.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000);
}

function problem(
  field: TimeRangeProblem['field'],
  code: TimeRangeProblem['code'],
  message: string,
): TimeRangeProblem {
  return { field, code, message: `${field}: ${message}` };
}
