import { EnvironmentMounts, GrantPlan } from '@shopfloor/plugin-secrets-common';
import { isVaultError, VaultClient } from '@shopfloor/vault-client';
import { LeaseSource } from '../engine/GrantEngine';

/**
 * The role of the database engine from which a grant's leases come. A lease itself tells nothing: it belongs to the token that took
 * it and ends within a day, and a service that has not read yet has none. Without the role nobody gets one.
 */
export async function readLeaseSource(options: {
  client: VaultClient;
  plan: GrantPlan;
  mounts: EnvironmentMounts;
}): Promise<LeaseSource | undefined> {
  const { client, plan, mounts } = options;
  const prefix = `${mounts.database}/creds/`;
  const leased = plan.allows.find(({ path }) => path.startsWith(prefix));
  if (!leased) {
    return undefined;
  }
  const path = `${mounts.database}/roles/${leased.path.slice(prefix.length)}`;
  try {
    const role = await client.read(path);
    return { path, found: role ? 'there' : 'gone' };
  } catch (error) {
    // Of roles that are not declared, and where the pipeline has not run since it lets the portal look.
    if (isVaultError(error, 'denied')) {
      return { path, found: 'unknown' };
    }
    throw error;
  }
}
