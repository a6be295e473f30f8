import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { rootRouteRef } from './routes';

/** The page `/status`. */
export const statusPage = PageBlueprint.make({
  params: {
    path: '/status',
    routeRef: rootRouteRef,
    loader: async () => {
      const { StatusPage } = await import('./components/StatusPage');
      return <StatusPage />;
    },
  },
});
