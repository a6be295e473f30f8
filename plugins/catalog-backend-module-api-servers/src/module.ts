import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { readEnvironmentSummaries } from '@shopfloor/plugin-environments-common';
import { ApiServersProcessor } from './ApiServersProcessor';

/**
 * Adds the servers of each environment to OpenAPI documents of services that the gateway shows to developers.
 *
 * @public
 */
export const catalogModuleApiServers = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'api-servers',
  register(reg) {
    reg.registerInit({
      deps: {
        config: coreServices.rootConfig,
        processing: catalogProcessingExtensionPoint,
      },
      async init({ config, processing }) {
        processing.addProcessor(
          new ApiServersProcessor({
            environments: readEnvironmentSummaries(config),
          }),
        );
      },
    });
  },
});
