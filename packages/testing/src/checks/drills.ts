import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PhaseLog } from '../PhaseLog.ts';
import { run } from '../processes.ts';
import { singleResult, type CheckResult } from '../report.ts';

interface NamedOutcome {
  name: string;
  passed: boolean;
}

/** Runs a program of packages/drills that writes what came of each part, and counts the parts. */
async function outcomes(options: {
  name: string;
  root: string;
  file: string;
  entry: string;
  args: readonly string[];
  log: PhaseLog;
}): Promise<CheckResult> {
  const { name, root, file, log } = options;
  rmSync(file, { force: true });
  const { code, durationSeconds } = await run(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, options.entry),
      ...options.args,
      '--json',
      file,
    ],
    { cwd: root, log },
  );
  let parts: NamedOutcome[];
  try {
    parts = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return singleResult(name, false, durationSeconds);
  }
  const failed = parts.filter(({ passed }) => !passed);
  const ended = code === 0 || failed.length > 0;
  return {
    name,
    passed: parts.length - failed.length,
    failed: failed.length + (ended ? 0 : 1),
    skipped: 0,
    failures: [
      ...failed.map(part => `${name}: ${part.name}`),
      ...(ended ? [] : [`${name} ended with code ${code}`]),
    ],
    skips: [],
    durationSeconds,
  };
}

/** Every drill of packages/drills. */
export function drillsCheck(options: {
  root: string;
  reports: string;
  log: PhaseLog;
}): Promise<CheckResult> {
  return outcomes({
    name: 'drills',
    root: options.root,
    log: options.log,
    file: join(options.reports, 'drills.json'),
    entry: 'packages/drills/src/main.ts',
    args: ['--all'],
  });
}

/** Generated requests to every service, from its OpenAPI document. */
export function fuzzCheck(options: {
  root: string;
  reports: string;
  log: PhaseLog;
}): Promise<CheckResult> {
  return outcomes({
    name: 'fuzz',
    root: options.root,
    log: options.log,
    file: join(options.reports, 'fuzz.json'),
    entry: 'packages/drills/src/fuzz/main.ts',
    args: ['--examples', '8'],
  });
}
