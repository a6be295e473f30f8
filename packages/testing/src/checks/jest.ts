import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseLog } from '../PhaseLog.ts';
import { run } from '../processes.ts';
import { fromJest, singleResult, type CheckResult } from '../report.ts';
import { CONTRACT_TESTS } from './adapters.ts';

/** Test files that use the shop of the sandbox as its operators do: journeys would disturb them, and they journeys. */
export const SHOP_TESTS =
  'packages/sandbox/src/.*(\\.integration|/runShoppers)\\.test\\.ts$';

/** What of Jest is run: the files that are named, or those of the shop, or all others. */
export type JestPart = 'named' | 'shop' | 'others';

/** Every `*.test.ts(x)` of the workspace but the contract suites of servers. ES module packages need Node's vm modules. */
export async function jestCheck(options: {
  part: JestPart;
  root: string;
  reports: string;
  env: NodeJS.ProcessEnv;
  args: readonly string[];
  log: PhaseLog;
}): Promise<CheckResult> {
  const { part } = options;
  const name = part === 'shop' ? 'jest-shop' : 'jest';
  const output = join(options.reports, `${name}.json`);
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
      ...(part === 'others' ? [`--testPathIgnorePatterns=${SHOP_TESTS}`] : []),
      // An option that takes a list takes every word up to the next one.
      '--json',
      `--outputFile=${output}`,
      '--testTimeout=60000',
      ...(part === 'shop' ? ['--runInBand', SHOP_TESTS] : options.args),
    ],
    {
      cwd: options.root,
      // Jest prints its JSON to standard output as well; the file is enough.
      capture: true,
      log: options.log,
      yielding: part !== 'shop',
      env: {
        ...options.env,
        CI: 'true',
        NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
      },
    },
  );
  try {
    const json = JSON.parse(readFileSync(output, 'utf8'));
    const result = {
      ...fromJest(json, { root: options.root, durationSeconds }),
      name,
    };
    return code !== 0 && result.failed === 0
      ? {
          ...result,
          failed: 1,
          failures: [`jest ended with code ${code} though no test failed`],
        }
      : result;
  } catch {
    return singleResult(name, false, durationSeconds);
  }
}
