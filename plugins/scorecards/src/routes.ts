import { createRouteRef } from '@backstage/frontend-plugin-api';

/** The page of all scorecards. */
export const rootRouteRef = createRouteRef();
