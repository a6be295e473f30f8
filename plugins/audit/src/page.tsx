import HistoryOutlined from '@mui/icons-material/HistoryOutlined';
import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { changesRouteRef, trailRouteRef } from './routes';

/** The page `/changes`. */
export const changesPage = PageBlueprint.make({
  name: 'changes',
  params: {
    path: '/changes',
    title: 'Changes',
    icon: <HistoryOutlined fontSize="inherit" />,
    routeRef: changesRouteRef,
    loader: async () => {
      const { ChangesPage } = await import('./components/ChangesPage');
      return <ChangesPage />;
    },
  },
});

/** The page `/audit`. */
export const trailPage = PageBlueprint.make({
  params: {
    path: '/audit',
    routeRef: trailRouteRef,
    loader: async () => {
      const { TrailPage } = await import('./components/TrailPage');
      return <TrailPage />;
    },
  },
});
