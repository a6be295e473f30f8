import { RatioIndicator } from '../openslo/indicatorTypes';
import {
  formatSelector,
  parseSelector,
  SeriesSelector,
  withLabel,
} from './selector';

/** What was counted: the good or bad events, or all. */
export type CountedPart = 'counted' | 'total';

/** How precisely coverage of a long window is sampled: at most this many points. */
const COVERAGE_POINTS = 8640;

/** The two series of an indicator in one environment. */
export interface IndicatorSeries {
  counted: SeriesSelector;
  total: SeriesSelector;
}

/** The series of an indicator, limited to one environment. */
export function indicatorSeries(
  indicator: RatioIndicator,
  environment: string,
): IndicatorSeries {
  const limited = (query: string) => {
    const selector = parseSelector(query);
    if (!selector) {
      throw new Error(`"${query}" is not a plain series selector`);
    }
    return withLabel(selector, 'environment', environment);
  };
  return {
    counted: limited(indicator.counted.query),
    total: limited(indicator.total.query),
  };
}

/**
 * Events within a window, from a series in events per second that is recorded at an interval:
 * `sum(sum_over_time(series[window])) x interval`. A gap counts as no events.
 */
export function eventsExpression(options: {
  series: SeriesSelector;
  windowSeconds: number;
  intervalSeconds: number;
}): string {
  const { series, windowSeconds, intervalSeconds } = options;
  return `sum(sum_over_time(${formatSelector(
    series,
  )}[${windowSeconds}s])) * ${intervalSeconds}`;
}

/**
 * Which buckets the histogram has whose bucket the indicator counts, one result for each value of `le`; `undefined` when
 * it counts no bucket.
 */
export function bucketBoundsQuery(
  indicator: RatioIndicator,
  environment: string,
): string | undefined {
  const { counted } = indicatorSeries(indicator, environment);
  const matchers = counted.matchers.filter(({ label }) => label !== 'le');
  return matchers.length < counted.matchers.length
    ? `count by (le) (${formatSelector({ name: counted.name, matchers })})`
    : undefined;
}

function labelled(expression: string, part: string, windowSeconds: number) {
  return `label_replace(label_replace(${expression}, "part", "${part}", "", ""), "window", "${windowSeconds}", "", "")`;
}

/**
 * Counts of every window in one query. Each result carries the labels `part` (`counted` or `total`) and `window`
 * (seconds).
 */
export function countsQuery(options: {
  series: IndicatorSeries;
  windows: number[];
  intervalSeconds: number;
}): string {
  const { series, windows, intervalSeconds } = options;
  return windows
    .flatMap(windowSeconds =>
      (['counted', 'total'] as CountedPart[]).map(part =>
        labelled(
          eventsExpression({
            series: series[part],
            windowSeconds,
            intervalSeconds,
          }),
          part,
          windowSeconds,
        ),
      ),
    )
    .join('\nor ');
}

/** How exactly the coverage of a window is told. */
export function coverageResolutionSeconds(options: {
  windowSeconds: number;
  intervalSeconds: number;
}): number {
  return Math.max(
    options.intervalSeconds,
    Math.ceil(options.windowSeconds / COVERAGE_POINTS),
  );
}

/**
 * Seconds of the window for which the series has data, two ways in one query, told apart by the label `part`: `sampled`
 * looks at the whole window at a coarse step, `exact` counts the samples of the longest series, which is exact while a
 * history is young. The larger one holds.
 */
export function coverageQuery(options: {
  series: SeriesSelector;
  windowSeconds: number;
  intervalSeconds: number;
}): string {
  const { series, windowSeconds, intervalSeconds } = options;
  const selector = formatSelector(series);
  const resolution = coverageResolutionSeconds(options);
  return [
    labelled(
      `count_over_time(count(${selector})[${windowSeconds}s:${resolution}s]) * ${resolution}`,
      'sampled',
      windowSeconds,
    ),
    labelled(
      `max(count_over_time(${selector}[${windowSeconds}s])) * ${intervalSeconds}`,
      'exact',
      windowSeconds,
    ),
  ].join('\nor ');
}
