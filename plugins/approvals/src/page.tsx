import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { rootRouteRef } from './routes';

/** The page `/approvals`, and below it one for each request. */
export const approvalsPage = PageBlueprint.make({
  params: {
    path: '/approvals',
    routeRef: rootRouteRef,
    loader: async () => {
      const { ApprovalsPage } = await import('./components/ApprovalsPage');
      return <ApprovalsPage />;
    },
  },
});
