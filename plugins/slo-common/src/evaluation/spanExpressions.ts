import { formatDuration } from '../openslo/duration';
import {
  formatSelector,
  parseSelector,
  withLabel,
} from '../prometheus/selector';
import { measureExpressions, sliceIsBad } from '../rules/measureRules';
import { recorded, SLO_SERIES } from '../rules/names';
import { MeasuredLeaf } from './leaves';
import { TimeSpan } from './windows';

/** What is counted of a leaf. `counted` are good or bad ones, as {@link leafNumerator} says. */
export type SpanPart = 'counted' | 'total' | 'covered';

/** How precisely the coverage of a long span is sampled: at most so many points. */
const COVERAGE_POINTS = 8640;

/** What a span expression needs besides the span. */
export interface SpanOptions {
  leaf: MeasuredLeaf;
  environment: string;
  /** How often the series are recorded. */
  intervalSeconds: number;
}

/** True when a ratio of two series is counted by the sums of their samples, without looking at each moment. */
function countsSamples({ indicator, sliceSeconds }: MeasuredLeaf): boolean {
  return indicator.kind === 'ratio' && sliceSeconds === undefined;
}

/** Which ones the part `counted` counts. */
export function leafNumerator(leaf: MeasuredLeaf): 'good' | 'bad' {
  return leaf.indicator.kind === 'ratio' && countsSamples(leaf)
    ? leaf.indicator.numerator
    : 'bad';
}

function ratioSelectors(options: SpanOptions) {
  const { leaf, environment } = options;
  if (leaf.indicator.kind !== 'ratio') {
    return undefined;
  }
  const select = (series: string | undefined) => {
    const selector = series && parseSelector(series);
    return selector
      ? formatSelector(withLabel(selector, 'environment', environment))
      : undefined;
  };
  const counted = select(leaf.indicator.counted.series);
  const total = select(leaf.indicator.total.series);
  return counted && total ? { counted, total } : undefined;
}

function rates(options: SpanOptions) {
  const { leaf, environment } = options;
  return measureExpressions({
    indicator: leaf.indicator,
    objective: leaf.objective,
    environment,
  });
}

/** Bad and all events of the slice that ends at a moment. */
function sliceExpressions(
  options: SpanOptions,
): { bad: string; total: string } | undefined {
  const { leaf, intervalSeconds } = options;
  const seconds = leaf.sliceSeconds!;
  const ratio = ratioSelectors(options);
  if (leaf.indicator.kind === 'ratio') {
    if (!ratio) {
      return undefined;
    }
    const sum = (selector: string) =>
      `sum(sum_over_time(${selector}[${seconds}s]))`;
    const total = sum(ratio.total);
    const counted = `(${sum(ratio.counted)} or ${total} * 0)`;
    return {
      total,
      bad:
        leaf.indicator.numerator === 'bad'
          ? counted
          : `clamp_min(${total} - ${counted}, 0)`,
    };
  }
  const expressions = rates(options);
  return (
    expressions && {
      bad: `sum_over_time((${expressions.bad})[${seconds}s:${intervalSeconds}s])`,
      total: `sum_over_time((${expressions.total})[${seconds}s:${intervalSeconds}s])`,
    }
  );
}

/**
 * PromQL for what is counted in a span, straight from the series that the definition names. `undefined` when it cannot be
 * computed. Without `to` the span ends when it is asked.
 *
 * - ratio: `sum(sum_over_time(series[d])) x interval`
 * - threshold and raw: bad and all at each interval, summed
 * - slices: the bad ones (or their shares) and those with events, at the end of each
 */
