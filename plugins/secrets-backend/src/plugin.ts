import { randomUUID } from 'node:crypto';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { AnnouncementStore } from '@shopfloor/plugin-announcements-node';
import { approvalsServiceRef } from '@shopfloor/plugin-approvals-node';
import { changesServiceRef } from '@shopfloor/plugin-audit-node';
import {
  environmentsServiceRef,
  requirePermissionsEnabled,
} from '@shopfloor/plugin-environments-node';
import {
  RESOURCE_TYPE_SECRET_GRANT,
  secretsPermissions,
} from '@shopfloor/plugin-secrets-common';
import { GrantAccess } from './access/GrantAccess';
import { grantResourceRef, grantRules } from './access/grantRules';
import { createSecretsActions } from './actions/createSecretsActions';
import { OutcomeTaker } from './approvals/OutcomeTaker';
import { ChangeTeller } from './changes/ChangeTeller';
import { readSecretsConfig } from './config';
import { DeclarationLoader } from './declarations/DeclarationLoader';
import { grantEngineServiceRef } from './engine/grantEngineServiceRef';
import { ManifestValues } from './manifests/ManifestValues';
import { BlastRadiusReader } from './people/BlastRadiusReader';
import { EntityDirectory } from './people/EntityDirectory';
import { createRouter } from './router';
import { scheduleTasks } from './scheduleTasks';
import { EntityService } from './service/EntityService';
import { GrantService } from './service/GrantService';
import { Presenter, resourceOf } from './service/Presenter';
import { Previewer } from './service/Previewer';
import { ReviewService } from './service/ReviewService';
import { RotationService } from './service/RotationService';
import { openDatabase } from './store/database';
import { DeclarationStore } from './store/DeclarationStore';
import { GrantQueries } from './store/GrantQueries';
import { GrantStore } from './store/GrantStore';
import { ReviewStore } from './store/ReviewStore';
import { RotationStore } from './store/RotationStore';
import { WorkStore } from './store/WorkStore';
import { GrantSteps } from './worker/GrantSteps';
import { GrantWorker } from './worker/GrantWorker';
import { PlatformAdopter } from './worker/PlatformAdopter';
import { RotationKeeper } from './worker/RotationKeeper';
import { Sweeper } from './worker/Sweeper';

/**
 * Access to secrets: asked for, decided, written to Vault, proven and ended. It runs in a process of its own
 * (`packages/secrets-backend`).
 *
 * @public
 */
export const secretsPlugin = createBackendPlugin({
  pluginId: 'secrets',
  register(env) {
    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        approvals: approvalsServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        changes: changesServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        engine: grantEngineServiceRef,
        environments: environmentsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        urlReader: coreServices.urlReader,
        userInfo: coreServices.userInfo,
      },
      async init(deps) {
        const { approvals, auditor, auth, catalog, engine, logger } = deps;
        requirePermissionsEnabled(deps.config, 'secrets');
        const config = readSecretsConfig(deps.config, deps.environments.list());
        const db = await openDatabase(deps.database);
        const now = () => new Date();
        const newId = randomUUID;
        const announcements = AnnouncementStore.create({
          db,
          table: 'secrets_announcements',
        });
        const declarations = new DeclarationStore(db);
        const queries = new GrantQueries(db);
        const reviews = new ReviewStore(db);
        const rotations = new RotationStore(db);
        const store = GrantStore.create({ db, announcements, newId });
        const work = new WorkStore(db);
        const directory = new EntityDirectory({
          auth,
          catalog,
          userInfo: deps.userInfo,
        });

        deps.permissionsRegistry.addResourceType({
          resourceRef: grantResourceRef,
          permissions: secretsPermissions.filter(isOfGrant),
          rules: grantRules,
          getResources: async ids => {
            const found = await queries.byIds(ids);
            return ids.map(id => {
              const stored = found.get(id);
              return stored && resourceOf(stored);
            });
          },
        });
        deps.permissionsRegistry.addPermissions(
          secretsPermissions.filter(permission => !isOfGrant(permission)),
        );
        const access = GrantAccess.create({
          permissions: deps.permissions,
          permissionsRegistry: deps.permissionsRegistry,
        });

        const shared = { access, auditor, directory, newId, now };
        const previewer = new Previewer({
          access,
          config,
          declarations,
          directory,
          engine,
          store,
          values: ManifestValues.create({
            auth,
            catalog,
            integrations: ScmIntegrations.fromConfig(deps.config),
            urlReader: deps.urlReader,
            logger,
            now,
          }),
        });
        const presenter = new Presenter({ access, config, engine, previewer });
        const grants = new GrantService({
          ...shared,
          approvals,
          blastRadius: new BlastRadiusReader({ directory, now }),
          declarations,
          logger,
          presenter,
          previewer,
          queries,
          store,
        });
        const entities = new EntityService({
          access,
          config,
          declarations,
          directory,
          engine,
          logger,
          presenter,
          previewer,
          queries,
        });
        deps.httpRouter.use(
          createRouter({
            auditor,
            logger,
            httpAuth: deps.httpAuth,
            entities,
            grants,
            reviews: new ReviewService({
              ...shared,
              queries,
              reviews,
              store,
            }),
            rotations: new RotationService({
              ...shared,
              presenter,
              rotations,
              transactions: reviews,
            }),
          }),
        );
        createSecretsActions({
          actionsRegistry: deps.actionsRegistry,
          auth,
          entities,
          grants,
        });

        const outcomes = new OutcomeTaker({ logger, store, now });
        await approvals.outcomes.follow({
          handle: outcome => outcomes.take(outcome),
        });
        await scheduleTasks({
          scheduler: deps.scheduler,
          config,
          adopter: new PlatformAdopter({
            auditor,
            config,
            declarations,
            directory,
            engine,
            logger,
            store,
            newId,
            now,
          }),
          announcements,
          notifications: deps.notifications,
          loader: new DeclarationLoader({
            auth,
            catalog,
            integrations: ScmIntegrations.fromConfig(deps.config),
            urlReader: deps.urlReader,
            store: declarations,
            logger,
            now,
          }),
          rotations: new RotationKeeper({
            announcements,
            config,
            declarations,
            engine,
            logger,
            rotations,
            newId,
            now,
          }),
          reviews,
          sweeper: new Sweeper({
            announcements,
            auditor,
            directory,
            engine,
            logger,
            queries,
            store,
            work,
            graceSeconds: config.graceSeconds,
            now,
          }),
          teller: new ChangeTeller({ queries, changes: deps.changes, logger }),
          worker: new GrantWorker({
            logger,
            steps: new GrantSteps({
              approvals,
              auditor,
              config,
              declarations,
              engine,
              logger,
              store,
              work,
              now,
            }),
            store,
            work,
            newId,
            now,
          }),
          logger,
          now,
        });
      },
    });
  },
});

function isOfGrant(permission: (typeof secretsPermissions)[number]): boolean {
  return (
    'resourceType' in permission &&
    permission.resourceType === RESOURCE_TYPE_SECRET_GRANT
  );
}
