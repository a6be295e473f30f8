import { join } from 'node:path';
import type { PhaseLog } from '../PhaseLog.ts';
import { run } from '../processes.ts';
import { singleResult, type CheckResult } from '../report.ts';

/** What a check that only reads the sources works with. */
export interface StaticCheckOptions {
  root: string;
  log: PhaseLog;
}

async function node(
  name: string,
  options: StaticCheckOptions,
  args: readonly string[],
): Promise<CheckResult> {
  const { code, durationSeconds } = await run(process.execPath, args, {
    cwd: options.root,
    log: options.log,
    yielding: true,
  });
  return singleResult(name, code === 0, durationSeconds);
}

/** The whole workspace type-checks as one program. */
export async function typesCheck(
  options: StaticCheckOptions,
): Promise<CheckResult> {
  return node('types', options, [
    join(options.root, 'node_modules/typescript/bin/tsc'),
    '--pretty',
    'false',
  ]);
}

/** ESLint with Backstage's rules, and Prettier. */
export async function lintCheck(
  options: StaticCheckOptions,
): Promise<CheckResult[]> {
  const { root } = options;
  return [
    await node('eslint', options, [
      join(root, 'node_modules/.bin/backstage-cli'),
      'repo',
      'lint',
      '--max-warnings',
      '0',
    ]),
    await node('prettier', options, [
      join(root, 'node_modules/prettier/bin/prettier.cjs'),
      '--check',
      '--log-level',
      'warn',
      '.',
    ]),
  ];
}
