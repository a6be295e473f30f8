/** One side of a ratio: a series of events per second and where it is measured. */
export interface MetricSource {
  /** Name of the DataSource document, or of the portal's environments when absent. */
  dataSource?: string;
  type: string;
  query: string;
}

/** The share of good events; either the good or the bad ones are counted. */
export interface RatioIndicator {
  name: string;
  numerator: 'good' | 'bad';
  counted: MetricSource;
  total: MetricSource;
}

/** A metric source as written, of whatever type. */
export interface MetricReference {
  dataSource?: string;
  /** As written or as its DataSource says, for example `Prometheus`. */
  type: string;
  /** What the type of source wants, as written. */
  spec: Record<string, unknown>;
  /** A plain selector of a `shopfloor:*` series; absent when it cannot be computed, for the reason that was reported. */
  series?: string;
}

interface IndicatorBase {
  name: string;
  displayName?: string;
  description?: string;
}

/** Good or bad events out of all. */
export interface RatioIndicatorDefinition extends IndicatorBase {
  kind: 'ratio';
  /** The metrics only grow and are counted by their increase. */
  counter: boolean;
  numerator: 'good' | 'bad';
  counted: MetricReference;
  total: MetricReference;
}

/** A ratio that was computed elsewhere, 0 to 1. */
export interface RawIndicatorDefinition extends IndicatorBase {
  kind: 'raw';
  rawType: 'success' | 'failure';
  raw: MetricReference;
}

/** A value that an objective compares with `op` and `value`. */
export interface ThresholdIndicatorDefinition extends IndicatorBase {
  kind: 'threshold';
  metric: MetricReference;
}

/** An SLI as OpenSLO v1 knows it. */
export type IndicatorDefinition =
  | RatioIndicatorDefinition
  | RawIndicatorDefinition
  | ThresholdIndicatorDefinition;

/**
 * The form of an indicator that is counted straight from Prometheus: a ratio of two series in events per second.
 * `undefined` for every other one.
 */
export function ratioSeries(
  indicator: IndicatorDefinition | undefined,
): RatioIndicator | undefined {
  if (indicator?.kind !== 'ratio' || indicator.counter) {
    return undefined;
  }
  const { name, numerator, counted, total } = indicator;
  if (!counted.series || !total.series) {
    return undefined;
  }
  const source = ({ dataSource, series }: MetricReference) => ({
    ...(dataSource && { dataSource }),
    type: 'Prometheus',
    query: series!,
  });
  return { name, numerator, counted: source(counted), total: source(total) };
}
