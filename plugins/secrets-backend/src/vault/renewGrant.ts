import { ConflictError } from '@backstage/errors';
import {
  GrantPlan,
  samePlan,
  VaultState,
  withTtl,
} from '@shopfloor/plugin-secrets-common';
import { VaultClient } from '@shopfloor/vault-client';
import { RenewResult } from '../engine/GrantEngine';
import { policyBody, seconds } from './applyGrant';
import { ControlledWrites } from './ControlledWrites';

/** What is left of a time is in whole seconds, so the same end differs by that much from look to look. */
const SAME_END_MS = 2_000;

/** Options of {@link renewGrant}. */
export interface RenewGrantOptions {
  client: VaultClient;
  controlled: ControlledWrites;
  plan: GrantPlan;
  /** From now on. */
  ttlSeconds: number;
  mayAsk: boolean;
  /** What the server has of the plan. */
  read: () => Promise<VaultState>;
  /** When the policy ends at the server; `undefined` when the server has no such end. */
  readEnd: () => Promise<Date | undefined>;
  now: () => Date;
  beforeStep: (step: string) => void;
}

/**
 * Gives the policy of a grant another end. Nothing but its time is written, and only over what was granted.
 *
 * Under a control group the end that an approver authorises is a date, and a server that has it needs no other authorisation: a
 * process that died after the write finds it done.
 */
export async function renewGrant(
  options: RenewGrantOptions,
): Promise<RenewResult> {
  const { plan, read } = options;
  const same = samePlan(plan, await read());
  if (!same.policy || !same.role) {
    throw new ConflictError(
      `${plan.name} is not at Vault as it was granted, so it is not renewed`,
    );
  }
  return plan.tier === 'pinned' ? pinned(options) : controlled(options);
}

async function pinned(options: RenewGrantOptions): Promise<RenewResult> {
  const { client, plan, ttlSeconds, beforeStep } = options;
  beforeStep('write the policy for longer');
  await client.write(pathOf(plan), {
    policy: plan.policy.text,
    ttl: seconds(ttlSeconds),
  });
  beforeStep('read back');
  return readBack(options);
}

async function controlled(options: RenewGrantOptions): Promise<RenewResult> {
  const { plan, ttlSeconds, mayAsk, now, beforeStep } = options;
  const end = now().getTime() + ttlSeconds * 1_000;
  const lasts = (found: Date | undefined) =>
    found !== undefined && found.getTime() >= end - SAME_END_MS;
  if (!lasts(await options.readEnd())) {
    beforeStep('write the policy for longer');
    const result = await options.controlled.write({
      name: plan.name,
      what: 'policy',
      path: pathOf(plan),
      body: policyBody({ plan: withTtl(plan, ttlSeconds), now }),
      mayAsk,
    });
    if (result.state === 'waiting') {
      return { ...result, state: 'waiting-authorisation' };
    }
    if (result.state === 'not-asked') {
      return { state: 'not-authorised' };
    }
    beforeStep('read back');
    await readBack(options);
    const found = await options.readEnd();
    if (found && !lasts(found)) {
      throw new ConflictError(
        `What was authorised for ${plan.name} ends at ${found.toISOString()}, not as the renewal says; it is asked for again`,
      );
    }
  }
  beforeStep('forget what waited');
  await options.controlled.drop(plan.name);
  return { state: 'renewed' };
}

async function readBack({
  plan,
  read,
}: RenewGrantOptions): Promise<RenewResult> {
  if (!samePlan(plan, await read()).policy) {
    throw new ConflictError(`The policy ${plan.name} was not renewed`);
  }
  return { state: 'renewed' };
}

function pathOf({ policy }: GrantPlan): string {
  return `sys/policies/acl/${policy.name}`;
}
