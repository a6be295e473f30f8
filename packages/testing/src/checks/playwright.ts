import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseLog } from '../PhaseLog.ts';
import { run } from '../processes.ts';
import { fromPlaywright, singleResult, type CheckResult } from '../report.ts';

/** One Playwright project: the journeys of the sample people, or the faults. */
export async function playwrightCheck(options: {
  root: string;
  reports: string;
  project: 'journeys' | 'faults';
  env: NodeJS.ProcessEnv;
  args: readonly string[];
  log: PhaseLog;
}): Promise<CheckResult> {
  const output = join(options.reports, `${options.project}.json`);
  const { durationSeconds } = await run(
    process.execPath,
    [
      join(options.root, 'node_modules/@playwright/test/cli.js'),
      'test',
      '--config',
      join(options.root, 'packages/testing/playwright.config.ts'),
      // With "=", since the option takes every word that follows it.
      `--project=${options.project}`,
      ...options.args,
    ],
    {
      cwd: join(options.root, 'packages/testing'),
      log: options.log,
      env: { ...options.env, PLAYWRIGHT_JSON_OUTPUT_NAME: output },
    },
  );
  try {
    return fromPlaywright(JSON.parse(readFileSync(output, 'utf8')), {
      name: options.project,
      durationSeconds,
    });
  } catch {
    return singleResult(options.project, false, durationSeconds);
  }
}
