import { Config } from '@backstage/config';
import { ConflictError } from '@backstage/errors';

/**
 * Stops the start of a plugin while permissions are off, since Backstage would then allow everything to everybody.
 *
 * @param config - the root configuration
 * @param pluginId - who refuses
 * @public
 */
export function requirePermissionsEnabled(
  config: Config,
  pluginId: string,
): void {
  if (config.getOptional('permission.enabled') !== true) {
    throw new ConflictError(
      `The ${pluginId} plugin refuses to start while permissions are off; set permission.enabled to true`,
    );
  }
}
