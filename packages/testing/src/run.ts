import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildTools } from '@shopfloor/sandbox';
import { Interrupts } from '@shopfloor/sandbox/src/commands/interrupts.ts';
import { adaptersCheck } from './checks/adapters.ts';
import { drillsCheck, fuzzCheck } from './checks/drills.ts';
import { jestCheck, type JestPart } from './checks/jest.ts';
import { playwrightCheck } from './checks/playwright.ts';
import { lintCheck, typesCheck } from './checks/static.ts';
import { PhaseLog } from './PhaseLog.ts';
import { runPhases, timetable, type Phase } from './phases.ts';
import { findChrome, killRunning, stopRunning } from './processes.ts';
import { closingLine, singleResult, summarize } from './report.ts';
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

rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

const interrupted = new AbortController();
const sandbox = new TestSandbox({
  root,
  portBase,
  stateDir,
  logFile: join(reports, 'sandbox-start.log'),
});
let environment: NodeJS.ProcessEnv | undefined;

/** Builds the programs that tests call, and starts the sandbox or takes the one that was kept. */
async function startSandbox(log: PhaseLog): Promise<boolean> {
  if (!(values.keep && (await sandbox.status())?.ready)) {
    await sandbox.clear();
    sandbox.start();
  }
  const [tools, ready] = await Promise.all([
    buildTools(
      [
        'kubectl',
        'helm',
        'opa',
        'promtool',
        'kubeconform',
        'prometheus',
        'alertmanager',
      ],
      { signal: interrupted.signal, say: message => log.say(message) },
    ),
    sandbox.untilReady(45 * 60, interrupted.signal).then(
      () => true,
      error => {
        log.say(error.message);
        return false;
      },
    ),
  ]);
  environment = testEnvironment({ portBase, stateDir, tools });
  return ready;
}

/** @throws Error when the sandbox was never up */
function sandboxEnvironment(): NodeJS.ProcessEnv {
  if (!environment) {
    throw new Error('There is no sandbox to test on; see the phase sandbox');
  }
  return environment;
}

function jestPhase(part: JestPart, after: readonly string[]): Phase {
  return {
    name: part === 'shop' ? 'jest-shop' : 'jest',
    after,
    run: async log => {
      const env = sandboxEnvironment();
      return [
        await jestCheck({ part, root, reports, env, args: positionals, log }),
      ];
    },
  };
}

function playwrightPhase(
  project: 'journeys' | 'faults',
  after: readonly string[],
): Phase {
  return {
    name: project,
    after,
    run: async log => {
      if (!findChrome(process.env)) {
        log.say(
          'No Chrome or Chromium on PATH. Install one, or set SHOPFLOOR_CHROME to its path.',
        );
      }
      const env = sandboxEnvironment();
      return [
        await playwrightCheck({
          root,
          reports,
          project,
          env,
          args: positionals,
          log,
        }),
      ];
    },
  };
}

/**
 * What only computes (types, lint, Jest) runs beside what mostly waits (servers of adapters, drills, journeys), which comes one
 * after another, since it measures how long things take. The sandbox starts when it is needed: at rest it takes half a processor.
 * The faults come last and alone: they end what all others use.
 */
const phases: Phase[] = [
  {
    name: 'types',
    after: [],
    run: async log => [await typesCheck({ root, log })],
  },
  {
    name: 'lint',
    after: ['types'],
    run: log => lintCheck({ root, log }),
  },
  {
    name: 'adapters',
    after: [],
    run: async log => [
      await adaptersCheck({ root, reports, args: positionals, log }),
    ],
  },
  {
    name: 'drills',
    after: ['adapters'],
    run: async log => [await drillsCheck({ root, reports, log })],
  },
  {
    name: 'fuzz',
    after: ['drills'],
    run: async log => [await fuzzCheck({ root, reports, log })],
  },
  {
    name: 'sandbox',
    after: ['lint', 'drills', 'fuzz'],
    run: async log => {
      const startedAt = performance.now();
      const ready = await startSandbox(log);
      const seconds = (performance.now() - startedAt) / 1000;
      return [singleResult('sandbox', ready, seconds)];
    },
  },
  jestPhase(positionals.length > 0 ? 'named' : 'others', ['sandbox']),
  jestPhase('shop', ['sandbox']),
  playwrightPhase('journeys', ['sandbox', 'jest-shop']),
  playwrightPhase('faults', ['jest', 'jest-shop', 'journeys']),
];

const needsSandbox =
  kinds.has('jest') || kinds.has('journeys') || kinds.has('faults');
const wanted = phases.filter(({ name }) => {
  if (name === 'sandbox') return needsSandbox;
  // Who names files gets them from one Jest.
  if (name === 'jest-shop')
    return kinds.has('jest') && positionals.length === 0;
  return kinds.has(name as Kind);
});
const alone = wanted.filter(({ name }) => name !== 'sandbox').length === 1;

const interrupts = new Interrupts();
interrupts.first.then(() => {
  console.log('Interrupted: ends what runs. Again: at once.');
  interrupted.abort(new Error('The run was interrupted'));
  stopRunning();
});
interrupts.hurry.addEventListener('abort', killRunning);

const { results, times } = await runPhases({
  phases: wanted,
  openLog: name =>
    // One check and what it needs: shown as it comes.
    alone ? PhaseLog.live() : PhaseLog.toFile(join(reports, `${name}.log`)),
  print: text => console.log(text),
  signal: interrupted.signal,
});
if (!values.keep || interrupted.signal.aborted) {
  await sandbox.stop();
}
if (interrupted.signal.aborted) {
  process.exit(130);
}

const table = timetable(times);
if (table.length > 0) {
  console.log(`\n== times\n${table.join('\n')}`);
  writeFileSync(
    join(reports, 'times.json'),
    JSON.stringify(times, undefined, 2),
  );
}
for (const { name, skips, failures } of results) {
  skips.forEach(skip => console.log(`skipped in ${name}: ${skip}`));
  failures.forEach(failure => console.log(`failed in ${name}: ${failure}`));
}
const summary = summarize(results);
console.log(`\n${closingLine(summary)}`);
process.exit(summary.exitCode);
