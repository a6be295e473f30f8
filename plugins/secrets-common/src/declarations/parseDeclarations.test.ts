import { parseDeclarations } from './parseDeclarations';

const file = (secrets: string, name = 'payments') =>
  `apiVersion: shopfloor.dev/v1
kind: ServiceSecrets
metadata: { name: ${name} }
spec:
  secrets:
${secrets}`;

const secret = (more: string) =>
  `    - name: x\n      title: { en: X, zh: X }\n      class: standard\n${more
    .split('\n')
    .map(line => `      ${line}\n`)
    .join('')}`;

const parse = (text: string) =>
  parseDeclarations(text, { file: 'secrets.yaml', service: 'payments' });

describe('declarations', () => {
  it('are read with what is left out', () => {
    expect(
      parse(
        file(
          secret('kind: kv\npath: a/b\naccess: [write, read]\nrotationDays: 9'),
        ),
      ),
    ).toEqual({
      secrets: [
        {
          name: 'x',
          title: { en: 'X', zh: 'X' },
          class: 'standard',
          kind: 'kv',
          path: 'a/b',
          access: ['read', 'write'],
          rotationDays: 9,
          readers: [],
        },
      ],
      problems: [],
    });
  });

  it.each([
    ['another service', file('    []', 'orders'), 3, 'metadata.name'],
    [
      'an access that the kind has not',
      file(secret('kind: kv\naccess: [issue]')),
      10,
      'spec.secrets[0].access[0]',
    ],
    [
      'a field of another kind',
      file(secret('kind: database\npath: a\naccess: [read]')),
      10,
      'spec.secrets[0].path',
    ],
    [
      'a role of another service',
      file(secret('kind: pki\nrole: orders\naccess: [issue]')),
      10,
      'spec.secrets[0].role',
    ],
    [
      'a path that leaves the prefix',
      file(secret('kind: kv\npath: ../orders\naccess: [read]')),
      10,
      'spec.secrets[0].path',
    ],
    [
      'a field that there is not',
      file(secret('kind: kv\naccess: [read]\nvalue: hunter2')),
      11,
      'spec.secrets[0].value',
    ],
    [
      'a name that is there twice',
      file(
        secret('kind: kv\npath: a\naccess: [read]') +
          secret('kind: kv\npath: b\naccess: [read]'),
      ),
      12,
      'spec.secrets[1].name',
    ],
    [
      'an age of what has none that is seen',
      file(
        secret('kind: pki\nrole: payments\naccess: [issue]\nrotationDays: 30'),
      ),
      12,
      'spec.secrets[0].rotationDays',
    ],
    [
      'itself as a reader',
      file(secret('kind: kv\naccess: [read]\nreaders: [payments]')),
      11,
      'spec.secrets[0].readers',
    ],
  ])('refuse %s, by line and field', (_, text, line, field) => {
    const { problems } = parse(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'secrets.yaml', line, field });
    expect(problems[0].message).not.toContain('hunter2');
  });

  it('do not throw, whatever is in the file', () => {
    for (const text of ['', '[', 'a: *b', '[]', 'x'.repeat(200_000)]) {
      const { secrets, problems } = parse(text);
      expect(secrets).toEqual([]);
      expect(problems.length).toBeGreaterThan(0);
    }
  });
});
