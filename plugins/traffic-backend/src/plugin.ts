import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { approvalsServiceRef } from '@shopfloor/plugin-approvals-node';
import { changesServiceRef } from '@shopfloor/plugin-audit-node';
import {
  DefaultPrometheusClient,
  PrometheusClient,
  environmentsServiceRef,
  requirePermissionsEnabled,
} from '@shopfloor/plugin-environments-node';
import { auditRefusals } from '@shopfloor/plugin-requests-node';
import { releaseGateServiceRef } from '@shopfloor/plugin-slo-node';
import { trafficPermissions } from '@shopfloor/plugin-traffic-common';
import { randomUUID } from 'node:crypto';
import { AskedChanges } from './approvals/AskedChanges';
import { GrantedChanges } from './approvals/GrantedChanges';
import { ChangeTeller } from './changes/ChangeTeller';
import { readTrafficConfig } from './config';
import { DatabaseTrafficStore } from './database/DatabaseTrafficStore';
import { IstiodEffectProbe } from './effect/IstiodEffectProbe';
import { DefaultStepGate } from './gate/StepGate';
import { KubernetesRouteObjects } from './kubernetes/RouteObjects';
import { createRouter } from './router';
import { scheduleTasks } from './scheduleTasks';
import { PendingReconciler } from './service/PendingReconciler';
import { CatalogPersonResolver } from './service/PersonResolver';
import { RouteAccessService } from './service/RouteAccessService';
import { RouteChanger } from './service/RouteChanger';
import { RoutePreviewer } from './service/RoutePreviewer';
import { RouteReader } from './service/RouteReader';
import { RouteWriter } from './service/RouteWriter';
import { TrafficService } from './service/TrafficService';

/** How long a page waits for measured shares before it shows the last known ones. */
const PROMETHEUS_DEADLINE_MS = 2_000;

/**
 * Shows and changes the routes of services as the signed-in person.
 *
 * @public
 */
export const trafficPlugin = createBackendPlugin({
  pluginId: 'traffic',
  register(env) {
    env.registerInit({
      deps: {
        approvals: approvalsServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        changes: changesServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        environments: environmentsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        releaseGate: releaseGateServiceRef,
        scheduler: coreServices.scheduler,
        userInfo: coreServices.userInfo,
      },
      async init(deps) {
        const { auditor, catalog, environments, logger } = deps;
        requirePermissionsEnabled(deps.config, 'traffic');
        const config = readTrafficConfig(deps.config, environments.list());
        deps.permissionsRegistry.addPermissions(trafficPermissions);

        const store = await DatabaseTrafficStore.create({
          database: deps.database,
        });
        const { clusters } = config;
        const objects = new KubernetesRouteObjects({ clusters });
        const prometheus = new Map<string, PrometheusClient>(
          environments.list().map(({ name, prometheus: { url } }) => [
            name,
            DefaultPrometheusClient.create({
              url,
              deadlineMs: PROMETHEUS_DEADLINE_MS,
            }),
          ]),
        );
        const reader = new RouteReader({
          objects,
          store,
          logger,
          prometheusOf: ({ name }) => prometheus.get(name)!,
        });
        const now = () => new Date();
        const gate = DefaultStepGate.create({
          releaseGate: deps.releaseGate,
          config,
          logger,
          now,
        });
        const previewer = new RoutePreviewer({
          objects,
          reader,
          yielding: config.yieldingManagers,
          config,
          gate,
        });
        const persons = new CatalogPersonResolver({
          auth: deps.auth,
          userInfo: deps.userInfo,
          catalog,
          groups: config.impersonationGroups,
        });
        const writer = new RouteWriter({
          objects,
          store,
          reader,
          auditor,
          logger,
          probe: new IstiodEffectProbe({ clusters, logger }),
          now,
        });
        const asked = new AskedChanges({
          approvals: deps.approvals,
          auditor,
          environments,
          logger,
          previewer,
          reader,
          store,
          now,
          granted: new GrantedChanges({
            auth: deps.auth,
            catalog,
            config,
            environments,
            gate,
            logger,
            persons,
            previewer,
            store,
            writer,
            now,
          }),
        });
        const service = new TrafficService({
          environments,
          catalog,
          store,
          reader,
          previewer,
          auditor,
          logger,
          access: new RouteAccessService({
            permissions: deps.permissions,
            catalog,
            environments,
            config,
            persons,
          }),
          changer: new RouteChanger({
            store,
            previewer,
            writer,
            asked,
            config,
            gate,
            newId: randomUUID,
            now,
          }),
        });
        deps.httpRouter.use(
          auditRefusals(createRouter({ service, httpAuth: deps.httpAuth }), {
            auditor,
            logger,
            // Dry runs.
            except: path => path.endsWith('/preview'),
          }),
        );

        await scheduleTasks({
          scheduler: deps.scheduler,
          approvals: deps.approvals,
          asked,
          reconciler: new PendingReconciler({
            store,
            objects,
            environments,
            auditor,
            logger,
            now,
          }),
          teller: new ChangeTeller({ store, changes: deps.changes, logger }),
          announcing: {
            announcements: store.announcements,
            notifications: deps.notifications,
            logger,
            now,
          },
        });
      },
    });
  },
});
