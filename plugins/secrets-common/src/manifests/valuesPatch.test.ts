import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { valuesPatch } from './valuesPatch';

const NAME = 'deploy/values-production.yaml';
const grant = {
  role: 'grant-production-messages-messages-smtp-read-1',
  path: 'production/data/messages/smtp',
};

const patch = (text?: string, more: { engine?: 'dynamic' } = {}) =>
  valuesPatch({
    file: { name: NAME, ...(text !== undefined && { text }) },
    at: ['secrets', 'vault', 'grants', 'smtp'],
    value: { ...grant, ...more },
  });

/** What git makes of the file by the patch. */
function applied(text: string | undefined, diff: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'values-patch-'));
  try {
    mkdirSync(path.join(folder, 'deploy'));
    if (text !== undefined) {
      writeFileSync(path.join(folder, NAME), text);
    }
    execFileSync('git', ['apply', '-'], { cwd: folder, input: diff });
    return readFileSync(path.join(folder, NAME), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the patch of a values file', () => {
  it('makes the file where there is none', () => {
    const made = patch();
    expect(made).toEqual({
      name: `${NAME}.diff`,
      text: `--- /dev/null
+++ b/${NAME}
@@ -0,0 +1,6 @@
+secrets:
+  vault:
+    grants:
+      smtp:
+        role: ${grant.role}
+        path: ${grant.path}
`,
    });
    expect(parse(applied(undefined, made!.text))).toEqual({
      secrets: { vault: { grants: { smtp: grant } } },
    });
  });

  it('puts the grant in its place and leaves comments and the rest alone', () => {
    const text = `# Messages.
config:
  A: 1 # one

secrets:
  # From Vault.
  vault:
    enabled: true
    grants:
      keys: { role: a, path: b }
# Behind.
callers: []
`;
    expect(patch(text)!.text).toBe(`--- a/${NAME}
+++ b/${NAME}
@@ -8,5 +8,8 @@
     enabled: true
     grants:
       keys: { role: a, path: b }
+      smtp:
+        role: ${grant.role}
+        path: ${grant.path}
 # Behind.
 callers: []
`);
  });

  it('replaces the grant of before, and says nothing when it is there', () => {
    const text = `secrets:\n  vault:\n    grants:\n      smtp:\n        role: old\n        path: ${grant.path}\n`;
    const made = patch(text);
    expect(made!.text).toContain('\n-        role: old\n');
    const after = applied(text, made!.text);
    expect(parse(after).secrets.vault.grants.smtp.role).toBe(grant.role);
    expect(patch(after)).toBeUndefined();
  });

  it('names another role in the place of the one before', () => {
    const role = (text: string, value: string) =>
      valuesPatch({
        file: { name: NAME, text },
        at: ['secrets', 'vault', 'role'],
        value,
      });
    const text =
      'secrets:\n  vault:\n    enabled: true\n    role: grant-0\ncallers: []\n';
    const made = role(text, 'grant-1');
    expect(made!.text).toContain('\n-    role: grant-0\n+    role: grant-1\n');
    expect(parse(applied(text, made!.text)).secrets.vault).toEqual({
      enabled: true,
      role: 'grant-1',
    });
    expect(role(text, 'grant-0')).toBeUndefined();
    expect(
      role('secrets:\n  vault:\n    role: { a: b }\n', 'grant-1'),
    ).toBeUndefined();
  });

  it.each([
    ['no YAML', 'a: [\n'],
    ['a list', '- a\n'],
    ['a map in one line', 'secrets: { vault: { enabled: true } }\n'],
    ['a text in the place of the grants', 'secrets:\n  vault: none\n'],
  ])('is not made of %s', (_, text) => {
    expect(patch(text)).toBeUndefined();
  });

  it('of any file is applied by git and changes the grant alone', () => {
    const key = fc.constantFrom('a', 'secrets', 'vault', 'grants', 'smtp', 'z');
    const leaf = fc.oneof(
      fc.constantFrom('x', 'two words', 'line\nbreak\n', ''),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.constantFrom('p', 'q'), { minLength: 1, maxLength: 3 }),
    );
    const map = (inner: fc.Arbitrary<unknown>) =>
      fc.dictionary(key, inner, { maxKeys: 4 });
    const values = map(fc.oneof(leaf, map(fc.oneof(leaf, map(leaf)))));
    fc.assert(
      fc.property(values, fc.boolean(), (before, end) => {
        const text = stringify(before);
        const given = end ? text : text.trimEnd();
        const made = patch(given);
        const inner = (before as any).secrets;
        fc.pre(made !== undefined);
        const after = parse(applied(given, made!.text));
        expect(after.secrets.vault.grants.smtp).toEqual(grant);
        expect(after).toEqual({
          ...before,
          secrets: {
            ...inner,
            vault: {
              ...inner?.vault,
              grants: { ...inner?.vault?.grants, smtp: grant },
            },
          },
        });
      }),
      { numRuns: 25 },
    );
  });
});
