import ReceiptLongOutlined from '@mui/icons-material/ReceiptLongOutlined';
import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { auditChangeReadPermission } from '@shopfloor/plugin-audit-common';
import { changesApi, trailApi } from './api';
import { changesEntityCard, changesEntityContent } from './entity';
import { changesPage, trailPage } from './page';
import { changesRouteRef, trailRouteRef } from './routes';

/** Changes, incidents and the audit trail; they are there for those who may read them. */
export const auditPlugin = createFrontendPlugin({
  pluginId: 'audit',
  title: 'Audit',
  icon: <ReceiptLongOutlined fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: { changes: changesRouteRef, trail: trailRouteRef },
  if: { permissions: { $contains: auditChangeReadPermission.name } },
  extensions: [
    changesApi,
    trailApi,
    changesPage,
    trailPage,
    changesEntityContent,
    changesEntityCard,
  ],
});
