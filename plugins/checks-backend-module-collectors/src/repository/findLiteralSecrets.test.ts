import { globSync, readFileSync } from 'fs';
import { join } from 'path';
import { findLiteralSecrets } from './findLiteralSecrets';

const find = (text: string) =>
  findLiteralSecrets('deploy/a.yaml', text).map(
    ({ line, field }) => `${line} ${field}`,
  );

describe('secrets in manifests', () => {
  it.each<[string, string, string[]]>([
    [
      'data of a Secret',
      'kind: Secret\nmetadata: { name: a }\nstringData:\n  user: orders\ndata:\n  key: c2VjcmV0\n',
      ['4 user', '6 key'],
    ],
    [
      'a Secret of a list',
      'kind: List\nitems:\n  - kind: Secret\n    data: { a: YQ== }\n  - kind: ConfigMap\n    data: { b: b }\n',
      ['4 a'],
    ],
    [
      'a variable named like a secret',
      'env:\n  - name: DB_PASSWORD\n    value: hunter2\n  - name: LEVEL\n    value: info\n',
      ['3 DB_PASSWORD'],
    ],
    ['a field of values', 'postgres:\n  password: hunter2\n', ['2 password']],
    [
      'an address with a password',
      'url: postgres://orders:hunter2@db/orders\n',
      ['1 url'],
    ],
    [
      'a private key',
      'pem: |\n  -----BEGIN RSA PRIVATE KEY-----\n  MII\n',
      ['1 pem'],
    ],
    [
      'references and templates: nothing',
      [
        'existingSecret: orders-database',
        'env:',
        '  - name: DB_PASSWORD',
        '    valueFrom: { secretKeyRef: { name: orders-database, key: DATABASE_URL } }',
        '  - name: API_TOKEN',
        "    value: '{{ .Values.token }}'",
        'password: ${DB_PASSWORD}',
        'token: ""',
        'url: https://orders:8080/path@2',
        'kind: SecretStore',
        'data: { path: kv/orders }',
      ].join('\n'),
      [],
    ],
    [
      'a template that is not YAML, by what looks like a secret',
      '{{- if .Values.a }}\nurl: "x"\n{{ end }} : [\ntoken: AKIAIOSFODNN7EXAMPLE\n',
      ['4 '],
    ],
  ])('%s', (_, text, expected) => {
    expect(find(text)).toEqual(expected);
  });

  it('never repeats what it found', () => {
    const found = findLiteralSecrets(
      'a.yaml',
      'password: marked-secret\nurl: redis://a:marked-secret@b\n',
    );
    expect(found).toHaveLength(2);
    expect(JSON.stringify(found)).not.toContain('marked-secret');
  });

  it('finds none in what this repository deploys', () => {
    const root = join(__dirname, '../../../..');
    const files = globSync('services/*/deploy/**/*.yaml', { cwd: root });
    expect(files.length).toBeGreaterThan(10);
    expect(
      files.flatMap(file =>
        findLiteralSecrets(file, readFileSync(join(root, file), 'utf8')),
      ),
    ).toEqual([]);
  });
});
