import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The page of all SLOs. */
export const rootRouteRef = createRouteRef();
