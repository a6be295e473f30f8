import { Drift, GrantPlan, VaultState } from '../grant/types';
import { roleText } from './diff';

/** Whether Vault has a role as it was planned: every parameter, whatever type it is read back as. */
export function sameRole(
  parameters: Readonly<Record<string, string>>,
  found: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(parameters).every(([key, expected]) =>
    sameValue(expected, found[key]),
  );
}

function sameValue(expected: string, found: unknown): boolean {
  if (Array.isArray(found)) {
    return sortedList(found.join(',')) === sortedList(expected);
  }
  if (typeof found === 'object' && found !== null) {
    try {
      return canonical(found) === canonical(JSON.parse(expected));
    } catch {
      return false;
    }
  }
  return found !== undefined && found !== null && String(found) === expected;
}

function sortedList(text: string): string {
  return text.split(',').sort().join(',');
}

function canonical(value: unknown): string {
  return JSON.stringify(
    Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What of a plan Vault does not have as it was written; the policy first, since it is what allows. */
export function driftOf(
  plan: GrantPlan,
  state: VaultState,
  seenAt: string,
): Drift | undefined {
  const { policy, role } = plan;
  if (state.policy?.trim() !== policy.text.trim()) {
    return {
      what: 'policy',
      expected: policy.text,
      ...(state.policy !== undefined && { found: state.policy }),
      seenAt,
    };
  }
  if (!state.role || !sameRole(role.parameters, state.role)) {
    const found = state.role;
    return {
      what: 'role',
      expected: roleText(role.parameters),
      ...(found && {
        found: roleText(
          Object.fromEntries(
            Object.keys(role.parameters).map(key => [key, found[key]]),
          ),
        ),
      }),
      seenAt,
    };
  }
  return undefined;
}
