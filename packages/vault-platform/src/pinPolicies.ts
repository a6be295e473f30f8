import {
  composePlan,
  DeclaredSlot,
  EnvironmentMounts,
  GrantPlan,
} from '@shopfloor/plugin-secrets-common';
import { renderStanzas } from './hcl';
import { parseGrantName, pinPolicies, pinPolicyOf } from './names';
import { numbersToPin, orphanStanzas, pinStanzas } from './pins';
import { DesiredOptions, Observed, Slots } from './state';

/** The plan of one number of a slot, as the portal composes it, too. */
export function planOf(
  { environment, mounts }: Pick<Slots, 'environment' | 'mounts'>,
  slot: DeclaredSlot,
  number: number,
): GrantPlan {
  return composePlan({
    mounts,
    tier: 'pinned',
    subject: {
      kind: 'service-account',
      namespace: environment.namespace ?? environment.name,
      name: slot.subject,
    },
    owner: slot.owner,
    secret: slot.secret,
    access: slot.access,
    number,
  });
}

/** The policies that have the pins of an environment, by name. */
export function renderPinPolicies(
  options: DesiredOptions,
  each: Slots,
  observed: Observed,
): Array<[name: string, text: string]> {
  const { environment, mounts, slots } = each;
  const numbers = numbersBySlot(observed, mounts);
  const stanzas = new Map(
    pinPolicies(environment.name).map(name => [name, [] as string[]]),
  );
  const pinned = new Set<string>();
  for (const slot of slots) {
    const texts = stanzas.get(pinPolicyOf(environment.name, slot.owner))!;
    const state = numbers.get(slot.slot) ?? {
      used: new Set<number>(),
      ended: new Set<number>(),
    };
    if (isSeed(options, slot)) {
      state.used.add(0);
    }
    for (const number of numbersToPin(state, options.window ?? 8)) {
      const plan = planOf(each, slot, number);
      pinned.add(plan.name);
      texts.push(renderStanzas(pinStanzas(plan)));
    }
  }
  // What was pinned once and is no more: ended, or of a declaration that is gone.
  const [first] = stanzas.values();
  for (const name of presentGrants(observed, mounts)) {
    if (
      parseGrantName(name)!.slot.startsWith(`${environment.name}-`) &&
      !pinned.has(name)
    ) {
      first.push(
        renderStanzas(
          orphanStanzas({ name, kubernetesMount: mounts.kubernetes }),
        ),
      );
    }
  }
  return [...stanzas].map(([name, texts]) => [
    name,
    `# Written by the platform's pipeline: exactly what the portal may switch on.\n\n${texts.join('\n')}`,
  ]);
}

/** Grants that have a policy or a role. */
function presentGrants(
  observed: Observed,
  mounts: EnvironmentMounts,
): string[] {
  return [
    ...new Set([
      ...observed.policies,
      ...(observed.roles.get(mounts.kubernetes) ?? []),
    ]),
  ]
    .filter(name => parseGrantName(name))
    .sort();
}

function numbersBySlot(observed: Observed, mounts: EnvironmentMounts) {
  const found = new Map<string, { used: Set<number>; ended: Set<number> }>();
  const add = (what: 'used' | 'ended', names: Iterable<string>) => {
    for (const name of names) {
      const parsed = parseGrantName(name);
      if (parsed) {
        const numbers = found.get(parsed.slot) ?? {
          used: new Set<number>(),
          ended: new Set<number>(),
        };
        found.set(parsed.slot, numbers);
        numbers[what].add(parsed.number);
      }
    }
  };
  add('used', observed.used);
  add('used', presentGrants(observed, mounts));
  add('ended', observed.ended);
  return found;
}

/** Whether a service has it of its own from the start: the whole access to a secret of its own. */
export function isSeed(
  options: DesiredOptions,
  { subject, owner, secret, access, declaration }: DeclaredSlot,
): boolean {
  return (
    subject === owner &&
    options.seeds.includes(secret.kind) &&
    access.length === declaration.access.length
  );
}
