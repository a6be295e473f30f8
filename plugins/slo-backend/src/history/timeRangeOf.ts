import { InputError } from '@backstage/errors';
import {
  HistoryRange,
  isTimeRangeProblem,
  LookedAt,
  resolveTimeRange,
  TimeRange,
  TimeRangeChoice,
} from '@shopfloor/plugin-slo-common';
import { iso } from '../analysis/iso';

/**
 * The stretch that somebody asked for.
 *
 * @throws InputError that names the field
 */
export function timeRangeOf(
  { range, from, to }: TimeRangeChoice,
  now: Date,
  fallback: HistoryRange,
): TimeRange {
  const resolved = resolveTimeRange({
    choice: { range, from, to },
    now: now.getTime() / 1000,
    fallback,
  });
  if (isTimeRangeProblem(resolved)) {
    throw new InputError(resolved.message);
  }
  return resolved;
}

/** The stretch that was looked at, as answers tell it. */
export function lookedAt(
  choice: TimeRangeChoice,
  range: TimeRange,
  fallback: HistoryRange,
): LookedAt {
  return {
    ...(choice.from === undefined && { range: choice.range ?? fallback }),
    from: iso(range.from),
    to: iso(range.to),
  };
}
