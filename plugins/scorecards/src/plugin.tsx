import GradingOutlined from '@mui/icons-material/GradingOutlined';
import { createFrontendPlugin } from '@backstage/frontend-plugin-api';
import { scorecardReadPermission } from '@shopfloor/plugin-scorecards-common';
import { scorecardChecksApi, scorecardsApi } from './api';
import { scorecardsAttention } from './attention';
import { scorecardEntityCard, scorecardEntityContent } from './entity';
import { scorecardsPage } from './page';
import { rootRouteRef } from './routes';

const mayRead = { permissions: { $contains: scorecardReadPermission.name } };

/** Scorecards; they are there for those who may read them. */
export const scorecardsPlugin = createFrontendPlugin({
  pluginId: 'scorecards',
  title: 'Scorecards',
  icon: <GradingOutlined fontSize="inherit" />,
  info: { packageJson: () => import('../package.json') },
  routes: { root: rootRouteRef },
  if: mayRead,
  extensions: [
    scorecardsApi,
    scorecardChecksApi,
    scorecardsPage,
    scorecardEntityContent,
    scorecardEntityCard,
    scorecardsAttention,
  ],
});
