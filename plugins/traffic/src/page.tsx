import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { rootRouteRef } from './routes';

/** The page `/traffic`. */
export const trafficPage = PageBlueprint.make({
  params: {
    path: '/traffic',
    routeRef: rootRouteRef,
    loader: async () => {
      const { TrafficPage } = await import('./components/TrafficPage');
      return <TrafficPage />;
    },
  },
});
