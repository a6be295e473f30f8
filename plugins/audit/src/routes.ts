import { createRouteRef } from '@backstage/frontend-plugin-api';

/** Changes and incidents of everything the person may see. */
export const changesRouteRef = createRouteRef();

/** The audit trail. */
export const trailRouteRef = createRouteRef();
