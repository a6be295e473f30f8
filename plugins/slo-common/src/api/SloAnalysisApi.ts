import { SloWhatIf } from './analysis';
import { HistoryRange } from './types';

/** Looks back on SLOs, as the signed-in person. */
export interface SloAnalysisApi {
  /** What budget and alerts would have been with another target. */
  whatIf(
    options: {
      id: string;
      target: number;
      range: HistoryRange;
      objective?: number;
    },
    request?: { signal?: AbortSignal },
  ): Promise<SloWhatIf>;
}
