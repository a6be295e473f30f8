import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseLog } from '../PhaseLog.ts';
import { run } from '../processes.ts';
import { fromJest, singleResult, type CheckResult } from '../report.ts';
import { CONTRACT_TESTS } from './adapters.ts';

/** Every `*.test.ts(x)` of the workspace but the contract suites of servers. ES module packages need Node's vm modules. */
export async function jestCheck(options: {
  root: string;
  reports: string;
  env: NodeJS.ProcessEnv;
  args: readonly string[];
  log: PhaseLog;
}): Promise<CheckResult> {
  const output = join(options.reports, 'jest.json');
  const { code, durationSeconds } = await run(
    process.execPath,
    [
      join(options.root, 'node_modules/.bin/backstage-cli'),
      'repo',
      'test',
      '--ci',
      '--watchAll=false',
      // They run once, as the kind `adapters`, where their servers are.
      '--testPathIgnorePatterns=/node_modules/',
      `--testPathIgnorePatterns=${CONTRACT_TESTS}`,
      // An option that takes a list takes every word up to the next one.
      '--json',
      `--outputFile=${output}`,
      '--testTimeout=60000',
      ...options.args,
    ],
    {
      cwd: options.root,
      // Jest prints its JSON to standard output as well; the file is enough.
      capture: true,
      log: options.log,
      yielding: true,
      env: {
        ...options.env,
        CI: 'true',
        NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
      },
    },
  );
  try {
    const json = JSON.parse(readFileSync(output, 'utf8'));
    const result = fromJest(json, { root: options.root, durationSeconds });
    return code !== 0 && result.failed === 0
      ? {
          ...result,
          failed: 1,
          failures: [`jest ended with code ${code} though no test failed`],
        }
      : result;
  } catch {
    return singleResult('jest', false, durationSeconds);
  }
}
