import {
  coreServices,
  createBackendPlugin,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { requirePermissionsEnabled } from '@shopfloor/plugin-environments-node';
import { statusPermissions } from '@shopfloor/plugin-status-common';
import { readStatusConfig } from './config';
import { DatabaseSystemStore } from './database/SystemStore';
import { createProbe } from './probes/createProbe';
import { createRouter } from './router';
import { readPortalStatus } from './service/portalStatus';
import { SystemMonitor } from './service/SystemMonitor';

/**
 * Knows how the systems are that the portal depends on.
 *
 * @public
 */
export const statusPlugin = createBackendPlugin({
  pluginId: 'status',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
      },
      async init({
        config,
        database,
        httpAuth,
        httpRouter,
        lifecycle,
        logger,
        permissions,
        permissionsRegistry,
      }) {
        requirePermissionsEnabled(config, 'status');
        const { systems, intervalMs, deadlineMs } = readStatusConfig(config);
        const knex = await database.getClient();
        if (!database.migrations?.skip) {
          await knex.migrate.latest({
            directory: resolvePackagePath(
              '@shopfloor/plugin-status-backend',
              'migrations',
            ),
          });
        }
        const monitor = new SystemMonitor({
          systems: systems.map(system => ({
            config: system,
            probe: createProbe(system, knex),
          })),
          store: new DatabaseSystemStore(knex),
          logger,
          intervalMs,
          deadlineMs,
        });
        permissionsRegistry.addPermissions(statusPermissions);
        httpRouter.use(
          createRouter({
            monitor,
            portal: await readPortalStatus(new Date()),
            intervalMs,
            httpAuth,
            permissions,
          }),
        );
        // No system is asked while the portal starts.
        lifecycle.addStartupHook(() => monitor.start());
        lifecycle.addShutdownHook(() => monitor.stop());
      },
    });
  },
});
