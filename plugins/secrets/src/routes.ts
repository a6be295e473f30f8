import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The page of all grants. */
export const rootRouteRef = createRouteRef();
