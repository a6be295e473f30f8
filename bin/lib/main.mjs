import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkDisk, checkGit, checkNode, findPython } from './checks.mjs';
import { installDependencies } from './dependencies.mjs';
import {
  provideNode,
  provideYarn,
  pythonInstalled,
  providePython,
} from './toolchain.mjs';
import { runForeground } from './run.mjs';
import { Steps } from './steps.mjs';
import { Trouble } from './trouble.mjs';

const USAGE = `Usage: npm start                         everything: toolchain, builds, sandbox, portal
       npm start -- --only portal        the portal without the cluster
       npm start -- --no-shoppers        without the shoppers that browse by default
       npm test                          every test
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
  'yarn',
];
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
  if (!installed()) {
    if (command === 'status') {
      console.log(
        args.includes('--json')
          ? JSON.stringify({ ready: false, parts: [] })
          : 'Not running: nothing is installed yet. Start with: npm start',
      );
      return args.includes('--json') ? 0 : 1;
    }
    if (
      command === 'logs' ||
      (command === 'reset' && !existsSync(stateDir()))
    ) {
      console.log('Nothing was started here yet.');
      return command === 'reset' ? 0 : 1;
    }
  }
  const full = command === 'start' || command === 'dev' || command === 'test';
  if (full) {
    checkGit();
    checkDisk({ root, onlyPortal: onlyPortal(args) });
  }
  const node = await provideNode({ root, steps });
  const yarn = await provideYarn({ root, steps });
  const env = {
    ...process.env,
    PATH: `${join(node.bin)}:${process.env.PATH ?? ''}`,
    npm_config_nodedir: node.home,
    SHOPFLOOR_STARTED_AT: String(startedAt),
  };
  if (command === 'yarn') {
    return runForeground(node.path, [yarn, ...args], {
      cwd: process.cwd(),
      env,
    });
  }
  if (full) {
    await providePython({ root, steps, python: () => findPython() });
  }
  await installDependencies({ root, steps, node, yarn, env, quick: !full });
  steps.end();
  const entry =
    command === 'test'
      ? 'packages/testing/src/run.ts'
      : 'packages/sandbox/src/cli.ts';
  return runForeground(
    node.path,
    [
      '--disable-warning=ExperimentalWarning',
      join(root, entry),
      ...(command === 'test' ? args : [command, ...args]),
    ],
    { cwd: root, env, tether: command === 'start' || command === 'dev' },
  );
}

function installed() {
  return (
    existsSync(join(root, '.toolchain')) &&
    existsSync(join(root, 'node_modules')) &&
    pythonInstalled(root)
  );
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
