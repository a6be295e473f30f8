/** Everything the lint can say. Words and what to do are the page's, by the keys `lint.<code>.what` and `lint.<code>.fix`. */
export const LINT_CODES = [
  /** The factor of a row cannot be exceeded by any ratio of bad events. */
  'row-never-fires',
  /** The row would fire although the budget lasts; it is left out. */
  'row-inside-budget',
  /** The same of the condition of an alert policy. */
  'condition-never-fires',
  'condition-inside-budget',
  /** A slice is longer than the short window of the row, or does not fit into it; the row is left out. */
  'slice-too-coarse',
  /** One bad slice alone fires the row. */
  'slice-fires-alone',
  /** With so few events one bad one alone fires the row. */
  'guard-too-low',
  /** There is so little traffic that the guard silences the row. */
  'row-muted',
  /** Prometheus has no series of the counted or of all events. */
  'metric-absent',
  /** More good (or bad) events than events. */
  'good-above-total',
  /** The histogram has no bucket at the limit that the query names. */
  'bucket-missing',
  /** There is data for a part of the window only. */
  'history-short',
] as const;

/** What a finding is about. */
export type LintCode = (typeof LINT_CODES)[number];

/** One finding about an SLO. */
export interface LintFinding {
  code: LintCode;
  /**
   * - `error`: the figures are wrong or there are none
   * - `warning`: an alert does not do what one expects of it
   * - `info`: good to know; nothing has to be done
   */
  severity: 'error' | 'warning' | 'info';
  /** Index of the objective it is about; absent when it is about all. */
  objective?: number;
  /** Where to change it, for example `spec.objectives[0].target`. */
  field: string;
  /** For the words: durations in seconds, shares from 0 to 1, counts, texts. */
  values: Record<string, number | string>;
}

/** What Prometheus knows of an SLO. What is absent was not asked or not answered. */
export interface SloObservations {
  countedPresent?: boolean;
  totalPresent?: boolean;
  /** More events are counted than there are. */
  countedAboveTotal?: boolean;
  /** All events of the whole window. */
  total?: number;
  /** Values of `le` of the counted series when it is a histogram, without the matcher of `le`. */
  bucketBounds?: string[];
  /** Seconds of the window for which there is data. */
  coverageSeconds?: number;
  /** What `coverageSeconds` could be: so far of a calendar window, without maintenance. Default: the window. */
  coverageWindowSeconds?: number;
  /** Seconds that the coverage is exact to. */
  coverageResolutionSeconds?: number;
}

/** Findings, and what could not be looked at. */
export interface LintReport {
  findings: LintFinding[];
  /** Codes that need observations there are not. Not found is not the same as not looked at. */
  unchecked: LintCode[];
}
