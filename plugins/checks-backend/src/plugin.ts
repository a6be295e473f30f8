import { hostname } from 'os';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { ConflictError } from '@backstage/errors';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import {
  checksDefinitionReadPermission,
  checksDefinitionTestPermission,
  checksReportUploadPermission,
  checksResultReadPermission,
  checksRunCreatePermission,
} from '@shopfloor/plugin-checks-common';
import {
  checksCollectorsExtensionPoint,
  Collector,
} from '@shopfloor/plugin-checks-node';
import { openDatabase } from '@shopfloor/plugin-database-node';
import { requirePermissionsEnabled } from '@shopfloor/plugin-environments-node';
import { auditRefusals } from '@shopfloor/plugin-requests-node';
import { registerChecksActions } from './actions/registerChecksActions';
import { readChecksConfig } from './config';
import { CheckSets, evidenceTypes } from './definitions/CheckSets';
import { DefinitionLoader } from './definitions/DefinitionLoader';
import { ReportsCollector } from './reports/ReportsCollector';
import { DefaultReportsService } from './reports/ReportsService';
import { REPORTS_COLLECTOR, ReportStore } from './reports/ReportStore';
import { createRouter } from './router';
import { RuleLanguage } from './rules/RuleLanguage';
import { scheduleTasks } from './scheduleTasks';
import { DefaultChecksService } from './service/DefaultChecksService';
import { EntityGate } from './service/EntityGate';
import {
  checkResultResourceRef,
  checkResultRules,
} from './service/permissionRules';
import { Pipelines } from './service/Pipelines';
import { ResultAccess } from './service/ResultAccess';
import { ChangeStore } from './store/ChangeStore';
import { migrationsDirectory } from './store/database';
import { DefinitionStore } from './store/DefinitionStore';
import { EntityStore } from './store/EntityStore';
import { GradingStore } from './store/GradingStore';
import { ResultStore } from './store/ResultStore';
import { RunStore } from './store/RunStore';
import { WorkStore } from './store/WorkStore';
import { CollectionWorker } from './work/CollectionWorker';
import { EntityDiscovery } from './work/EntityDiscovery';

/**
 * Checks of entities: collectors gather evidence, definitions judge it, both are kept.
 *
 * @public
 */
export const checksPlugin = createBackendPlugin({
  pluginId: 'checks',
  register(env) {
    const collectors: Collector[] = [];
    env.registerExtensionPoint(checksCollectorsExtensionPoint, {
      addCollector(...added) {
        for (const collector of added) {
          if (
            collector.name === REPORTS_COLLECTOR ||
            collectors.some(({ name }) => name === collector.name)
          ) {
            throw new ConflictError(
              `There are two collectors named ${collector.name}`,
            );
          }
          collectors.push(collector);
        }
      },
    });

    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        urlReader: coreServices.urlReader,
      },
      async init(deps) {
        const { config: root, logger, permissionsRegistry } = deps;
        requirePermissionsEnabled(root, 'checks');
        const config = readChecksConfig(root);
        const db = await openDatabase({
          database: deps.database,
          migrations: migrationsDirectory,
        });
        const language = await RuleLanguage.create();
        const reports = new ReportStore(db);
        collectors.push(new ReportsCollector(reports));
        const types = evidenceTypes(collectors);

        const definitions = new DefinitionStore(db);
        const grading = new GradingStore(db);
        const results = new ResultStore(db);
        const work = new WorkStore({
          db,
          owner: `${hostname()}/${process.pid}`,
        });
        const sets = new CheckSets({
          store: definitions,
          types,
          language,
          logger,
        });

        permissionsRegistry.addPermissions([
          checksDefinitionReadPermission,
          checksDefinitionTestPermission,
          checksRunCreatePermission,
          checksReportUploadPermission,
        ]);
        permissionsRegistry.addResourceType({
          resourceRef: checkResultResourceRef,
          permissions: [checksResultReadPermission],
          rules: checkResultRules as never,
          getResources: refs =>
            results.subjects(
              refs.map(ref => {
                const [entityRef, check = ''] = ref.split('~');
                return { entityRef, check };
              }),
            ),
        });
        const access = new ResultAccess({
          permissions: deps.permissions,
          permissionsRegistry,
        });
        const { auditor } = deps;
        const gate = new EntityGate({
          access,
          results,
          pipelines: new Pipelines(config.pipelines),
        });
        const service = new DefaultChecksService({
          access,
          auditor,
          gate,
          definitions,
          results,
          grading,
          changes: new ChangeStore(db),
          runs: new RunStore(db),
          work,
          collectors,
          types,
          language,
        });
        registerChecksActions({
          actionsRegistry: deps.actionsRegistry,
          auth: deps.auth,
          service,
        });
        deps.httpRouter.use(
          auditRefusals(
            createRouter({
              httpAuth: deps.httpAuth,
              reports: new DefaultReportsService({ auditor, gate, reports }),
              service,
            }),
            {
              auditor,
              logger,
              // It saves nothing.
              except: path => path === '/test',
            },
          ),
        );

        await scheduleTasks({
          scheduler: deps.scheduler,
          config,
          results,
          reports,
          loader: new DefinitionLoader({
            urlReader: deps.urlReader,
            locations: config.locations,
            store: definitions,
            types,
            language,
            logger,
          }),
          discovery: new EntityDiscovery({
            auth: deps.auth,
            catalog: deps.catalog,
            sets,
            collectors,
            store: new EntityStore(db),
            logger,
          }),
          worker: new CollectionWorker({
            work,
            grading,
            sets,
            collectors,
            logger,
            maxConcurrency: config.maxConcurrency,
            deadlineSeconds: config.deadlineSeconds,
            random: Math.random,
          }),
        });
      },
    });
  },
});
