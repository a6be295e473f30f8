import { Access, ACCESSES, SecretDeclaration, SecretKind } from '../secret';
import { SecretReference, Tier } from '../grant/types';

/** Accesses without repetition, in the order in which names have them. */
export function inOrder(access: readonly Access[]): Access[] {
  return ACCESSES.filter(each => access.includes(each));
}

/** Which access of whom to what. */
export interface SlotParts {
  environment: string;
  /** Name of the service account, or the part of an e-mail address before the `@`. */
  subject: string;
  /** Name of the service that owns the secret. */
  owner: string;
  secret: Pick<SecretReference, 'path' | 'declared'>;
  access: readonly Access[];
}

/**
 * The slot of an access: `<env>-<subject>-<owner>-<secret>-<access>`, lower case. Grants of a slot are numbered. Parts may contain
 * hyphens, so different accesses can have the same slot; what names them all refuses that ({@link declaredSlots}).
 */
export function slotOf(parts: SlotParts): string {
  const { environment, subject, owner, secret, access } = parts;
  return [
    environment,
    subject,
    owner,
    secret.declared ?? secret.path,
    ...inOrder(access),
  ]
    .map(slug)
    .join('-');
}

/** Name of the policy and of the role of a grant. */
export function grantName(tier: Tier, slot: string, number: number): string {
  return `${tier === 'pinned' ? 'grant' : 'cg'}-${slot}-${number}`;
}

/** Name of a declared secret as a request has it: path, role or key. */
export function referenceOf(
  service: string,
  declaration: Pick<
    SecretDeclaration,
    'name' | 'kind' | 'path' | 'role' | 'key' | 'class'
  >,
): SecretReference {
  return {
    kind: declaration.kind,
    path: pathOf(service, declaration),
    declared: declaration.name,
  };
}

function pathOf(
  service: string,
  declaration: Parameters<typeof referenceOf>[1],
): string {
  const { kind, name, path, role, key } = declaration;
  const byKind: Record<SecretKind, string> = {
    kv: path ?? name,
    database: role ?? `${service}-${declaration.class}`,
    pki: role ?? service,
    transit: key ?? `${service}-${name}`,
  };
  return byKind[kind];
}

function slug(text: string): string {
  return text
    .toLocaleLowerCase('en-US')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
