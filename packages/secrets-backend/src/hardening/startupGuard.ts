import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { ConflictError } from '@backstage/errors';

/**
 * Lists what makes a configuration of the secrets backend unfit for production, each as a sentence that says what to do.
 *
 * @param config - the root configuration
 */
export function findWeaknesses(config: Config): string[] {
  const found: string[] = [];
  const address = config.getOptionalString('secrets.vault.address');
  if (!address?.startsWith('https://')) {
    found.push(
      'secrets.vault.address must be an https address; tokens and leases go there',
    );
  }
  if (
    config.getOptional('secrets.vault.auth.appRole') === undefined &&
    config.getOptional('secrets.vault.auth.kubernetes') === undefined
  ) {
    found.push(
      'secrets.vault.auth must name appRole or kubernetes; no token stands in a configuration',
    );
  }
  if (config.has('secrets.vault.token')) {
    found.push('secrets.vault.token must go; sign in by secrets.vault.auth');
  }
  if (config.has('backend.auth.keys')) {
    found.push(
      'backend.auth.keys must go; whoever knows such a key may do everything as a service',
    );
  }
  if (
    config.getOptional('backend.database.client') !== 'pg' ||
    ['postgres', undefined].includes(
      config.getOptionalString('backend.database.connection.user'),
    )
  ) {
    found.push(
      'backend.database.connection.user must be a role of its own, not the superuser and not that of the portal',
    );
  }
  const endpoints = config.getOptionalConfigArray('discovery.endpoints') ?? [];
  for (const plugin of ['secrets', '*']) {
    if (
      !endpoints.some(each => each.getStringArray('plugins').includes(plugin))
    ) {
      found.push(
        `discovery.endpoints must say where "${plugin}" is; the other plugins are in the portal`,
      );
    }
  }
  return found;
}

/**
 * Stops the start of a secrets backend that would be open: with permissions off always, and with any weakness when
 * `shopfloor.hardened` is set.
 *
 * @throws ConflictError that lists everything that is wrong
 */
export function assertFitToStart(config: Config): void {
  if (config.getOptional('permission.enabled') !== true) {
    throw new ConflictError(
      'The secrets backend refuses to start while permissions are off; set permission.enabled to true',
    );
  }
  if (config.getOptionalBoolean('shopfloor.hardened')) {
    const weaknesses = findWeaknesses(config);
    if (weaknesses.length > 0) {
      throw new ConflictError(
        `The secrets backend refuses to start with this configuration, since shopfloor.hardened is set:\n${weaknesses
          .map(weakness => `- ${weakness}`)
          .join('\n')}`,
      );
    }
  }
}

const startupGuardRef = createServiceRef<{}>({
  id: 'shopfloor.secrets-startup-guard',
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
