import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createContext } from '../config/context.ts';
import { readPorts } from '../config/ports.ts';
import { openStateFolder } from '../config/stateFolder.ts';
import { neededPorts, sandboxParts, type SandboxScope } from '../sandbox.ts';
import { askLauncher, serveControl } from '../supervisor/control.ts';
import { takeLock } from '../supervisor/fileLock.ts';
import { stopLeftovers } from '../supervisor/pidFiles.ts';
import {
  describeTakenPorts,
  stillTakenPorts,
} from '../supervisor/portCheck.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { openToolStore } from '../tools/buildTools.ts';
import type { CommandEnvironment } from './environment.ts';
import { Refusal } from './environment.ts';
import { Interrupts } from './interrupts.ts';
import { StartConsole } from './startConsole.ts';

const PREDECESSOR_STOPS_WITHIN_MS = 60_000;

/** `npm start` and `npm run dev`: runs the sandbox until it is stopped. */
export async function start(
  environment: CommandEnvironment,
  mode: 'start' | 'dev',
  args: string[],
): Promise<number> {
  const { repoRoot, stateDir, env } = environment;
  const options = readOptions(args);
  openStateFolder(stateDir);
  const ports = readPorts(env);
  const lock = await takeStateFolder(stateDir, ports.portal);
  const startedAt = Number(env.SHOPFLOOR_STARTED_AT) || Date.now();
  try {
    const left = await stopLeftovers(stateDir);
    const taken = await stillTakenPorts(
      ports,
      neededPorts(mode, options.scope),
      { withinMs: left.processes > 0 ? 5000 : 0 },
    );
    if (taken.length > 0) {
      throw new Refusal(describeTakenPorts(taken));
    }
    return await run({
      environment,
      mode,
      options,
      startedAt,
      leftovers: left.processes,
      portalUrl: `http://localhost:${mode === 'dev' ? ports.app : ports.portal}`,
      repoRoot,
    });
  } finally {
    lock.release();
  }
}

interface StartOptions {
  scope: SandboxScope;
  shoppers: boolean;
}

function readOptions(args: string[]): StartOptions {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      'no-shoppers': { type: 'boolean', default: false },
    },
  });
  if (values.only !== undefined && values.only !== 'portal') {
    throw new Refusal(
      `--only takes portal, not ${values.only}: npm start -- --only portal`,
    );
  }
  return {
    scope: values.only === 'portal' ? 'portal' : 'everything',
    shoppers: !values['no-shoppers'],
  };
}

/** Takes the state folder; waits for a launcher that is just stopping. */
async function takeStateFolder(
  stateDir: string,
  portalPort: number,
): Promise<{ release: () => void }> {
  const deadline = Date.now() + PREDECESSOR_STOPS_WITHIN_MS;
  for (;;) {
    const result = takeLock(join(stateDir, 'launcher.lock'));
    if (result.kind === 'taken') {
      return result;
    }
    const launcher = await askLauncher(stateDir);
    const stopping = launcher?.stopping;
    if (!stopping || Date.now() > deadline) {
      throw new Refusal(
        `Shopfloor already runs here (process ${result.holder.pid}, since ${result.holder.takenAt}): http://localhost:${portalPort}\n` +
          'See npm run status. Stop it with Ctrl-C in its terminal; a second one beside it needs its own SHOPFLOOR_STATE and SHOPFLOOR_PORT_BASE.',
      );
    }
    await delay(250);
  }
}

async function run(options: {
  environment: CommandEnvironment;
  mode: 'start' | 'dev';
  options: StartOptions;
  startedAt: number;
  leftovers: number;
  portalUrl: string;
  repoRoot: string;
}): Promise<number> {
  const { environment, mode, startedAt, repoRoot } = options;
  const { stateDir, env } = environment;
  let letBuild = (): void => {};
  const tools = await openToolStore({
    repoRoot,
    mayBuild: new Promise(resolve => {
      letBuild = resolve;
    }),
  });
  const ctx = await createContext({
    repoRoot,
    stateDir,
    tools,
    mode,
    shoppers: options.options.shoppers,
    env,
  });
  const output: { console?: StartConsole } = {};
  const supervisor = new Supervisor({
    parts: sandboxParts(ctx, options.options.scope),
    stateDir,
    childEnv: ctx.childEnv,
    toolsReady: wanted => tools.ready(wanted),
    onChange: part => {
      output.console?.change(part);
      // The compiler takes both cores: the portal comes up first, or has shown that it does not.
      if (part.name === 'portal' && (part.ready || part.state === 'failed')) {
        letBuild();
      }
    },
  });
  const console = new StartConsole({
    output: process.stdout,
    startedAt,
    portal: options.portalUrl,
    kubeconfig:
      options.options.scope === 'everything'
        ? ctx.kubernetes.kubeconfig
        : undefined,
    announcedBy: mode === 'dev' ? 'app' : 'portal',
    status: () => supervisor.status(),
  });
  output.console = console;
  const interrupts = new Interrupts();
  const control = await serveControl({
    stateDir,
    handlers: {
      status: () => ({ ...supervisor.status(), stopping: interrupts.stopping }),
      stop: () => interrupts.stop(),
    },
  });
  if (options.leftovers > 0) {
    console.line(
      `Stopped ${options.leftovers} processes that an earlier launcher had left behind; all data is kept.`,
    );
  }
  console.start();
  supervisor.start();
  await interrupts.first;
  console.line('Stopping; press Ctrl-C again to kill what still runs.');
  console.stop();
  await Promise.all([
    supervisor.stop({ hurry: interrupts.hurry }),
    tools.stop(),
  ]);
  control.close();
  console.line('Stopped. All data is kept.');
  return 0;
}
