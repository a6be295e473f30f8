import { GrantPlan } from '@shopfloor/plugin-secrets-common';
import { renderStanzas, Stanza } from './hcl';

/** What the server has of a slot's numbers. */
export interface SlotNumbers {
  /** Whose names were taken, or that still have a policy or a role. */
  used: ReadonlySet<number>;
  /** Whose grants have ended. */
  ended: ReadonlySet<number>;
}

/**
 * The numbers of a slot that the portal may write now: those in use, and the next ones. Never one that has ended: its policy
 * would bring tokens of then back to life.
 *
 * @param window - how many unused numbers lie ready
 */
export function numbersToPin(
  { used, ended }: SlotNumbers,
  window: number,
): number[] {
  // 0 is the platform's own.
  const highest = Math.max(0, ...used, ...ended);
  return [
    ...[...used].filter(number => !ended.has(number)).sort((a, b) => a - b),
    ...Array.from({ length: window }, (_, index) => highest + 1 + index),
  ];
}

/** What lets the portal write exactly this plan, read it and remove it, and nothing else. */
export function pinStanzas(plan: GrantPlan): Stanza[] {
  const capabilities = ['create', 'read', 'update', 'delete'];
  return [
    {
      path: `sys/policies/acl/${plan.policy.name}`,
      capabilities,
      // Any length, since what a policy may do is fixed; but it has to have one.
      parameters: { policy: [plan.policy.text], ttl: [] },
      required: true,
    },
    {
      path: `auth/${plan.role.mount}/role/${plan.role.name}`,
      capabilities,
      // Sorted: a plan that was kept as JSON by PostgreSQL has its fields in another order, and is the same.
      parameters: Object.fromEntries(
        Object.entries(plan.role.parameters)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, value]) => [name, [value]]),
      ),
      required: true,
    },
  ];
}

/** The text by which the portal finds in its own policies whether a plan is pinned. */
export function renderPin(plan: GrantPlan): string {
  return renderStanzas(pinStanzas(plan));
}

/** A grant of a declaration that is gone: it can be read and removed, and written no more. */
export function orphanStanzas(options: {
  name: string;
  kubernetesMount: string;
}): Stanza[] {
  const { name, kubernetesMount } = options;
  return [
    `sys/policies/acl/${name}`,
    `auth/${kubernetesMount}/role/${name}`,
  ].map(path => ({ path, capabilities: ['read', 'delete'] }));
}
