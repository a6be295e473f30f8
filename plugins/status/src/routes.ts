import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The page of the status. */
export const rootRouteRef = createRouteRef();
