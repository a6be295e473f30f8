import SpeedOutlined from '@mui/icons-material/SpeedOutlined';
import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { sloPageReadPermission } from '@shopfloor/plugin-slo-common';
import {
  releaseGateApi,
  sloAnalysisApi,
  sloApi,
  sloExclusionsApi,
} from './api';
import { sloAttention } from './attention';
import { sloEntityCard, sloEntityContent } from './entity';
import { sloPage } from './page';
import { rootRouteRef } from './routes';

const mayRead = { permissions: { $contains: sloPageReadPermission.name } };

/** Service level objectives; they are there for those who may read them. */
export const sloPlugin = createFrontendPlugin({
  pluginId: 'slo',
  title: 'SLOs',
  icon: <SpeedOutlined fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: rootRouteRef },
  if: mayRead,
  extensions: [
    sloApi,
    sloAnalysisApi,
    releaseGateApi,
    sloExclusionsApi,
    sloPage,
    sloEntityContent,
    sloEntityCard,
    sloAttention,
  ],
});
