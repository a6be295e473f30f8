import { createHash } from 'crypto';

/**
 * Mount (KV version 1) of the names of grants: which were used and which have ended. Here and not in the portal's database, so that
 * the pipeline need not believe the portal. The portal may add to it and never take away.
 */
export const GRANTS_MOUNT = 'shopfloor-grants';

/** Path that is there once a grant's name was used. */
export const usedPath = (name: string) => `${GRANTS_MOUNT}/used/${name}`;

/** Path that is there once a grant has ended; its name is never pinned again. */
export const endedPath = (name: string) => `${GRANTS_MOUNT}/ended/${name}`;

/** Path where the portal keeps the wrapping token of a write that waits for its authorisation. */
export const pendingPath = (name: string, what: 'policy' | 'role') =>
  `${GRANTS_MOUNT}/pending/${name}/${what}`;

/** Name of the policy of the pipeline itself. */
export const PIPELINE_POLICY = 'platform-pipeline';

/** Name of the portal's policy, and of its role where it logs in. */
export const PORTAL_POLICY = 'shopfloor-secrets';

/** Identity group whose members may authorise what waits under a control group. */
export const APPROVERS_GROUP = 'secret-approvers';

/** Policy of {@link APPROVERS_GROUP}. */
export const APPROVERS_POLICY = 'secret-approver';

/**
 * The pins of an environment lie in so many policies, since one entry of the storage may have 1 MiB. Their number is fixed: a
 * token has the names of its policies from its login, and their texts as they are now.
 */
export const PIN_POLICIES = 8;

/** Name of the policy that has the pins of a service's secrets. */
export function pinPolicyOf(environment: string, owner: string): string {
  const hash = createHash('sha256').update(owner).digest().readUInt32BE();
  return pinPolicy(environment, hash % PIN_POLICIES);
}

/** Names of all policies with pins of an environment. */
export function pinPolicies(environment: string): string[] {
  return Array.from({ length: PIN_POLICIES }, (_, index) =>
    pinPolicy(environment, index),
  );
}

function pinPolicy(environment: string, index: number): string {
  return `${PORTAL_POLICY}-${environment}-${index}`;
}

/** Slot and number in the name of a pinned grant; `undefined` when it is none. */
export function parseGrantName(
  name: string,
): { slot: string; number: number } | undefined {
  const match = /^grant-(.+)-(0|[1-9]\d*)$/.exec(name);
  return match ? { slot: match[1], number: Number(match[2]) } : undefined;
}
