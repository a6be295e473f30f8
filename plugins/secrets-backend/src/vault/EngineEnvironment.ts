import { Cluster } from '@shopfloor/plugin-environments-common';
import { EnvironmentMounts } from '@shopfloor/plugin-secrets-common';

/** An environment as the engine acts on it. */
export interface EngineEnvironment {
  mounts: EnvironmentMounts;
  cluster: Cluster;
  /** Of the account of the secrets backend in that cluster; without it nothing can be proved. */
  clusterToken?: string;
}
