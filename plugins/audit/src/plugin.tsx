import FactCheckOutlined from '@mui/icons-material/FactCheckOutlined';
import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { auditChangeReadPermission } from '@shopfloor/plugin-audit-common';
import { changesApi } from './api';
import { changesEntityCard, changesEntityContent } from './entity';
import { changesPage } from './page';
import { changesRouteRef } from './routes';

/** Changes and incidents; they are there for those who may read them. */
export const auditPlugin = createFrontendPlugin({
  pluginId: 'audit',
  title: 'Audit',
  icon: <FactCheckOutlined fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: { changes: changesRouteRef },
  if: { permissions: { $contains: auditChangeReadPermission.name } },
  extensions: [
    changesApi,
    changesPage,
    changesEntityContent,
    changesEntityCard,
  ],
});
