import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';

/**
 * Lets only people reach the MCP server, not services: an AI client acts in the name of the person who signed in, within
 * that person's permissions, while a service would be allowed everything.
 */
export const mcpUsersOnly = createBackendModule({
  pluginId: 'mcp-actions',
  moduleId: 'users-only',
  register(reg) {
    reg.registerInit({
      deps: {
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
      },
      async init({ httpAuth, httpRouter }) {
        httpRouter.use((req, _res, next) => {
          httpAuth.credentials(req, { allow: ['user'] }).then(
            () => next(),
            error => next(error),
          );
        });
      },
    });
  },
});
