import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { checkDisk, checkGit, checkNode, findPython } from './checks.mjs';
import { dependenciesInstalled, installDependencies } from './dependencies.mjs';
import {
  provideNode,
  provideYarn,
  pythonInstalled,
  providePython,
} from './toolchain.mjs';
import { exclusively } from './lock.mjs';
import { runForeground } from './run.mjs';
import { Steps } from './steps.mjs';
import { Trouble } from './trouble.mjs';

const USAGE = `Usage: npm start                         everything: toolchain, builds, sandbox, portal
       npm start -- --only portal        the portal without the cluster
       npm start -- --no-shoppers        without the shoppers that browse by default
       npm test                          every test
       npm run test:adapters             the suites of Redis, Kafka, OpenSearch and MongoDB alone
       npm run drill -- <name>           breaks the shop on purpose and proves that it heals (--list)
       npm run fuzz -- [service …]       sends generated requests to the services
       npm run dev                       the portal reloads when its source changes
       npm run status [-- --json]        what runs, since when, and why not if not
       npm run logs -- <part> [-f]       the log of one part
       npm run token -- <user>           a portal token of a sample person
       npm run shoppers -- --rate R --minutes M
       npm run reset                     removes the sandbox's state
       npm run yarn -- <arguments>       the pinned Yarn`;

const COMMANDS = [
  'start',
  'dev',
  'status',
  'logs',
  'reset',
  'token',
  'shoppers',
  'test',
  'test:adapters',
  'drill',
  'fuzz',
  'yarn',
];

/** Programs behind commands; every other command is the sandbox's. */
const ENTRIES = {
  test: 'packages/testing/src/run.ts',
  'test:adapters': 'packages/testing/src/adapters.ts',
  drill: 'packages/drills/src/main.ts',
  fuzz: 'packages/drills/src/fuzz/main.ts',
};
/** Commands that start programs of their own, and end them when this process dies. */
const TETHERED = ['start', 'dev', 'test'];

const root = resolve(
  import.meta.dirname ?? new URL('.', import.meta.url).pathname,
  '../..',
);

/** Provides what a command needs and runs it; resolves with the exit code. */
export async function main(argv) {
  const [command, ...args] = argv;
  if (!COMMANDS.includes(command)) {
    console.error(
      command ? `There is no command ${command}.\n\n${USAGE}` : USAGE,
    );
    return 2;
  }
  const steps = new Steps();
  try {
    return await runCommand({ command, args, steps });
  } catch (error) {
    steps.end();
    if (error instanceof Trouble) {
      console.error(`\n${error.message}`);
      if (error.remedy) {
        console.error(`\n${error.remedy}`);
      }
      return 1;
    }
    throw error;
  }
}

async function runCommand({ command, args, steps }) {
  checkNode();
  const startedAt = Date.now();
  const full = command === 'start' || command === 'dev' || command in ENTRIES;
  if (full) {
    checkGit();
    checkDisk({ root, onlyPortal: onlyPortal(args) });
  }
  const installs = full || command === 'yarn';
  if (!installs && !installed()) {
    return sayNotInstalled(command, args);
  }
  const prepare = () => provide({ steps, full, startedAt });
  // Asking for the status waits for no installation.
  const { node, yarn, env } = installs
    ? await exclusively(join(root, '.toolchain', 'install.lock'), {
        onWait: pid =>
          console.error(`… Process ${pid} installs here already; waits for it`),
        work: prepare,
      })
    : await prepare();
  if (command === 'yarn') {
    return runForeground(node.path, [yarn, ...args], {
      cwd: process.cwd(),
      env,
    });
  }
  const own = ENTRIES[command];
  return runForeground(
    node.path,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, own ?? 'packages/sandbox/src/cli.ts'),
      ...(own ? args : [command, ...args]),
    ],
    { cwd: root, env, tether: TETHERED.includes(command) },
  );
}

/** Before the first start has installed everything there is little to say. */
function sayNotInstalled(command, args) {
  if (command === 'status' && args.includes('--json')) {
    console.log(JSON.stringify({ ready: false, parts: [] }));
    return 0;
  }
  if (command === 'reset' && !existsSync(stateDir())) {
    console.log('Nothing to reset: nothing was started here yet.');
    return 0;
  }
  console.log(
    'Not running: not everything is installed yet. Start with: npm start',
  );
  return 1;
}

/** Node and Yarn; for what starts the whole, the Python environment and the packages, too. */
async function provide({ steps, full, startedAt }) {
  const node = await provideNode({ root, steps });
  const yarn = await provideYarn({ root, steps });
  const env = {
    ...process.env,
    PATH: `${node.bin}${delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: node.home,
    SHOPFLOOR_STARTED_AT: String(startedAt),
  };
  if (full) {
    await providePython({ root, steps, python: () => findPython() });
    await installDependencies({ root, steps, node, yarn, env });
  }
  steps.end();
  return { node, yarn, env };
}

function installed() {
  return dependenciesInstalled(root) && pythonInstalled(root);
}

function stateDir() {
  return resolve(root, process.env.SHOPFLOOR_STATE || '.sandbox');
}

function onlyPortal(args) {
  const index = args.indexOf('--only');
  return (
    args.includes('--only=portal') ||
    (index >= 0 && args[index + 1] === 'portal')
  );
}
