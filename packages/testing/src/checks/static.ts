import { join } from 'node:path';
import { run } from '../processes.ts';
import { singleResult, type CheckResult } from '../report.ts';

async function node(
  name: string,
  root: string,
  args: readonly string[],
): Promise<CheckResult> {
  const { code, durationSeconds } = await run(process.execPath, args, {
    cwd: root,
  });
  return singleResult(name, code === 0, durationSeconds);
}

/** The whole workspace type-checks as one program. */
export async function typesCheck(root: string): Promise<CheckResult> {
  return node('types', root, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '--pretty',
    'false',
  ]);
}

/** ESLint with Backstage's rules, and Prettier. */
export async function lintCheck(root: string): Promise<CheckResult[]> {
  return [
    await node('eslint', root, [
      join(root, 'node_modules/.bin/backstage-cli'),
      'repo',
      'lint',
      '--max-warnings',
      '0',
    ]),
    await node('prettier', root, [
      join(root, 'node_modules/prettier/bin/prettier.cjs'),
      '--check',
      '--log-level',
      'warn',
      '.',
    ]),
  ];
}
