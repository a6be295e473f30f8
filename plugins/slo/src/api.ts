import {
  ApiBlueprint,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { SloApi, SloClient } from '@shopfloor/plugin-slo-common';

/** Asks the SLO backend. */
export const sloApiRef = createApiRef<SloApi>().with({
  id: 'slo.objectives',
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
