import { SecretReference } from '../grant/types';
import { EnvironmentMounts } from './mounts';

/** Vault's own interface, where values are entered and control groups are authorised. */
export interface VaultUi {
  /** Address without a slash at the end. */
  url: string;
  product?: 'openbao' | 'vault';
}

/** Where Vault's own interface shows a secret, at the exact path. */
export function secretLink(
  ui: VaultUi,
  location: {
    mounts: EnvironmentMounts;
    owner: string;
    secret: SecretReference;
  },
): string {
  const { mounts, owner, secret } = location;
  const base = `${ui.url}/ui/vault/secrets`;
  const segments = (path: string) =>
    path.split('/').map(encodeURIComponent).join('/');
  switch (secret.kind) {
    case 'kv': {
      const path = `${owner}/${secret.path}`;
      // Since 1.15 Vault's interface has pages of its own for KV; OpenBao has those from before.
      return ui.product === 'vault'
        ? `${base}/${mounts.kv}/kv/${encodeURIComponent(path)}/details`
        : `${base}/${mounts.kv}/show/${segments(path)}`;
    }
    case 'database':
      return `${base}/${mounts.database}/show/role/${segments(secret.path)}`;
    case 'pki':
      return `${base}/${mounts.pki}/pki/roles/${segments(secret.path)}/details`;
    case 'transit':
      return `${base}/${mounts.transit}/show/${segments(secret.path)}`;
    default:
      throw new Error(
        `No such kind: ${JSON.stringify(secret.kind satisfies never)}`,
      );
  }
}

/** Where an approver authorises what waits in a control group; undefined where it is only done in a terminal, as with OpenBao. */
export function authorisationLink(
  ui: VaultUi,
  accessor: string,
): string | undefined {
  return ui.product === 'vault'
    ? `${ui.url}/ui/vault/access/control-groups/${encodeURIComponent(accessor)}`
    : undefined;
}
