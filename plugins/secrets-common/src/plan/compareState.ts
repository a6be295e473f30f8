import {
  Drift,
  GrantPlan,
  VaultState,
  WIDENING_FIELDS,
  WideningField,
} from '../grant/types';
import { roleText } from './diff';

/** As which texts a server answers a parameter that nobody set; a parameter that it does not answer is an empty text. */
const UNSET: Record<WideningField, readonly string[]> = {
  token_period: ['', '0'],
  period: ['', '0'],
  token_policies_template_claims: ['', 'false'],
  bound_service_account_namespace_selector: [''],
  alias_name_source: ['', 'serviceaccount_uid'],
  groups_claim: [''],
  bound_claims_type: ['', 'string'],
  bound_audiences: [''],
  claim_mappings: ['', '{}'],
  oauth2_metadata: [''],
  callback_mode: ['', 'client'],
  oidc_disable_confirmation: ['', 'false'],
};

/** Which parts of a plan the server has as they are planned. */
export function samePlan(
  plan: GrantPlan,
  found: VaultState,
): { policy: boolean; role: boolean } {
  return {
    policy:
      found.policy !== undefined && samePolicy(plan.policy.text, found.policy),
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
  // An apply removes a widened role before it writes it anew.
  const wasRemoved =
    found.role === undefined &&
    base.role !== undefined &&
    widenedFields(plan.role.parameters, base.role).length > 0;
  return (
    (same.policy || found.policy === base.policy) &&
    (same.role || wasRemoved || stable(found.role) === stable(base.role))
  );
}

/** Whether two texts of a policy are the same one. Space around a text allows nothing. */
export function samePolicy(expected: string, found: string): boolean {
  return found.trim() === expected.trim();
}

/** Whether a role has every parameter, whatever type it is read back as, and nothing that would widen it. */
export function sameRole(
  parameters: Readonly<Record<string, string>>,
  found: Readonly<Record<string, unknown>>,
): boolean {
  return (
    Object.entries(parameters).every(([name, expected]) =>
      sameValue(expected, found[name]),
    ) && widenedFields(parameters, found).length === 0
  );
}

/** What a role has beyond its plan that lets more in. A write of the plan leaves it there, since servers keep what is not sent. */
export function widenedFields(
  parameters: Readonly<Record<string, string>>,
  found: Readonly<Record<string, unknown>>,
): WideningField[] {
  return WIDENING_FIELDS.filter(
    name => !(name in parameters) && !UNSET[name].includes(asText(found[name])),
  );
}

/** What of a plan Vault does not have as it was written; the policy first, since it is what allows. */
export function driftOf(
  plan: GrantPlan,
  state: VaultState,
  seenAt: string,
): Drift | undefined {
  const same = samePlan(plan, state);
  const { parameters } = plan.role;
  if (!same.policy) {
    return {
      what: 'policy',
      expected: plan.policy.text,
      ...(state.policy !== undefined && { found: state.policy }),
      seenAt,
    };
  }
  if (!same.role) {
    const widened = state.role ? widenedFields(parameters, state.role) : [];
    return {
      what: 'role',
      expected: roleText(parameters),
      ...(state.role && { found: foundText(parameters, state.role, widened) }),
      ...(widened.length > 0 && { widened }),
      seenAt,
    };
  }
  return undefined;
}

/** A role as it was found, beside its plan: what is as planned reads as it does there, whatever type it is read back as. */
function foundText(
  parameters: Readonly<Record<string, string>>,
  found: Readonly<Record<string, unknown>>,
  widened: readonly WideningField[],
): string {
  return roleText(
    Object.fromEntries(
      [...Object.keys(parameters), ...widened]
        .filter(name => found[name] !== undefined)
        .map(name => {
          const expected = parameters[name];
          return [
            name,
            expected !== undefined && sameValue(expected, found[name])
              ? expected
              : asText(found[name]),
          ];
        }),
    ),
  );
}

function sameValue(expected: string, found: unknown): boolean {
  if (Array.isArray(found)) {
    const wanted = expected === '' ? [] : expected.split(',');
    return stable([...wanted].sort()) === stable(found.map(String).sort());
  }
  if (typeof found === 'object' && found !== null) {
    try {
      return stable(found) === stable(JSON.parse(expected));
    } catch {
      return false;
    }
  }
  return asText(found) === expected;
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
