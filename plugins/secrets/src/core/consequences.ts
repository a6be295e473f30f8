import { GrantRequest } from '@shopfloor/plugin-secrets-common';

/** What follows when access is taken away, in the order in which it is told. */
export type Consequence =
  | 'now'
  | 'role'
  | 'leases'
  | 'service'
  | 'person'
  | 'read'
  | 'certificate'
  | 'synced'
  | 'undo';

/** What follows when this access is taken away. What was read, issued or copied stays with who has it. */
export function consequencesOf(
  request: Pick<GrantRequest, 'subject' | 'secret' | 'access' | 'delivery'>,
): Consequence[] {
  const { subject, secret, access, delivery } = request;
  const consequences: Consequence[] = ['now', 'role'];
  if (secret.kind === 'database') {
    consequences.push('leases');
  }
  consequences.push(subject.kind === 'person' ? 'person' : 'service');
  if (
    delivery === 'external-secrets' ||
    delivery === 'vault-secrets-operator'
  ) {
    consequences.push('synced');
  }
  if (secret.kind === 'kv' && access.includes('read')) {
    consequences.push('read');
  }
  if (secret.kind === 'pki') {
    consequences.push('certificate');
  }
  consequences.push('undo');
  return consequences;
}
