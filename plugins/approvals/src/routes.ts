import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The page of all requests. */
export const rootRouteRef = createRouteRef();
