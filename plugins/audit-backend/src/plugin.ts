import { randomUUID } from 'node:crypto';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { auditPermissions } from '@shopfloor/plugin-audit-common';
import { openDatabase } from '@shopfloor/plugin-database-node';
import {
  environmentsServiceRef,
  requirePermissionsEnabled,
} from '@shopfloor/plugin-environments-node';
import { auditRefusals } from '@shopfloor/plugin-requests-node';
import { IncidentKeeper } from './alertmanager/IncidentKeeper';
import { readAuditConfig } from './config';
import { EntityDiscovery } from './entities/EntityDiscovery';
import {
  DeploymentObserver,
  readClusterTokens,
} from './kubernetes/DeploymentObserver';
import { createRouter, isToldByProgram } from './router';
import { scheduleTasks } from './scheduleTasks';
import { Access } from './service/Access';
import { DefaultChangesService } from './service/DefaultChangesService';
import { migrationsDirectory } from './store/database';
import { DatabaseChangeStore } from './store/DatabaseChangeStore';
import { DatabaseIncidentStore } from './store/DatabaseIncidentStore';
import { EntityStore } from './store/EntityStore';
import { DatabaseTrailStore } from './trail/DatabaseTrailStore';
import { withLedger } from './trail/ArchiveLedger';
import { FileArchiveStore } from './trail/ArchiveStore';
import { readAnchors } from './trail/readAnchors';
import { TrailArchiver } from './trail/TrailArchiver';
import { TrailKeeper } from './trail/TrailKeeper';
import { TrailService } from './trail/TrailService';

/**
 * Keeps what was changed, what went wrong, and who did what.
 *
 * @public
 */
export const auditPlugin = createBackendPlugin({
  pluginId: 'audit',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        environments: environmentsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
      },
      async init(deps) {
        const { auditor, catalog, environments, logger } = deps;
        requirePermissionsEnabled(deps.config, 'audit');
        const config = readAuditConfig(deps.config);
        deps.permissionsRegistry.addPermissions(auditPermissions);

        const db = await openDatabase({
          database: deps.database,
          migrations: migrationsDirectory,
        });
        const now = () => new Date();
        const changes = new DatabaseChangeStore(db);
        const incidents = new DatabaseIncidentStore(db);
        const entities = new EntityStore(db);
        const keeper = new IncidentKeeper({ incidents, entities, now });
        const trail = new DatabaseTrailStore(db);
        const anchors = readAnchors(deps.config);
        const archives =
          config.archivesDirectory === undefined
            ? undefined
            : new FileArchiveStore({ directory: config.archivesDirectory });
        const trailKeeper = new TrailKeeper({
          store: trail,
          anchors,
          archives,
          logger,
          now,
        });
        deps.httpRouter.use(
          auditRefusals(
            createRouter({
              httpAuth: deps.httpAuth,
              keeper,
              now,
              trail: {
                store: trail,
                service: new TrailService({
                  store: trail,
                  keeper: trailKeeper,
                  permissions: deps.permissions,
                  auditor,
                  archives: {
                    directory: config.archivesDirectory,
                    retentionDays: config.retention?.days,
                  },
                }),
              },
              service: new DefaultChangesService({
                changes,
                incidents,
                access: new Access({ permissions: deps.permissions }),
                catalog,
                environments,
                auditor,
                newId: randomUUID,
                now,
              }),
            }),
            {
              auditor,
              logger,
              except: isToldByProgram,
            },
          ),
        );

        await scheduleTasks({
          scheduler: deps.scheduler,
          config,
          keeper,
          trailKeeper,
          ...(config.retention &&
            anchors &&
            archives && {
              archiver: new TrailArchiver({
                anchors,
                archives,
                auditor,
                logger,
                withLedger: work => withLedger(db, work),
                retentionDays: config.retention.days,
                store: trail,
                now,
              }),
            }),
          discovery: new EntityDiscovery({
            auth: deps.auth,
            catalog,
            store: entities,
            logger,
          }),
          observer: new DeploymentObserver({
            environments,
            tokens: readClusterTokens(deps.config),
            changes,
            entities,
            logger,
            now,
          }),
        });
      },
    });
  },
});
