import {
  BackstageCredentials,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';
import {
  ListSlosOptions,
  RangeQuery,
  SloDetail,
  SloHistory,
  SloList,
} from '@shopfloor/plugin-slo-common';

/** Who asks. */
export interface SloRequest {
  credentials: BackstageCredentials<BackstageUserPrincipal>;
}

/** SLOs as a person may see them. */
export interface SloService {
  /** Those of the entities the catalog lets the person see, worst budget first. */
  list(options: ListSlosOptions, request: SloRequest): Promise<SloList>;
  /** @throws NotFoundError when there is none, or none the person may see */
  get(id: string, request: SloRequest): Promise<SloDetail>;
  /**
   * @throws NotFoundError as `get`
   * @throws InputError when the SLO has no such objective, or the range is none
   */
  history(
    options: RangeQuery & { objective: number },
    request: SloRequest,
  ): Promise<SloHistory>;
}
