/** Somebody decides in the place of somebody else for a time. */
export interface Delegation {
  id: string;
  /** Entity ref of the person who is away. */
  from: string;
  /** Entity ref of the person who decides meanwhile. */
  to: string;
  /** ISO 8601. */
  startsAt: string;
  /** ISO 8601; the first moment at which it no longer holds. */
  endsAt: string;
  /** Types of subjects; all, when absent. */
  types?: string[];
  reason?: string;
  /** ISO 8601; when it was ended early. */
  endedAt?: string;
}

/** No delegation is longer, in days. */
export const MAX_DELEGATION_DAYS = 90;

/** How a delegation stands. */
export type DelegationState = 'planned' | 'in-force' | 'ended';

/** @param now - ISO 8601 */
export function delegationStateAt(
  delegation: Pick<Delegation, 'startsAt' | 'endsAt' | 'endedAt'>,
  now: string,
): DelegationState {
  const at = Date.parse(now);
  const { startsAt, endsAt, endedAt } = delegation;
  if (at >= Date.parse(endsAt) || (endedAt && at >= Date.parse(endedAt))) {
    return 'ended';
  }
  return at < Date.parse(startsAt) ? 'planned' : 'in-force';
}

/** Whether a delegation lets its delegate decide about a type of subject. Delegations do not chain. */
export function delegationCovers(
  delegation: Delegation,
  options: { type: string; now: string },
): boolean {
  return (
    delegationStateAt(delegation, options.now) === 'in-force' &&
    (!delegation.types || delegation.types.includes(options.type))
  );
}
