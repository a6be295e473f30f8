/** One value at one time; no value is a gap, which the chart shows as one. */
export interface TimePoint {
  /** Milliseconds since the epoch. */
  at: number;
  value: number | undefined;
}

/** One line of a chart. Lines of one chart should share their times. */
export interface TimeSeries {
  id: string;
  label: string;
  points: readonly TimePoint[];
  /** Drawn dashed: a target or a wanted value beside a measured one. */
  dashed?: boolean;
  /** Fills the area below. Only for one line, or values that add up. */
  area?: boolean;
}

/** Something that happened, marked on the time axis. */
export interface ChartAnnotation {
  /** Milliseconds since the epoch. */
  at: number;
  label: string;
}

/** Lines on one time axis, as the chart and its table need them. */
export interface AlignedSeries {
  /** All times, ascending, in milliseconds since the epoch. */
  times: number[];
  /** For each line a value per time, `null` (as the chart library wants it) for a gap. */
  values: Array<Array<number | null>>;
}

/** Puts lines on one time axis. */
export function alignSeries(series: readonly TimeSeries[]): AlignedSeries {
  const times = [
    ...new Set(series.flatMap(line => line.points.map(point => point.at))),
  ].sort((a, b) => a - b);
  const values = series.map(line => {
    const byTime = new Map(line.points.map(point => [point.at, point.value]));
    return times.map(time => byTime.get(time) ?? null);
  });
  return { times, values };
}

/** How precisely times are labelled, from the length of the axis. */
export function timeLabelOptions(
  lengthMilliseconds: number,
): Intl.DateTimeFormatOptions {
  const hours = lengthMilliseconds / 3_600_000;
  if (hours <= 0.25) {
    return { hour: '2-digit', minute: '2-digit', second: '2-digit' };
  }
  if (hours <= 36) {
    return { hour: '2-digit', minute: '2-digit' };
  }
  return hours <= 24 * 8
    ? { month: 'short', day: 'numeric', hour: '2-digit' }
    : { month: 'short', day: 'numeric' };
}
