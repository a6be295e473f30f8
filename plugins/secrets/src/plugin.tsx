import KeyOutlined from '@mui/icons-material/KeyOutlined';
import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { secretGrantCreatePermission } from '@shopfloor/plugin-secrets-common';
import { secretsApi } from './api';
import { secretsAttention } from './attention';
import { secretsEntityCard, secretsEntityContent } from './entity';
import { secretsPage } from './page';
import { rootRouteRef } from './routes';

const mayTakePart = {
  permissions: { $contains: secretGrantCreatePermission.name },
};

/** Secrets; they are there for those who may ask for access at all. */
export const secretsPlugin = createFrontendPlugin({
  pluginId: 'secrets',
  title: 'Secrets',
  icon: <KeyOutlined fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: rootRouteRef },
  if: mayTakePart,
  extensions: [
    secretsApi,
    secretsPage,
    secretsEntityContent,
    secretsEntityCard,
    secretsAttention,
  ],
});
