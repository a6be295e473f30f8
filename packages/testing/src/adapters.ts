import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { adaptersCheck } from './checks/adapters.ts';
import { PhaseLog } from './PhaseLog.ts';
import { closingLine, summarize } from './report.ts';

/** `npm run test:adapters [-- <files>]`: the contract suites alone. */
const root = resolve(import.meta.dirname, '../../..');
const reports = join(root, 'test-results');
mkdirSync(reports, { recursive: true });

const result = await adaptersCheck({
  root,
  reports,
  args: process.argv.slice(2),
  log: PhaseLog.live(),
});
result.skips.forEach(skip => console.log(`skipped: ${skip}`));
result.failures.forEach(failure => console.log(`failed: ${failure}`));
const summary = summarize([result]);
console.log(
  `\n${Math.round(result.durationSeconds)} s\n${closingLine(summary)}`,
);
process.exit(summary.exitCode);
