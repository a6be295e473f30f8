import { SecretKind } from '../secret';
import { EnvironmentMounts } from './mounts';

/**
 * Paths of Vault that belong to a service: below its prefix in KV, and exactly its own roles and keys, since a name that begins
 * alike may be of another service.
 *
 * @param named - roles and keys that the service declares, by their kind
 */
export function prefixesOf(options: {
  mounts: EnvironmentMounts;
  owner: string;
  named: Array<{ kind: SecretKind; path: string }>;
}): string[] {
  const { mounts, owner, named } = options;
  return [
    `${mounts.kv}/data/${owner}/`,
    ...named.flatMap(({ kind, path }) => {
      switch (kind) {
        case 'database':
          return [`${mounts.database}/creds/${path}`];
        case 'pki':
          return [`${mounts.pki}/issue/${path}`];
        case 'transit':
          return ['encrypt', 'decrypt'].map(
            act => `${mounts.transit}/${act}/${path}`,
          );
        default:
          return [];
      }
    }),
  ];
}
