import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { rootRouteRef } from './routes';

/** The page `/scorecards`. */
export const scorecardsPage = PageBlueprint.make({
  params: {
    path: '/scorecards',
    routeRef: rootRouteRef,
    loader: async () => {
      const { ScorecardsPage } = await import('./components/ScorecardsPage');
      return <ScorecardsPage />;
    },
  },
});
