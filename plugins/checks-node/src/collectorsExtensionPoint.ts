import { createExtensionPoint } from '@backstage/backend-plugin-api';
import { Collector } from './Collector';

/**
 * Where modules add collectors while the portal starts. All are known before the first definition is read, so that a rule is
 * checked against the types of the evidence it reads.
 */
export interface ChecksCollectorsExtensionPoint {
  /**
   * Adds collectors.
   *
   * @throws Error when a name is taken already
   */
  addCollector(...collectors: Collector[]): void;
}

/** Extension point of collectors. */
export const checksCollectorsExtensionPoint =
  createExtensionPoint<ChecksCollectorsExtensionPoint>({
    id: 'checks.collectors',
  });
