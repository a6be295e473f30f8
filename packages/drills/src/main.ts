/**
 * Breaks the shop on purpose: `npm run drill -- <name> [name …]`, `--all`, `--list`; `--json <file>` writes the reports.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { succeeded, type DrillReport } from './Drill.ts';
import { drills } from './drills/index.ts';
import { runDrills } from './runDrills.ts';

const repoRoot = resolve(import.meta.dirname, '../../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const list = drills.map(({ name, title }) => `  ${name.padEnd(24)} ${title}`);
if (values.list) {
  console.log(list.join('\n'));
  process.exit(0);
}
const unknown = positionals.filter(
  name => !drills.some(drill => drill.name === name),
);
if (unknown.length > 0 || (positionals.length === 0 && !values.all)) {
  console.error(
    `${
      unknown.length > 0
        ? `There is no drill ${unknown.join(', ')}.`
        : 'Name one or more drills, or --all.'
    }\n\n${list.join('\n')}`,
  );
  process.exit(2);
}
const reports: DrillReport[] = [];
for await (const report of runDrills({
  drills: values.all
    ? drills
    : drills.filter(({ name }) => positionals.includes(name)),
  workDir: join(repoRoot, '.sandbox-drills'),
  say: message => console.error(`  ${message}`),
})) {
  reports.push(report);
  console.log(
    `${succeeded(report) ? '✓' : '✗'} ${report.name} (${report.seconds} s): ${
      report.title
    }`,
  );
  for (const [name, value] of Object.entries(report.figures)) {
    console.log(`    ${name}: ${value}`);
  }
}
if (values.json) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(
    values.json,
    JSON.stringify(
      reports.map(report => ({ ...report, passed: succeeded(report) })),
      undefined,
      2,
    ),
  );
}
process.exit(reports.every(succeeded) ? 0 : 1);
