import {
  ApiBlueprint,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import {
  ReleaseGateApi,
  ReleaseGateClient,
  SloAnalysisApi,
  SloAnalysisClient,
  SloApi,
  SloClient,
} from '@shopfloor/plugin-slo-common';

/** Asks the SLO backend. */
export const sloApiRef = createApiRef<SloApi>().with({
  id: 'slo.objectives',
  pluginId: 'slo',
});

/** Asks the SLO backend about the past. */
export const sloAnalysisApiRef = createApiRef<SloAnalysisApi>().with({
  id: 'slo.analysis',
  pluginId: 'slo',
});

/** Asks the release gate. */
export const releaseGateApiRef = createApiRef<ReleaseGateApi>().with({
  id: 'slo.release-gate',
  pluginId: 'slo',
});

/** The client of the SLO backend. */
export const sloApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: sloApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new SloClient(deps),
    }),
});

/** The client of what the SLO backend tells of the past. */
export const sloAnalysisApi = ApiBlueprint.make({
  name: 'analysis',
  params: defineParams =>
    defineParams({
      api: sloAnalysisApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new SloAnalysisClient(deps),
    }),
});

/** The client of the release gate. */
export const releaseGateApi = ApiBlueprint.make({
  name: 'release-gate',
  params: defineParams =>
    defineParams({
      api: releaseGateApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ReleaseGateClient(deps),
    }),
});
