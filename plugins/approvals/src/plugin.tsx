import FactCheckOutlined from '@mui/icons-material/FactCheckOutlined';
import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { approvalDiscussPermission } from '@shopfloor/plugin-approvals-common';
import { approvalsApi } from './api';
import { approvalsAttention } from './attention';
import { approvalsEntityCard } from './entity';
import { approvalsPage } from './page';
import { rootRouteRef } from './routes';

const mayTakePart = {
  permissions: { $contains: approvalDiscussPermission.name },
};

/** Approvals; they are there for those who may take part. */
export const approvalsPlugin = createFrontendPlugin({
  pluginId: 'approvals',
  title: 'Approvals',
  icon: <FactCheckOutlined fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: rootRouteRef },
  if: mayTakePart,
  extensions: [
    approvalsApi,
    approvalsPage,
    approvalsEntityCard,
    approvalsAttention,
  ],
});
