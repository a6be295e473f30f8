import { EventCounts } from '../math/budget';
import { RowTrial } from '../math/whatIf';
import { HistoryRange } from './types';

/**
 * Where counts of the past come from: the series that the generated rules recorded, the series of the indicator itself,
 * or the first where there are any and the second before them.
 */
export type CountsSource = 'recorded' | 'direct' | 'mixed';

/** One alert row on the history, with the times at which it would have fired. */
export interface SloRowTrial extends Omit<RowTrial, 'firings'> {
  /** ISO 8601. */
  firings: Array<{ from: string; to: string }>;
}

/** What one target means for the events that really were. */
export interface SloTargetTrial {
  target: number;
  /** Bad events the window allows; absent when the window was never measured. */
  budget?: number;
  /** Of the window as it is now; absent without events. */
  budgetLeft?: number;
  /** The hour of the range that burned fastest; absent without events. */
  worstBurn?: { burnRate: number; at: string };
  rows: SloRowTrial[];
}

/** Two targets on the same history. */
export interface SloWhatIf {
  id: string;
  /** Index of the objective. */
  objective: number;
  range: HistoryRange;
  /** End of the history, ISO 8601. */
  observedAt: string;
  source: CountsSource;
  bucketSeconds: number;
  rangeSeconds: number;
  /** Seconds of the range for which there is data. */
  coverageSeconds: number;
  /** Counts of the whole window as it was last measured, and how much of it was observed. */
  window: {
    seconds: number;
    counts?: EventCounts;
    coverageSeconds?: number;
    observedAt?: string;
  };
  /** With the target of the definition. */
  now: SloTargetTrial;
  /** With the target that was asked about. */
  tried: SloTargetTrial;
}
