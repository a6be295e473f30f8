import {
  ApiBlueprint,
  createApiRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import {
  ApprovalsApi,
  ApprovalsClient,
} from '@shopfloor/plugin-approvals-common';

/** Asks the approvals backend. */
export const approvalsApiRef = createApiRef<ApprovalsApi>().with({
  id: 'approvals.requests',
  pluginId: 'approvals',
});

/** The client of the approvals backend. */
export const approvalsApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: approvalsApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new ApprovalsClient(deps),
    }),
});
