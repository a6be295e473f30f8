import {
  ApiBlueprint,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { TrafficApi, TrafficClient } from '@shopfloor/plugin-traffic-common';

/** Asks the traffic backend. */
export const trafficApiRef = createApiRef<TrafficApi>().with({
  id: 'traffic.routes',
  pluginId: 'traffic',
});

/** The client of the traffic backend. */
export const trafficApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: trafficApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new TrafficClient(deps),
    }),
});
