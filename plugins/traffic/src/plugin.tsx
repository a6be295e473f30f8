import AltRouteOutlined from '@mui/icons-material/AltRouteOutlined';
import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { trafficApi } from './api';
import { trafficEntityCard, trafficEntityContent } from './entity';
import { trafficPage } from './page';
import { rootRouteRef } from './routes';

/** Traffic of services: what the route wants, what is measured, and moving it. */
export const trafficPlugin = createFrontendPlugin({
  pluginId: 'traffic',
  title: 'Traffic',
  icon: <AltRouteOutlined fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: rootRouteRef },
  extensions: [
    trafficApi,
    trafficEntityContent,
    trafficEntityCard,
    trafficPage,
  ],
});
