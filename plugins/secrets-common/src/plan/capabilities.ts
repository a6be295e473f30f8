import { CapabilityLine, SecretReference } from '../grant/types';
import { Access } from '../secret';
import { EnvironmentMounts } from './mounts';
import { inOrder } from './names';

/** Which secret, as Vault finds it. */
export interface SecretLocation {
  mounts: EnvironmentMounts;
  /** Name of the service that owns the secret: its prefix. */
  owner: string;
  secret: Pick<SecretReference, 'kind' | 'path'>;
}

/** Path of the values of a secret in Vault. */
export function dataPath(location: SecretLocation): string {
  const { mounts, owner, secret } = location;
  switch (secret.kind) {
    case 'kv':
      return `${mounts.kv}/data/${owner}/${secret.path}`;
    case 'database':
      return `${mounts.database}/creds/${secret.path}`;
    case 'pki':
      return `${mounts.pki}/issue/${secret.path}`;
    case 'transit':
      return `${mounts.transit}/keys/${secret.path}`;
    default:
      throw new Error(
        `No such kind: ${JSON.stringify(secret.kind satisfies never)}`,
      );
  }
}

/**
 * The fewest capabilities that an access needs; each path once, in a fixed order.
 *
 * @throws Error for an access that the kind does not have
 */
export function linesOf(
  location: SecretLocation,
  access: readonly Access[],
): CapabilityLine[] {
  const { mounts, secret } = location;
  const lines = new Map<string, string[]>();
  const add = (path: string, ...capabilities: string[]) =>
    lines.set(path, [...(lines.get(path) ?? []), ...capabilities]);
  for (const each of inOrder(access)) {
    switch (`${secret.kind} ${each}`) {
      case 'kv read':
      case 'database read':
        add(dataPath(location), 'read');
        break;
      case 'kv write':
        add(dataPath(location), 'create', 'update');
        break;
      case 'pki issue':
        add(dataPath(location), 'update');
        break;
      case 'transit encrypt':
      case 'transit decrypt':
        add(`${mounts.transit}/${each}/${secret.path}`, 'update');
        break;
      default:
        throw new Error(`A secret of ${secret.kind} has no access "${each}"`);
    }
  }
  return [...lines].map(([path, capabilities]) => ({
    path,
    // As Vault answers them.
    capabilities: [...new Set(capabilities)].sort(),
  }));
}

/**
 * The policy as HCL. The platform pins this text to the letter: a change here is a change of every pin.
 *
 * @throws Error for a path that would need quoting
 */
export function renderPolicy(lines: readonly CapabilityLine[]): string {
  return lines
    .map(({ path, capabilities }) => {
      if (!/^[\w.*+/-]+$/.test(path)) {
        throw new Error(`"${path}" is no path of Vault`);
      }
      return `path "${path}" {\n  capabilities = [${capabilities
        .map(capability => JSON.stringify(capability))
        .join(', ')}]\n}\n`;
    })
    .join('\n');
}
