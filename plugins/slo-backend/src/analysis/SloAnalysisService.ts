import { HistoryRange, SloWhatIf } from '@shopfloor/plugin-slo-common';
import { SloRequest } from '../service/SloService';

/** Looks back on SLOs, as a person may see them. Every method throws as `SloService` does for who may not. */
export interface SloAnalysisService {
  /**
   * What budget and alerts would have been with another target.
   *
   * @throws InputError when the SLO has no such objective, or its Prometheus is not configured
   * @throws ServiceUnavailableError when Prometheus does not answer
   */
  whatIf(
    options: {
      id: string;
      target: number;
      range: HistoryRange;
      objective: number;
    },
    request: SloRequest,
  ): Promise<SloWhatIf>;
}
