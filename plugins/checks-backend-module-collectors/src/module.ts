import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { checksCollectorsExtensionPoint } from '@shopfloor/plugin-checks-node';
import { environmentsServiceRef } from '@shopfloor/plugin-environments-node';
import { CatalogCollector } from './catalog/CatalogCollector';
import { EndpointsCollector } from './endpoints/EndpointsCollector';
import { IstioCollector } from './istio/IstioCollector';
import { ClusterReader } from './kubernetes/ClusterReader';
import { KubernetesCollector } from './kubernetes/KubernetesCollector';
import { PrometheusCollector } from './prometheus/PrometheusCollector';
import { RepositoryCollector } from './repository/RepositoryCollector';
import { SloCollector } from './slo/SloCollector';
import { TechDocsCollector } from './techdocs/TechDocsCollector';
import { readTracesConfig, TracesCollector } from './traces/TracesCollector';
import { readVaultConfig, VaultCollector } from './vault/VaultCollector';

/**
 * The collectors of what every service of ours has. Nothing is contacted while the portal starts.
 *
 * @public
 */
export const checksCollectorsModule = createBackendModule({
  pluginId: 'checks',
  moduleId: 'collectors',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        collectors: checksCollectorsExtensionPoint,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        environments: environmentsServiceRef,
        urlReader: coreServices.urlReader,
      },
      async init({ collectors, config, ...services }) {
        const clusters = ClusterReader.fromConfig(config);
        collectors.addCollector(
          new CatalogCollector(services),
          new RepositoryCollector(services),
          new KubernetesCollector({ ...services, clusters }),
          new IstioCollector({ ...services, clusters }),
          new EndpointsCollector(services),
          new PrometheusCollector(services),
          new SloCollector(services),
          new TechDocsCollector(services),
          new TracesCollector({
            ...services,
            connections: readTracesConfig(config),
          }),
          new VaultCollector({
            ...services,
            connections: readVaultConfig(config),
          }),
        );
      },
    });
  },
});