export function spanExpression(
  options: SpanOptions & { part: SpanPart; seconds: number; to?: number },
): string | undefined {
  const { leaf, part, seconds, to, intervalSeconds } = options;
  const at = to === undefined ? '' : ` @ ${to}`;
  if (part === 'covered') {
    return coveredExpression(options);
  }
  if (leaf.sliceSeconds !== undefined) {
    const slice = sliceExpressions(options);
    if (!slice) {
      return undefined;
    }
    const range = `[${seconds}s:${leaf.sliceSeconds}s]${at}`;
    const share = `${slice.bad} / (${slice.total} > 0)`;
    return part === 'total'
      ? `count_over_time((${slice.total} > 0)${range})`
      : `sum_over_time((${sliceIsBad(leaf.definition, leaf.objective, share)})${range})`;
  }
  if (leaf.indicator.kind === 'ratio') {
    const selectors = ratioSelectors(options);
    return (
      selectors &&
      `sum(sum_over_time(${selectors[part]}[${seconds}s]${at})) * ${intervalSeconds}`
    );
  }
  const expressions = rates(options);
  return (
    expressions &&
    `sum_over_time((${
      part === 'total' ? expressions.total : expressions.bad
    })[${seconds}s:${intervalSeconds}s]${at}) * ${intervalSeconds}`
  );
}

/** How exactly the coverage of a span is told, in seconds. */
export function spanResolutionSeconds(
  seconds: number,
  intervalSeconds: number,
): number {
  return Math.max(
    intervalSeconds,
    Math.ceil(seconds / COVERAGE_POINTS / intervalSeconds) * intervalSeconds,
  );
}

/** Seconds of a span for which there are samples of all events. */
function coveredExpression(
  options: SpanOptions & { seconds: number; to?: number },
): string | undefined {
  const { seconds, to, intervalSeconds } = options;
  const source = rates(options)?.source;
  const step = spanResolutionSeconds(seconds, intervalSeconds);
  return (
    source &&
    `count_over_time(count(${source})[${seconds}s:${step}s]${
      to === undefined ? '' : ` @ ${to}`
    }) * ${step}`
  );
}

/**
 * Seconds of a span for which the longest series of all events has samples. Exact while a history is young, where the
 * coarse step of the other way is not; the larger one holds.
 */
export function longestSeriesExpression(
  options: SpanOptions & { seconds: number; to: number },
): string | undefined {
  const { seconds, to, intervalSeconds } = options;
  const source = rates(options)?.source;
  return (
    source &&
    `max(count_over_time(${source}[${seconds}s] @ ${to})) * ${intervalSeconds}`
  );
}

/**
 * The same as {@link spanExpression} from what the generated rules recorded, of one SLO or, without an id, of every one
 * of the environment, with the labels `slo_id` and `objective`. Maintenance is out of it, and `counted` are bad ones.
 */
export function recordedSpanExpression(options: {
  environment: string;
  sloId?: string;
  objective?: string;
  part: SpanPart;
  span: TimeSpan;
  sliceSeconds?: number;
  intervalSeconds: number;
}): string {
  const { environment, sloId, objective, part, span, sliceSeconds } = options;
  const { intervalSeconds } = options;
  const select = (name: string) =>
    sloId === undefined
      ? formatSelector({
          name,
          matchers: [
            { label: 'environment', operator: '=', value: environment },
          ],
        })
      : recorded(name, { slo_id: sloId, ...(objective && { objective }) });
  const seconds = span.to - span.from;
  const by = 'sum by (slo_id, objective)';
  if (part === 'covered') {
    return `${by} (count_over_time(${select(SLO_SERIES.totalRate)}[${seconds}s] @ ${span.to})) * ${intervalSeconds}`;
  }
  if (sliceSeconds !== undefined) {
    const name = part === 'total' ? SLO_SERIES.totalSlice : SLO_SERIES.badSlice;
    return `${by} (sum_over_time(${select(name)}[${seconds}s:${sliceSeconds}s] @ ${span.to}))`;
  }
  const name = part === 'total' ? SLO_SERIES.totalRate : SLO_SERIES.badRate;
  return `${by} (sum_over_time(${select(name)}[${seconds}s] @ ${span.to})) * ${intervalSeconds}`;
}

/** Every recorded window of an environment at a moment, with the labels `slo_id`, `objective` and `window`. */
export function recordedWindowsExpression(
  environment: string,
  part: 'bad' | 'total',
): string {
  const name = part === 'bad' ? SLO_SERIES.badWindow : SLO_SERIES.totalWindow;
  return `sum by (slo_id, objective, window) (${name}{environment=${JSON.stringify(environment)}})`;
}

/** The windows as they are labelled in recorded series. */
export function recordedWindowLabel(seconds: number): string {
  return formatDuration(seconds);
}
