import {
  ApiBlueprint,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import { StatusApi, StatusClient } from '@shopfloor/plugin-status-common';

/** Asks the status backend. */
export const statusApiRef = createApiRef<StatusApi>().with({
  id: 'status.systems',
  pluginId: 'status',
});

/** The client of the status backend. */
export const statusApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: statusApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new StatusClient(deps),
    }),
});
