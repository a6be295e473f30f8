import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { ConflictError } from '@backstage/errors';
import { findWeaknesses } from './findWeaknesses';

/**
 * Stops the start of a portal that would be open: with permissions off always, and with any weakness when
 * `shopfloor.hardened` is set.
 *
 * @throws ConflictError that lists everything that is wrong
 */
export function assertFitToStart(config: Config): void {
  if (config.getOptional('permission.enabled') !== true) {
    throw new ConflictError(
      'The portal refuses to start while permissions are off; set permission.enabled to true',
    );
  }
  if (config.getOptionalBoolean('shopfloor.hardened')) {
    const weaknesses = findWeaknesses(config);
    if (weaknesses.length > 0) {
      throw new ConflictError(
        `The portal refuses to start with this configuration, since shopfloor.hardened is set:\n${weaknesses
          .map(weakness => `- ${weakness}`)
          .join('\n')}`,
      );
    }
  }
}

const startupGuardRef = createServiceRef<{}>({
  id: 'shopfloor.startup-guard',
  scope: 'root',
});

/** Runs {@link assertFitToStart} before any plugin starts. */
export const startupGuard = createServiceFactory({
  service: startupGuardRef,
  initialization: 'always',
  deps: { config: coreServices.rootConfig },
  factory: ({ config }) => {
    assertFitToStart(config);
    return {};
  },
});
