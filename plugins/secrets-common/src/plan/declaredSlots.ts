import { Access, SecretDeclaration, ServiceSecrets } from '../secret';
import { SecretReference } from '../grant/types';
import { referenceOf, slotOf } from './names';

/** An access that is declared: what the platform writes out beforehand. */
export interface DeclaredSlot {
  slot: string;
  /** Name of the service account that may get it. */
  subject: string;
  /** Name of the service that owns the secret. */
  owner: string;
  secret: SecretReference;
  access: Access[];
  declaration: SecretDeclaration;
}

/** Every combination of accesses that can be asked for; each declaration has at most two. */
export function accessSets(access: readonly Access[]): Access[][] {
  return access.reduce<Access[][]>(
    (sets, each) => [...sets, ...sets.map(set => [...set, each]), [each]],
    [],
  );
}

/**
 * Every declared access in an environment, by the services' own declarations.
 *
 * @throws Error that names both, when two of them would have the same slot, or two services claim one role or key
 */
export function declaredSlots(options: {
  environment: string;
  services: readonly ServiceSecrets[];
}): DeclaredSlot[] {
  const { environment, services } = options;
  const found = new Map<string, DeclaredSlot>();
  const claimed = new Map<string, string>();
  for (const { service: owner, secrets } of services) {
    for (const declaration of secrets) {
      const secret = referenceOf(owner, declaration);
      if (secret.kind !== 'kv') {
        // Roles and keys have no prefix of their own: "a-b" could belong to "a" or to "a-b".
        const place = `${secret.kind} ${secret.path}`;
        const other = claimed.get(place) ?? owner;
        if (other !== owner) {
          throw new Error(
            `${owner} and ${other} both declare ${place}; rename one of them`,
          );
        }
        claimed.set(place, owner);
      }
      const subjects = new Set([owner, ...declaration.readers]);
      for (const subject of subjects) {
        for (const access of accessSets(declaration.access)) {
          const slot = slotOf({ environment, subject, owner, secret, access });
          const other = found.get(slot);
          if (other) {
            throw new Error(
              `"${declaration.name}" of ${owner} for ${subject} and "${other.declaration.name}" of ${other.owner} for ${other.subject} would both be named ${slot}; rename one of them`,
            );
          }
          found.set(slot, {
            slot,
            subject,
            owner,
            secret,
            access,
            declaration,
          });
        }
      }
    }
  }
  return [...found.values()];
}
