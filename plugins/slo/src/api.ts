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
  SloExclusionsApi,
  SloExclusionsClient,
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

/** Asks the SLO backend that past stretches do not count. */
export const sloExclusionsApiRef = createApiRef<SloExclusionsApi>().with({
  id: 'slo.exclusions',
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

/** The client of past stretches that do not count. */
export const sloExclusionsApi = ApiBlueprint.make({
  name: 'exclusions',
  params: defineParams =>
    defineParams({
      api: sloExclusionsApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new SloExclusionsClient(deps),
    }),
});
