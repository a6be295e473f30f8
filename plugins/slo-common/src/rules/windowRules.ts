import { burnRowDefinitions } from '../math/burnRows';
import { windowLengthSeconds } from '../math/calendar';
import { formatDuration } from '../openslo/duration';
import { ObjectiveDefinition, SloDefinition } from '../openslo/types';
import { objectiveLabels, ObjectiveLabel, recorded, SLO_SERIES } from './names';
import { PrometheusRule, RuleSubject } from './types';

const STONE_SECONDS = 300;

/** Up to here windows are summed from rates, sample by sample; longer ones from sums of five minutes. */
const LONGEST_FROM_RATES_SECONDS = 7200;

/** One part of a weighted whole, as its series are recorded. */
export interface WeightedPart {
  id: string;
  objective: ObjectiveLabel;
  weight: number;
}

/** True when events are counted, and not slices. */
function countsEvents(definition: SloDefinition): boolean {
  return definition.budgetingMethod === 'Occurrences';
}

/**
 * Seconds of every window that is recorded for an SLO: those of its alert rows, of its alert policies, and the rolling
 * windows of its budget. A window that is no whole number of slices cannot be told and is left out.
 *
 * @param now - unix seconds; says how long the run of a calendar window is
 */
export function recordedWindows(
  definition: SloDefinition,
  objective: ObjectiveDefinition | undefined,
  now: number,
): number[] {
  const { timeWindow, furtherWindows, alertPolicies } = definition;
  const windows = new Set<number>([3600]);
  for (const row of burnRowDefinitions(windowLengthSeconds(timeWindow, now))) {
    windows.add(row.longSeconds).add(row.shortSeconds);
  }
  for (const { condition } of alertPolicies) {
    if (condition) {
      windows.add(condition.lookbackSeconds);
    }
  }
  for (const window of [timeWindow, ...furtherWindows]) {
    if (window.kind === 'rolling') {
      windows.add(window.durationSeconds);
    }
  }
  const slice = countsEvents(definition) ? 1 : objective?.timeSliceSeconds;
  return [...windows]
    .filter(seconds => seconds % (slice ?? 1) === 0)
    .sort((a, b) => a - b);
}

/** True for windows that change slowly and are recorded less often. */
export function isLongWindow(seconds: number): boolean {
  return seconds > LONGEST_FROM_RATES_SECONDS;
}

/** Records bad and all events (or slices) of one objective within one window. */
export function windowRules(options: {
  subject: RuleSubject;
  objective: ObjectiveLabel;
  definition: ObjectiveDefinition;
  seconds: number;
  intervalSeconds: number;
}): PrometheusRule[] {
  const { subject, objective, definition, seconds, intervalSeconds } = options;
  const rule = (record: string, rate: string, sum: string, slice: string) => {
    const select = (name: string) =>
      recorded(name, { slo_id: subject.id, objective });
    const window = formatDuration(seconds);
    const stones = (name: string, step: number) =>
      `sum_over_time(${select(name)}[${window}:${formatDuration(step)}])`;
    let expr: string;
    if (!countsEvents(subject.definition)) {
      expr = stones(slice, definition.timeSliceSeconds!);
    } else if (isLongWindow(seconds) && seconds % STONE_SECONDS === 0) {
      expr = stones(sum, STONE_SECONDS);
    } else {
      expr = `sum_over_time(${select(rate)}[${window}]) * ${intervalSeconds}`;
    }
    return { record, expr, labels: windowLabels(subject, objective, seconds) };
  };
  return [
    rule(
      SLO_SERIES.badWindow,
      SLO_SERIES.badRate,
      SLO_SERIES.badSum,
      SLO_SERIES.badSlice,
    ),
    rule(
      SLO_SERIES.totalWindow,
      SLO_SERIES.totalRate,
      SLO_SERIES.totalSum,
      SLO_SERIES.totalSlice,
    ),
  ];
}

function windowLabels(
  subject: RuleSubject,
  objective: ObjectiveLabel,
  seconds: number,
) {
  return {
    ...objectiveLabels(subject, objective),
    window: formatDuration(seconds),
  };
}

/**
 * Records the weighted whole within one window, as `combineParts` has it: bad = Σ weight x share of bad events, total =
 * Σ weight. A part without a series makes the whole absent; one without events in the window adds nothing.
 */
export function compositeRules(options: {
  subject: RuleSubject;
  objective: ObjectiveLabel;
  parts: WeightedPart[];
  seconds: number;
}): PrometheusRule[] {
  const { subject, objective, parts, seconds } = options;
  const window = formatDuration(seconds);
  const select = (name: string, part: WeightedPart) =>
    recorded(name, { slo_id: part.id, objective: part.objective, window });
  const bad = parts.map(part => {
    const total = select(SLO_SERIES.totalWindow, part);
    return `${part.weight} * sum(${select(
      SLO_SERIES.badWindow,
      part,
    )} / (${total} > 0) or ${total} * 0)`;
  });
  const weights = parts.reduce((sum, { weight }) => sum + weight, 0);
  const present = parts.map(
    part => `sum(${select(SLO_SERIES.totalWindow, part)})`,
  );
  const labels = windowLabels(subject, objective, seconds);
  return [
    { record: SLO_SERIES.badWindow, expr: bad.join('\n+ '), labels },
    {
      record: SLO_SERIES.totalWindow,
      expr: `${weights} + 0 * (${present.join(' + ')})`,
      labels,
    },
  ];
}
