import { EnvironmentMounts, GrantPlan } from '@shopfloor/plugin-secrets-common';
import { isVaultError, VaultClient } from '@shopfloor/vault-client';
import { endedPath } from '@shopfloor/vault-platform';
import { capabilitiesOn, parsePolicy } from './parsePolicy';

/** Options of {@link revokeGrant}. */
export interface RevokeGrantOptions {
  client: VaultClient;
  plan: GrantPlan;
  mounts: EnvironmentMounts;
  readPinned: (path: string) => Promise<Record<string, unknown> | undefined>;
  /** Leaves a mark, once. */
  mark: (path: string) => Promise<void>;
  dropPending: () => Promise<void>;
  beforeStep: (step: string) => void;
}

/**
 * Ends a grant: its name first, so that nothing brings it back; then the policy, with which its living tokens lose what they
 * could; the role, with which nobody gets new ones; and what was leased.
 *
 * @throws Error when something is still there afterwards
 */
export async function revokeGrant(
  options: RevokeGrantOptions,
): Promise<{ steps: string[] }> {
  const { client, plan, mounts, beforeStep } = options;
  const policyPath = `sys/policies/acl/${plan.policy.name}`;
  const rolePath = `auth/${plan.role.mount}/role/${plan.role.name}`;
  const steps: string[] = [];
  const step = async (name: string, work: () => Promise<unknown>) => {
    beforeStep(name);
    await work();
    steps.push(name);
  };
  // What is gone may be pinned no more, and then the server would refuse.
  const remove = async (path: string) => {
    if (await options.readPinned(path)) {
      await client.delete(path);
    }
  };
  await step('end the name', () => options.mark(endedPath(plan.name)));
  await step('remove the policy', () => remove(policyPath));
  await step('remove the role', () => remove(rolePath));
  for (const { path } of plan.allows) {
    if (path.startsWith(`${mounts.database}/creds/`)) {
      beforeStep('end the leases');
      steps.push(await endLeases(options, path));
    }
  }
  if (plan.tier === 'control-group') {
    await step('forget what waits', options.dropPending);
  }
  beforeStep('read back');
  for (const path of [policyPath, rolePath]) {
    if (await options.readPinned(path)) {
      throw new Error(`${path} is still there after it was removed`);
    }
  }
  steps.push('read back');
  return { steps };
}

/**
 * Leases of the database belong to the tokens that took them. The server can end all below a path, so it is asked to when no other
 * grant reads that path; otherwise the account may have the access anyway, and the leases end with the tokens, within a day.
 */
async function endLeases(
  { client, plan, readPinned }: RevokeGrantOptions,
  path: string,
): Promise<string> {
  const names = (await client.list('sys/policies/acl')).filter(
    name =>
      name !== plan.policy.name &&
      (name.startsWith(`grant-${plan.environment}-`) ||
        name.startsWith(`cg-${plan.environment}-`)),
  );
  for (const name of names) {
    const policy = await readPinned(`sys/policies/acl/${name}`);
    const paths = parsePolicy(String(policy?.policy ?? ''));
    if (capabilitiesOn(paths, path).length > 0) {
      return `leave the leases to the tokens, since ${name} gives the same`;
    }
  }
  try {
    await client.write(`sys/leases/revoke-prefix/${path}`);
    return 'end the leases';
  } catch (error) {
    // The platform lets the portal end the leases of declared roles only.
    if (isVaultError(error, 'denied')) {
      return 'leave the leases to the tokens, since the role is not declared';
    }
    throw error;
  }
}
