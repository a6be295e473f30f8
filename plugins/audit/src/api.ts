import {
  ApiBlueprint,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import {
  ChangesApi,
  ChangesClient,
  TrailApi,
  TrailReadClient,
} from '@shopfloor/plugin-audit-common';

/** Reads changes and incidents, as the signed-in person. */
export const changesApiRef = createApiRef<ChangesApi>().with({
  id: 'audit.changes',
  pluginId: 'audit',
});

/** The client of the audit backend. */
export const changesApi = ApiBlueprint.make({
  name: 'changes',
  params: defineParams =>
    defineParams({
      api: changesApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ChangesClient(deps),
    }),
});

/** Reads the audit trail, as the signed-in person. */
export const trailApiRef = createApiRef<TrailApi>().with({
  id: 'audit.trail',
  pluginId: 'audit',
});

/** The client of the audit trail. */
export const trailApi = ApiBlueprint.make({
  name: 'trail',
  params: defineParams =>
    defineParams({
      api: trailApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new TrailReadClient(deps),
    }),
});
