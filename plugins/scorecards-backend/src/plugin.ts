import { randomUUID } from 'node:crypto';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { approvalsServiceRef } from '@shopfloor/plugin-approvals-node';
import { checksServiceRef } from '@shopfloor/plugin-checks-node';
import { openDatabase } from '@shopfloor/plugin-database-node';
import { requirePermissionsEnabled } from '@shopfloor/plugin-environments-node';
import { auditRefusals } from '@shopfloor/plugin-requests-node';
import {
  scorecardReadPermission,
  scorecardsPermissions,
} from '@shopfloor/plugin-scorecards-common';
import { lower } from '@shopfloor/plugin-entity-access-node';
import { registerScorecardsActions } from './actions/registerScorecardsActions';
import { GradeAccess } from './access/GradeAccess';
import { scorecardResourceRef, scorecardRules } from './access/scorecardRules';
import { Announcer } from './announce/Announcer';
import { checkTitles } from './announce/checkTitles';
import { checkCategories } from './facts/checkCategories';
import { readScorecardsConfig } from './config';
import { DefinitionLoader } from './definitions/DefinitionLoader';
import { ServiceCheckFacts } from './facts/ServiceCheckFacts';
import { EntitySync } from './grading/EntitySync';
import { GradingRound } from './grading/GradingRound';
import { createRouter } from './router';
import { scheduleTasks } from './scheduleTasks';
import { BadgeService } from './service/BadgeService';
import { CampaignService } from './service/CampaignService';
import { ScorecardReader } from './service/ScorecardReader';
import { WaiverService } from './service/WaiverService';
import { announcementStore } from './store/AnnouncementStore';
import { BadgeStore } from './store/BadgeStore';
import { CampaignStore } from './store/CampaignStore';
import { migrationsDirectory } from './store/database';
import { DefinitionStore } from './store/DefinitionStore';
import { EntityStore } from './store/EntityStore';
import { GradeQueries } from './store/GradeQueries';
import { GradeStore } from './store/GradeStore';
import { NarrowedGrades } from './store/NarrowedGrades';
import { WaiverStore } from './store/WaiverStore';
import { EngineApprovals } from './waivers/EngineApprovals';
import { PermissionedApprovals } from './waivers/PermissionedApprovals';
import { readEffect } from './waivers/readEffect';

/**
 * Grades services on scorecards from the results of checks.
 *
 * @public
 */
export const scorecardsPlugin = createBackendPlugin({
  pluginId: 'scorecards',
  register(env) {
    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        approvals: approvalsServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        checks: checksServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        urlReader: coreServices.urlReader,
      },
      async init(deps) {
        const { auditor, auth, catalog, logger, permissionsRegistry } = deps;
        requirePermissionsEnabled(deps.config, 'scorecards');
        const config = readScorecardsConfig(deps.config);
        const db = await openDatabase({
          database: deps.database,
          migrations: migrationsDirectory,
        });
        const now = () => new Date();
        const definitions = new DefinitionStore(db);
        const entities = new EntityStore(db);
        const grades = new GradeStore(db);
        const queries = NarrowedGrades.create({
          queries: new GradeQueries(db),
          definitions,
        });
        const waiverStore = new WaiverStore(db);
        const titles = async () =>
          checkTitles((await definitions.status()).knownChecks ?? []);

        permissionsRegistry.addResourceType({
          resourceRef: scorecardResourceRef,
          permissions: [scorecardReadPermission],
          rules: scorecardRules,
          getResources: async names => {
            const stored = await definitions.list();
            return names.map(name => {
              const found = stored.find(each => each.definition.name === name);
              return found && { name, owner: lower(found.definition.owner) };
            });
          },
        });
        permissionsRegistry.addPermissions(
          scorecardsPermissions.filter(
            permission => permission !== scorecardReadPermission,
          ),
        );
        const access = new GradeAccess({
          permissions: deps.permissions,
          permissionsRegistry,
          categories: async () =>
            checkCategories((await definitions.status()).knownChecks ?? []),
        });
        const engine =
          config.waiverApprovals === 'engine'
            ? new EngineApprovals({
                access,
                approvals: deps.approvals,
                auditor,
                logger,
                store: waiverStore,
                effectOf: readEffect({ definitions, grades, now }),
                titles,
                now,
              })
            : undefined;
        const waivers = new WaiverService({
          access,
          approvals: engine ?? new PermissionedApprovals({ access }),
          auditor,
          queries,
          store: waiverStore,
          titles,
          newId: randomUUID,
          now,
        });
        const reader = new ScorecardReader({
          access,
          definitions,
          queries,
          grades,
          waivers,
          now,
        });
        registerScorecardsActions({
          actionsRegistry: deps.actionsRegistry,
          auth,
          reader,
        });
        deps.httpRouter.use(
          auditRefusals(
            createRouter({
              httpAuth: deps.httpAuth,
              reader,
              waivers,
              campaigns: new CampaignService({
                access,
                auditor,
                definitions,
                queries,
                store: new CampaignStore(db),
                newId: randomUUID,
                now,
              }),
              badges: new BadgeService({
                access,
                auditor,
                definitions,
                grades,
                reader,
                store: new BadgeStore(db),
                externalUrl: () =>
                  deps.discovery.getExternalBaseUrl('scorecards'),
                appUrl: deps.config.getOptionalString('app.baseUrl') ?? '',
                newId: randomUUID,
                now,
              }),
            }),
            {
              auditor,
              logger,
              // It saves nothing.
              except: path => path === '/what-if',
            },
          ),
        );
        deps.httpRouter.addAuthPolicy({
          path: '/badges/svg',
          allow: 'unauthenticated',
        });

        await scheduleTasks({
          scheduler: deps.scheduler,
          config,
          loader: new DefinitionLoader({
            urlReader: deps.urlReader,
            locations: config.definitions,
            store: definitions,
            logger,
            now,
          }),
          sync: new EntitySync({ auth, catalog, store: entities }),
          grading: new GradingRound({
            facts: new ServiceCheckFacts({ auth, checks: deps.checks }),
            definitions,
            entities,
            grades,
            waivers: waiverStore,
            logger,
            now,
          }),
          announcer: new Announcer({
            announcements: announcementStore(db),
            waivers: waiverStore,
            notifications: deps.notifications,
            logger,
            now,
          }),
          grades,
          engine,
          approvals: deps.approvals,
          now,
        });
      },
    });
  },
});
