import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildTools } from '@shopfloor/sandbox';
import { adaptersCheck } from './checks/adapters.ts';
import { drillsCheck, fuzzCheck } from './checks/drills.ts';
import { jestCheck } from './checks/jest.ts';
import { playwrightCheck } from './checks/playwright.ts';
import { lintCheck, typesCheck } from './checks/static.ts';
import { findChrome } from './processes.ts';
import {
  closingLine,
  singleResult,
  summarize,
  type CheckResult,
} from './report.ts';
import { TestSandbox } from './testSandbox.ts';
import { testEnvironment } from './testEnvironment.ts';

const KINDS = [
  'types',
  'lint',
  'adapters',
  'drills',
  'fuzz',
  'jest',
  'journeys',
  'faults',
] as const;
type Kind = (typeof KINDS)[number];

/** Run only when asked for: fuzzing all services takes longer than a run of everything else may. */
const ON_DEMAND: readonly Kind[] = ['fuzz'];

const USAGE = `npm test -- [--only ${KINDS.join(
  ',',
)}] [--keep] [arguments of the one runner named by --only]

  --only   run these kinds only, for example --only jest plugins/slo-common; ${ON_DEMAND.join(
    ', ',
  )} runs only when named
  --keep   leave the test sandbox running afterwards, and use it again next time`;

function parseKinds(value: string | undefined): Set<Kind> {
  const names =
    value === undefined
      ? KINDS.filter(kind => !ON_DEMAND.includes(kind))
      : value.split(',');
  const unknown = names.filter(name => !KINDS.includes(name as Kind));
  if (unknown.length > 0) {
    throw new Error(
      `Unknown kind of check: ${unknown.join(', ')}.\n\n${USAGE}`,
    );
  }
  return new Set(names as Kind[]);
}

const root = resolve(import.meta.dirname, '../../..');
const reports = join(root, 'test-results');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: true,
  options: {
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const kinds = parseKinds(values.only);
const portBase = Number(process.env.SHOPFLOOR_TEST_PORT_BASE ?? 17000);
const stateDir = join(root, '.sandbox-test');
const results: CheckResult[] = [];

const step = (name: string) => console.log(`\n== ${name}`);
const record = (...found: CheckResult[]) => {
  for (const result of found) {
    results.push(result);
    console.log(
      `== ${result.name}: ${result.passed} passed, ${result.failed} failed, ${
        result.skipped
      } skipped in ${Math.round(result.durationSeconds)} s`,
    );
  }
};

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const needsSandbox =
  kinds.has('jest') || kinds.has('journeys') || kinds.has('faults');
const sandbox = new TestSandbox({
  root,
  portBase,
  stateDir,
  logFile: join(reports, 'sandbox.log'),
});

process.once('SIGINT', async () => {
  await sandbox.stop();
  process.exit(130);
});

if (kinds.has('types')) {
  step('types');
  record(await typesCheck(root));
}
if (kinds.has('lint')) {
  step('lint');
  record(...(await lintCheck(root)));
}

try {
  // Before the sandbox, so that it does not take their processors.
  if (kinds.has('adapters')) {
    step('adapters');
    record(await adaptersCheck({ root, reports, args: positionals }));
  }
  if (kinds.has('drills')) {
    step('drills');
    record(await drillsCheck({ root, reports }));
  }
  if (kinds.has('fuzz')) {
    step('fuzz');
    record(await fuzzCheck({ root, reports }));
  }
  if (needsSandbox) {
    step('sandbox');
    const startedAt = performance.now();
    if (!(values.keep && (await sandbox.status())?.ready)) {
      await sandbox.clear();
      sandbox.start();
    }
    const [tools, ready] = await Promise.all([
      buildTools([
        'kubectl',
        'helm',
        'opa',
        'promtool',
        'kubeconform',
        'prometheus',
        'alertmanager',
      ]),
      sandbox.untilReady(45 * 60).then(
        () => true,
        error => {
          console.error(error.message);
          return false;
        },
      ),
    ]);
    const env = testEnvironment({ portBase, stateDir, tools });
    record(
      singleResult('sandbox', ready, (performance.now() - startedAt) / 1000),
    );
    if (kinds.has('jest')) {
      step('jest');
      record(await jestCheck({ root, reports, env, args: positionals }));
    }
    for (const project of ['journeys', 'faults'] as const) {
      if (kinds.has(project)) {
        step(project);
        if (!findChrome(process.env)) {
          console.error(
            'No Chrome or Chromium on PATH. Install one, or set SHOPFLOOR_CHROME to its path.',
          );
        }
        record(
          await playwrightCheck({
            root,
            reports,
            project,
            env,
            args: positionals,
          }),
        );
      }
    }
  }
} catch (error) {
  console.error(error);
  record(singleResult('test run', false, 0));
} finally {
  if (!values.keep) {
    await sandbox.stop();
  }
}

for (const { name, skips, failures } of results) {
  skips.forEach(skip => console.log(`skipped in ${name}: ${skip}`));
  failures.forEach(failure => console.log(`failed in ${name}: ${failure}`));
}
const summary = summarize(results);
console.log(`\n${closingLine(summary)}`);
process.exit(summary.exitCode);
