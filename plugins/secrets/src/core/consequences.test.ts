import { Access, Delivery, SecretKind } from '@shopfloor/plugin-secrets-common';
import { consequencesOf } from './consequences';

const of = (
  kind: SecretKind,
  access: Access[],
  delivery: Delivery = 'agent',
  person = false,
) =>
  consequencesOf({
    subject: person
      ? { kind: 'person', userEntityRef: 'user:default/ada', email: 'a@b.c' }
      : {
          kind: 'service-account',
          entityRef: 'component:default/cart',
          namespace: 'production',
          name: 'cart',
        },
    secret: { kind, path: 'x' },
    access,
    delivery,
  });

describe('consequencesOf', () => {
  it.each<[string, string[], string[]]>([
    [
      'a value that was read',
      of('kv', ['read']),
      ['now', 'role', 'service', 'read', 'undo'],
    ],
    [
      'a value that could only be written',
      of('kv', ['write']),
      ['now', 'role', 'service', 'undo'],
    ],
    [
      'a value that an operator copied',
      of('kv', ['read'], 'external-secrets'),
      ['now', 'role', 'service', 'synced', 'read', 'undo'],
    ],
    [
      'database accounts',
      of('database', ['read']),
      ['now', 'role', 'leases', 'service', 'undo'],
    ],
    [
      'certificates',
      of('pki', ['issue']),
      ['now', 'role', 'service', 'certificate', 'undo'],
    ],
    [
      'a person',
      of('transit', ['decrypt'], 'none', true),
      ['now', 'role', 'person', 'undo'],
    ],
  ])('of %s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});
