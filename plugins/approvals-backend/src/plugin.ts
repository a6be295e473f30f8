import { randomUUID } from 'node:crypto';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import {
  approvalReadPermission,
  approvalsPermissions,
} from '@shopfloor/plugin-approvals-common';
import { openDatabase } from '@shopfloor/plugin-database-node';
import { requirePermissionsEnabled } from '@shopfloor/plugin-environments-node';
import { auditRefusals } from '@shopfloor/plugin-requests-node';
import {
  approvalRequestResourceRef,
  approvalRequestRules,
} from './access/approvalRules';
import { loadResources } from './access/loadResources';
import { RequestAccess } from './access/RequestAccess';
import { readApprovalsConfig } from './config';
import { Announcer } from './notices/Announcer';
import { PersonDirectory } from './people/PersonDirectory';
import { PolicyLoader } from './policies/PolicyLoader';
import { createRouter } from './router';
import { scheduleTasks } from './scheduleTasks';
import { ApprovalService } from './service/ApprovalService';
import { Clock } from './service/Clock';
import { DelegationService } from './service/DelegationService';
import { SubjectService } from './service/SubjectService';
import { migrationsDirectory } from './store/database';
import { DelegationStore } from './store/DelegationStore';
import { NoticeStore } from './store/NoticeStore';
import { OutcomeStore } from './store/OutcomeStore';
import { PolicyStore } from './store/PolicyStore';
import { RequestQueries } from './store/RequestQueries';
import { RequestStore } from './store/RequestStore';
import { createSubjectsRouter } from './subjectsRouter';

/**
 * Decisions of people about what other plugins ask.
 *
 * @public
 */
export const approvalsPlugin = createBackendPlugin({
  pluginId: 'approvals',
  register(env) {
    env.registerInit({
      deps: {
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
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
        const { auditor, auth, catalog, httpAuth, logger } = deps;
        requirePermissionsEnabled(deps.config, 'approvals');
        const config = readApprovalsConfig(deps.config);
        const db = await openDatabase({
          database: deps.database,
          migrations: migrationsDirectory,
        });
        const now = () => new Date();
        const delegations = new DelegationStore(db);
        const notices = new NoticeStore(db);
        const outcomes = new OutcomeStore(db);
        const policies = new PolicyStore(db);
        const queries = new RequestQueries(db);
        const store = new RequestStore(db);
        const people = new PersonDirectory({
          auth,
          catalog,
          delegations,
          userInfo: deps.userInfo,
          now,
        });

        deps.permissionsRegistry.addResourceType({
          resourceRef: approvalRequestResourceRef,
          permissions: [approvalReadPermission],
          rules: approvalRequestRules,
          getResources: ids => loadResources({ ids, queries, people }),
        });
        deps.permissionsRegistry.addPermissions(
          approvalsPermissions.filter(
            permission => permission !== approvalReadPermission,
          ),
        );
        const access = new RequestAccess({
          permissions: deps.permissions,
          permissionsRegistry: deps.permissionsRegistry,
          people,
        });

        // Before the routes of people, whose bodies are smaller.
        deps.httpRouter.use(
          auditRefusals(
            createSubjectsRouter({
              httpAuth,
              subjects: new SubjectService({
                auditor,
                outcomes,
                people,
                policies,
                store,
                newId: randomUUID,
                now,
              }),
            }),
            {
              auditor,
              logger,
              except: path => path === '/outcomes/acknowledge',
            },
          ),
        );
        deps.httpRouter.use(
          auditRefusals(
            createRouter({
              httpAuth,
              access,
              approvals: new ApprovalService({
                access,
                auditor,
                people,
                queries,
                store,
                now,
              }),
              delegations: new DelegationService({
                access,
                auditor,
                delegations,
                people,
                policies,
                newId: randomUUID,
                now,
              }),
              policies,
            }),
            { auditor, logger },
          ),
        );

        await scheduleTasks({
          scheduler: deps.scheduler,
          config,
          loader: new PolicyLoader({
            urlReader: deps.urlReader,
            locations: config.policies,
            store: policies,
            logger,
            now,
          }),
          clock: new Clock({ auditor, store, logger, now }),
          announcer: new Announcer({
            notices,
            notifications: deps.notifications,
            people,
            logger,
            now,
          }),
          notices,
          outcomes,
          now,
        });
      },
    });
  },
});
