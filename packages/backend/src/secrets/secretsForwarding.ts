import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { createForwarder } from './createForwarder';

const PATH = '/api/secrets';
const DEADLINE_MS = 60_000;

/**
 * Forwards `/api/secrets` to the secrets backend, a process of its own. Who asks is known there by the token, which is passed on as
 * it is.
 */
export const secretsForwarding = createBackendPlugin({
  pluginId: 'secrets-forwarding',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        rootHttpRouter: coreServices.rootHttpRouter,
      },
      async init({ config, logger, rootHttpRouter }) {
        rootHttpRouter.use(
          PATH,
          createForwarder({
            backendUrl: config.getOptionalString('secrets.backendUrl'),
            path: PATH,
            deadlineMs: DEADLINE_MS,
            logger,
          }),
        );
      },
    });
  },
});
