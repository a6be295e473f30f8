import { randomUUID } from 'node:crypto';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { approvalsServiceRef } from '@shopfloor/plugin-approvals-node';
import { AnnouncementStore } from '@shopfloor/plugin-announcements-node';
import {
  environmentsServiceRef,
  requirePermissionsEnabled,
} from '@shopfloor/plugin-environments-node';
import { auditRefusals } from '@shopfloor/plugin-requests-node';
import { sloPermissions } from '@shopfloor/plugin-slo-common';
import { createAnalysisRouter } from './analysis/analysisRouter';
import { DatabaseAnalysisStore } from './analysis/AnalysisStore';
import { AuditChangeLog } from './analysis/AuditChangeLog';
import { DefaultSloAnalysisService } from './analysis/DefaultSloAnalysisService';
import { createSloActions } from './actions/createSloActions';
import { EpisodeStore } from './announce/EpisodeStore';
import { EpisodeWatch } from './announce/EpisodeWatch';
import { readSloConfig } from './config';
import { DefaultDefinitionReader } from './discovery/DefaultDefinitionReader';
import { SloDiscovery } from './discovery/SloDiscovery';
import { PrometheusClients } from './evaluation/PrometheusClients';
import { SloEvaluation } from './evaluation/SloEvaluation';
import { ExclusionApprovals } from './exclusions/ExclusionApprovals';
import { ExclusionService } from './exclusions/ExclusionService';
import { createExclusionsRouter } from './exclusions/exclusionsRouter';
import { ExclusionStore } from './exclusions/ExclusionStore';
import { StretchReader } from './exclusions/StretchReader';
import { createGateRouter } from './gate/gateRouter';
import { PolicySource } from './gate/PolicySource';
import { DefaultReleaseGateService } from './gate/ReleaseGateService';
import { createRouter } from './router';
import { createRoutes } from './routes/createRoutes';
import { createRules } from './rules/createRules';
import { TechDocsRunbooks } from './rules/Runbooks';
import { scheduleTasks } from './scheduleTasks';
import { AuthorizedSloService } from './service/AuthorizedSloService';
import { DefaultSloService } from './service/DefaultSloService';
import { EntityVisibility } from './service/EntityVisibility';
import { createStatesRouter } from './states/statesRouter';
import { DatabaseSloStore } from './store/DatabaseSloStore';

/**
 * Service level objectives, read from OpenSLO files beside the services and computed from Prometheus.
 *
 * @public
 */
export const sloPlugin = createBackendPlugin({
  pluginId: 'slo',
  register(env) {
    env.registerInit({
      deps: {
        approvals: approvalsServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        environments: environmentsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        actionsRegistry: actionsRegistryServiceRef,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        urlReader: coreServices.urlReader,
      },
      async init(deps) {
        const { auth, catalog, config, environments, logger } = deps;
        requirePermissionsEnabled(config, 'slo');
        const sloConfig = readSloConfig(config);
        const store = await DatabaseSloStore.create(deps);
        const clients = new PrometheusClients();
        const appUrl = config.getOptionalString('app.baseUrl');
        const integrations = ScmIntegrations.fromConfig(config);
        const reader = new DefaultDefinitionReader({
          urlReader: deps.urlReader,
          integrations,
          fileRoots: sloConfig.fileRoots,
        });

        deps.permissionsRegistry.addPermissions(sloPermissions);
        const visibility = EntityVisibility.create(deps);
        const service = new AuthorizedSloService({
          permissions: deps.permissions,
          service: new DefaultSloService({
            store,
            visibility,
            environments,
            clients,
            staleAfterSeconds: sloConfig.staleAfterSeconds,
          }),
        });
        deps.httpRouter.use(createRouter({ httpAuth: deps.httpAuth, service }));
        const gate = DefaultReleaseGateService.create({
          auth,
          store,
          catalog,
          visibility,
          environments,
          policies: PolicySource.create({
            location: sloConfig.releasePolicy,
            urlReader: deps.urlReader,
            logger,
            now: () => new Date(),
          }),
          staleAfterSeconds: sloConfig.staleAfterSeconds,
          now: () => new Date(),
        });
        deps.httpRouter.use(
          createGateRouter({
            httpAuth: deps.httpAuth,
            permissions: deps.permissions,
            service: gate,
          }),
        );
        deps.httpRouter.use(
          createStatesRouter({ ...deps, ...sloConfig, store }),
        );
        deps.httpRouter.use(
          createAnalysisRouter({
            httpAuth: deps.httpAuth,
            service: DefaultSloAnalysisService.create({
              slos: service,
              visibility,
              store,
              analysisStore: await DatabaseAnalysisStore.create(deps),
              catalog,
              environments,
              clients,
              log: AuditChangeLog.create(deps),
            }),
          }),
        );

        createSloActions({ ...deps, service, gate });

        const db = await deps.database.getClient();
        const now = () => new Date();
        const exclusions = new ExclusionStore({ db });
        const exclusionApprovals = new ExclusionApprovals({
          approvals: deps.approvals,
          auditor: deps.auditor,
          environments,
          logger,
          slos: store,
          store: exclusions,
          now,
        });
        deps.httpRouter.use(
          auditRefusals(
            createExclusionsRouter({
              httpAuth: deps.httpAuth,
              service: new ExclusionService({
                slos: service,
                store,
                exclusions,
                approvals: exclusionApprovals,
                auditor: deps.auditor,
                permissions: deps.permissions,
                stretches: new StretchReader({ environments, clients, now }),
                newId: randomUUID,
                now,
              }),
            }),
            { auditor: deps.auditor, logger },
          ),
        );
        const announcements = AnnouncementStore.create({
          db,
          table: 'slo_announcements',
        });
        const episodeStore = EpisodeStore.create({ db, announcements });
        await scheduleTasks({
          scheduler: deps.scheduler,
          config: sloConfig,
          store,
          approvals: deps.approvals,
          exclusions: exclusionApprovals,
          discovery: new SloDiscovery({
            auth,
            catalog,
            reader,
            environments,
            store,
            logger,
          }),
          evaluation: new SloEvaluation({
            environments,
            clients,
            store,
            logger,
            maxConcurrency: sloConfig.maxConcurrency,
            deadlineSeconds: sloConfig.deadlineSeconds,
          }),
          episodeStore,
          episodes: EpisodeWatch.create({
            store,
            episodes: episodeStore,
            announcements,
            notifications: deps.notifications,
            staleAfterSeconds: sloConfig.staleAfterSeconds,
            logger,
            now: () => new Date(),
          }),
          routes: createRoutes(sloConfig, { store, auth, catalog, logger }),
          rules: createRules(sloConfig, {
            environments,
            clients,
            store,
            logger,
            ...(appUrl && {
              runbooks: TechDocsRunbooks.create({
                auth,
                catalog,
                integrations,
                urlReader: deps.urlReader,
                logger,
                appUrl,
                now,
              }),
            }),
          }),
        });
      },
    });
  },
});
