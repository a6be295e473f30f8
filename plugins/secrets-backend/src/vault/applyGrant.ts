import { ConflictError, NotAllowedError } from '@backstage/errors';
import {
  GrantPlan,
  isBetween,
  samePlan,
  VaultState,
  widenedFields,
} from '@shopfloor/plugin-secrets-common';
import { VaultClient } from '@shopfloor/vault-client';
import { ApplyResult } from '../engine/GrantEngine';
import { ControlledWrites } from './ControlledWrites';

/** Options of {@link applyGrant}. */
export interface ApplyGrantOptions {
  client: VaultClient;
  controlled: ControlledWrites;
  plan: GrantPlan;
  /** What the server had when it was decided. */
  base: VaultState;
  /** What the server has of the plan. */
  read: () => Promise<VaultState>;
  markUsed: () => Promise<void>;
  now: () => Date;
  beforeStep: (step: string) => void;
}

/** Writes what is missing of a plan: the policy before the role, so that no role ever hands out a name without a text. */
export async function applyGrant(
  options: ApplyGrantOptions,
): Promise<ApplyResult> {
  const { plan, base, read, beforeStep } = options;
  const found = await read();
  if (!isBetween(plan, base, found)) {
    return { state: 'base-changed', found };
  }
  beforeStep('mark the name as used');
  await options.markUsed();
  const there = samePlan(plan, found);
  if (!there.policy) {
    beforeStep('write the policy');
    const waiting = await write(options, 'policy');
    if (waiting) {
      return waiting;
    }
  }
  if (!there.role) {
    if (
      found.role &&
      widenedFields(plan.role.parameters, found.role).length > 0
    ) {
      // The server keeps what a write does not name, and a pin lets nothing else be named.
      beforeStep('remove the widened role');
      await options.client.delete(rolePath(plan));
    }
    beforeStep('write the role');
    const waiting = await write(options, 'role');
    if (waiting) {
      return waiting;
    }
  }
  beforeStep('read back');
  const same = samePlan(plan, await read());
  if (!same.policy || !same.role) {
    throw Object.assign(
      new ConflictError(
        `What Vault has of ${plan.name} is not what was written: the ${
          same.policy ? 'role' : 'policy'
        } differs`,
      ),
      { code: 'read-back-differs' },
    );
  }
  if (plan.tier === 'control-group') {
    await options.controlled.drop(plan.name);
  }
  return { state: 'applied' };
}

/** What it came to, unless it was written. */
async function write(
  options: ApplyGrantOptions,
  what: 'policy' | 'role',
): Promise<Exclude<ApplyResult, { state: 'applied' }> | undefined> {
  const { client, controlled, plan } = options;
  const path =
    what === 'policy' ? `sys/policies/acl/${plan.policy.name}` : rolePath(plan);
  const body =
    what === 'policy' ? policyBody(options) : roleBody(plan.role.parameters);
  if (plan.tier === 'pinned') {
    await client.write(path, body);
    return undefined;
  }
  const result = await controlled.write({ name: plan.name, what, path, body });
  return result.state === 'waiting'
    ? {
        state: 'waiting-authorisation',
        accessor: result.accessor,
        text: result.text,
      }
    : undefined;
}

/** A pin wants a time to live; what may wait for somebody has an end that does not move with the waiting. */
export function policyBody({
  plan,
  now,
}: Pick<ApplyGrantOptions, 'plan' | 'now'>): Record<string, unknown> {
  const { text, ttlSeconds } = plan.policy;
  if (ttlSeconds === undefined) {
    throw new NotAllowedError(
      `${plan.name} has no end, so only the platform's pipeline writes it; run the pipeline`,
    );
  }
  return plan.tier === 'pinned'
    ? { policy: text, ttl: seconds(ttlSeconds) }
    : {
        policy: text,
        expiration: new Date(
          now().getTime() + Math.max(1, Math.floor(ttlSeconds)) * 1000,
        ).toISOString(),
      };
}

/** Parameters that are maps are JSON in a plan. Under a pin there are none: those are sent to the letter. */
function roleBody(parameters: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      value.startsWith('{') ? JSON.parse(value) : value,
    ]),
  );
}

/** Path of the role of a plan. */
export function rolePath({ role }: GrantPlan): string {
  return `auth/${role.mount}/role/${role.name}`;
}

/** A time to live as the server takes it. */
export function seconds(count: number): string {
  return `${Math.max(1, Math.floor(count))}s`;
}
