import {
  FrontendFeature,
  FrontendFeatureLoader,
} from '@backstage/frontend-plugin-api';
import apiDocsPlugin from '@backstage/plugin-api-docs/alpha';
import authPlugin from '@backstage/plugin-auth';
import catalogGraphPlugin from '@backstage/plugin-catalog-graph/alpha';
import catalogPlugin from '@backstage/plugin-catalog/alpha';
import kubernetesPlugin from '@backstage/plugin-kubernetes/alpha';
import notificationsPlugin from '@backstage/plugin-notifications/alpha';
import orgPlugin from '@backstage/plugin-org/alpha';
import searchPlugin from '@backstage/plugin-search/alpha';
import signalsPlugin from '@backstage/plugin-signals/alpha';
import techdocsAddonsModule from '@backstage/plugin-techdocs-module-addons-contrib/alpha';
import techdocsPlugin from '@backstage/plugin-techdocs/alpha';
import userSettingsStorageModule from '@backstage/plugin-app-module-user-settings';
import userSettingsPlugin from '@backstage/plugin-user-settings/alpha';
import approvalsPlugin from '@shopfloor/plugin-approvals';
import auditPlugin from '@shopfloor/plugin-audit';
import scorecardsPlugin from '@shopfloor/plugin-scorecards';
import secretsPlugin from '@shopfloor/plugin-secrets';
import sloPlugin from '@shopfloor/plugin-slo';
import statusPlugin from '@shopfloor/plugin-status';
import trafficPlugin from '@shopfloor/plugin-traffic';
import {
  entityApisModule,
  entityKubernetesModule,
  entityModule,
} from './modules/entity';
import { homePlugin } from './modules/home';
import { languageModule } from './modules/language';
import { layoutModule } from './modules/layout';
import { navModule } from './modules/nav';
import { settingsModule } from './modules/settings';
import { signInModule } from './modules/signIn';
import { themeModule } from './modules/theme';
import { translationModules } from './modules/translations';

/** All that is installed in the portal. Installed by name, not discovered: the order of imports matters (see `index.tsx`), and the
 * order here is that of the cards on the overview of an entity: what says how it is comes first. */
export const features: Array<FrontendFeature | FrontendFeatureLoader> = [
  sloPlugin,
  trafficPlugin,
  scorecardsPlugin,
  secretsPlugin,
  approvalsPlugin,
  auditPlugin,
  apiDocsPlugin,
  authPlugin,
  catalogGraphPlugin,
  catalogPlugin,
  homePlugin,
  kubernetesPlugin,
  notificationsPlugin,
  orgPlugin,
  searchPlugin,
  signalsPlugin,
  statusPlugin,
  techdocsPlugin,
  techdocsAddonsModule,
  userSettingsPlugin,
  userSettingsStorageModule,
  entityApisModule,
  entityKubernetesModule,
  entityModule,
  languageModule,
  layoutModule,
  navModule,
  settingsModule,
  signInModule,
  themeModule,
  ...translationModules,
];
