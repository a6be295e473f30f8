import HistoryOutlined from '@mui/icons-material/HistoryOutlined';
import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { changesRouteRef } from './routes';

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
