import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { rootRouteRef } from './routes';

/** The page `/slos`: all SLOs, worst budget first. */
export const sloPage = PageBlueprint.make({
  params: {
    path: '/slos',
    routeRef: rootRouteRef,
    loader: async () => {
      const { SloListPage } = await import('./components/SloListPage');
      return <SloListPage />;
    },
  },
});
