import { RangeQuery } from './SloAnalysisApi';
import { ListSlosOptions, SloDetail, SloHistory, SloList } from './types';

/** Reads SLOs from the portal's backend, as the signed-in person. */
export interface SloApi {
  /** SLOs the person may see, worst budget first. */
  list(
    options?: ListSlosOptions,
    request?: { signal?: AbortSignal },
  ): Promise<SloList>;
  /** One SLO; a NotFoundError when it does not exist or may not be seen. */
  get(id: string, request?: { signal?: AbortSignal }): Promise<SloDetail>;
  /** How one objective of an SLO went. */
  history(
    options: RangeQuery,
    request?: { signal?: AbortSignal },
  ): Promise<SloHistory>;
}
