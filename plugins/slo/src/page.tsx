import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { rootRouteRef } from './routes';

/** The page `/slos`: all SLOs, worst budget first, by team, and a month's report. */
export const sloPage = PageBlueprint.make({
  params: {
    path: '/slos',
    routeRef: rootRouteRef,
    loader: async () => {
      const { SlosPage } = await import('./components/SlosPage');
      return <SlosPage />;
    },
  },
});
