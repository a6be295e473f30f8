import MonitorHeartOutlined from '@mui/icons-material/MonitorHeartOutlined';
import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { statusSystemReadPermission } from '@shopfloor/plugin-status-common';
import { statusApi } from './api';
import { statusAttention } from './attention';
import { statusPage } from './page';
import { rootRouteRef } from './routes';

const mayRead = { permissions: { $contains: statusSystemReadPermission.name } };

/** The status of the platform; it is there for those who may read it. */
export const statusPlugin = createFrontendPlugin({
  pluginId: 'status',
  title: 'Status',
  icon: <MonitorHeartOutlined fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: rootRouteRef },
  if: mayRead,
  extensions: [statusApi, statusPage, statusAttention],
});
