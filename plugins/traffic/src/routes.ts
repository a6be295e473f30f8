import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The list of routes. */
export const rootRouteRef = createRouteRef();
