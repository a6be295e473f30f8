import { GrantPlan, VaultState } from '@shopfloor/plugin-secrets-common';

/** Parameters that no plan has and that would let more in: somebody's hand, when they are set. */
const WIDENING = [
  'token_period',
  'period',
  'bound_service_account_namespace_selector',
  'groups_claim',
];

/** Which parts of a plan the server has as they are planned. */
export function samePlan(
  plan: GrantPlan,
  found: VaultState,
): { policy: boolean; role: boolean } {
  return {
    policy: found.policy === plan.policy.text,
    role:
      found.role !== undefined && sameRole(plan.role.parameters, found.role),
  };
}

/** Whether what the server has is what it had before, or a part of the plan already: then an apply may go on. */
export function isBetween(
  plan: GrantPlan,
  base: VaultState,
  found: VaultState,
): boolean {
  const same = samePlan(plan, found);
  return (
    (same.policy || found.policy === base.policy) &&
    (same.role || stable(found.role) === stable(base.role))
  );
}

/** Whether a role has the parameters, as texts, and none that would widen it. */
export function sameRole(
  parameters: Record<string, string>,
  found: Record<string, unknown>,
): boolean {
  return (
    Object.entries(parameters).every(
      ([name, value]) => asText(found[name]) === canonical(value),
    ) &&
    WIDENING.every(
      name => name in parameters || ['', '0'].includes(asText(found[name])),
    )
  );
}

function asText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map(String).join(',');
  }
  if (typeof value === 'object' && value !== null) {
    return stable(value);
  }
  return value === undefined || value === null ? '' : String(value);
}

/** Parameters that are maps are written as JSON. */
function canonical(value: string): string {
  return value.startsWith('{') ? stable(JSON.parse(value)) : value;
}

/** JSON with sorted keys. */
function stable(value: unknown): string {
  return (
    JSON.stringify(value, (_, item) =>
      typeof item === 'object' && item !== null && !Array.isArray(item)
        ? Object.fromEntries(
            Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)),
          )
        : item,
    ) ?? ''
  );
}
