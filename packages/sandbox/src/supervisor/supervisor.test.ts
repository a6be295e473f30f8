import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PidFiles } from './pidFiles.ts';
import { INSTANCE_VARIABLE, identify, isAlive } from './processes.ts';
import { Supervisor, type SupervisorOptions } from './supervisor.ts';
import { waitFor } from './testing/waitFor.ts';
import type { PartDefinition, PartState, ProcessPart } from './types.ts';

let stateDir: string;
let supervisor: Supervisor | undefined;
const seen: Array<[string, PartState]> = [];

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'shopfloor-supervisor-'));
  seen.length = 0;
});

afterEach(async () => {
  await supervisor?.stop();
  supervisor = undefined;
  rmSync(stateDir, { recursive: true, force: true });
});

function startSupervisor(
  parts: PartDefinition[],
  options: Partial<SupervisorOptions> = {},
): Supervisor {
  supervisor = new Supervisor({
    parts,
    stateDir,
    childEnv: { PATH: process.env.PATH ?? '', [INSTANCE_VARIABLE]: stateDir },
    toolsReady: async () => {},
    backoff: { firstDelayMs: 20, maxDelayMs: 40, maxFailures: 4 },
    onChange: part => {
      if (seen.at(-1)?.[0] !== part.name || seen.at(-1)?.[1] !== part.state) {
        seen.push([part.name, part.state]);
      }
    },
    ...options,
  });
  supervisor.start();
  return supervisor;
}

/** A real Node process that serves its health on a free port and writes a line when it ends. */
async function server(
  name: string,
  options: Partial<ProcessPart> & { script?: string } = {},
): Promise<ProcessPart> {
  const { script, ...rest } = options;
  const port = await freePort();
  return {
    kind: 'process',
    name,
    command: () => ({
      file: process.execPath,
      args: [
        '-e',
        script ??
          `require('node:http').createServer((_, r) => r.end()).listen(${port}, '127.0.0.1');
           process.on('SIGTERM', () => { require('node:fs').appendFileSync(${JSON.stringify(
             join(stateDir, 'ended'),
           )}, '${name}\\n'); process.exit(0); });`,
      ],
    }),
    health: { kind: 'http', url: `http://127.0.0.1:${port}/` },
    healthIntervalMs: 30,
    ...rest,
  };
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const socket = createServer().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as { port: number };
      socket.close(() => resolve(port));
    });
  });
}

const stateOf = (name: string) =>
  supervisor!.status().parts.find(part => part.name === name)!;
const pidOf = (name: string) =>
  new PidFiles(stateDir).read().find(record => record.part === name)?.pid;

it('starts a part when those it depends on are ready, and stops in reverse', async () => {
  const first = await server('first');
  const second = await server('second', { dependsOn: ['first'] });
  startSupervisor([second, first]);
  expect(stateOf('second')).toMatchObject({
    state: 'waiting',
    reason: 'waits for first (waiting)',
  });
  await supervisor!.whenReady('second');
  expect(seen).toEqual([
    ['first', 'starting'],
    ['first', 'ready'],
    ['second', 'starting'],
    ['second', 'ready'],
  ]);
  expect(supervisor!.status().ready).toBe(true);
  await supervisor!.stop();
  expect(readFileSync(join(stateDir, 'ended'), 'utf8')).toBe('second\nfirst\n');
  expect(new PidFiles(stateDir).read()).toEqual([]);
});

it('lets a part go first, but not for longer than said', async () => {
  const polite = await server('polite', {
    yieldsTo: { part: 'portal', atMostMs: 60_000 },
  });
  startSupervisor([polite, await server('portal')]);
  await supervisor!.whenReady('polite');
  expect(seen.map(([name]) => name)).toEqual([
    'portal',
    'portal',
    'polite',
    'polite',
  ]);
  await supervisor!.stop();

  const impatient = await server('impatient', {
    yieldsTo: { part: 'broken', atMostMs: 50 },
  });
  const broken = await server('broken', { script: 'process.exit(1)' });
  startSupervisor([impatient, broken]);
  await supervisor!.whenReady('impatient');
  expect(stateOf('broken').ready).toBe(false);
});

it('starts a killed process again and says why', async () => {
  startSupervisor([await server('victim')], {
    backoff: { firstDelayMs: 300, maxFailures: 4 },
  });
  await supervisor!.whenReady('victim');
  const pid = pidOf('victim')!;
  process.kill(pid, 'SIGKILL');
  await waitFor(() => {
    expect(stateOf('victim')).toMatchObject({
      ready: false,
      state: 'restarting',
      reason: 'killed by SIGKILL; try 2 of 4 in 0.3 s',
    });
  });
  await waitFor(() => stateOf('victim').ready);
  expect(pidOf('victim')).not.toBe(pid);
});

it('gives up a process that keeps ending, with the last lines of its log', async () => {
  startSupervisor([
    await server('broken', {
      script: `console.error('no such file: settings.yaml'); process.exit(7);`,
    }),
  ]);
  await waitFor(() => stateOf('broken').state === 'failed');
  const { reason } = stateOf('broken');
  expect(reason).toContain('given up after 4 failures: ended with exit code 7');
  expect(reason).toContain('no such file: settings.yaml');
  expect(reason).not.toContain('[shopfloor]');
});

it('says that a program is missing', async () => {
  const part = await server('missing');
  startSupervisor([
    { ...part, command: () => ({ file: '/nowhere/program', args: [] }) },
  ]);
  await waitFor(() => stateOf('missing').state === 'failed');
  expect(stateOf('missing').reason).toContain(
    '/nowhere/program could not be started',
  );
});

it('kills a process that does not heed its stop signal', async () => {
  const port = await freePort();
  startSupervisor([
    await server('stubborn', {
      script: `process.on('SIGTERM', () => {}); require('node:net').createServer().listen(${port}, '127.0.0.1');`,
      health: { kind: 'tcp', port },
      stopGraceMs: 100,
    }),
  ]);
  await supervisor!.whenReady('stubborn');
  const identity = identify(pidOf('stubborn')!)!;
  await supervisor!.stop();
  expect(isAlive(identity)).toBe(false);
});

it('does not wait for the grace when in a hurry', async () => {
  const port = await freePort();
  startSupervisor([
    await server('stubborn', {
      script: `process.on('SIGTERM', () => {}); require('node:net').createServer().listen(${port}, '127.0.0.1');`,
      health: { kind: 'tcp', port },
      stopGraceMs: 60_000,
    }),
  ]);
  await supervisor!.whenReady('stubborn');
  const hurry = new AbortController();
  const stopped = supervisor!.stop({ hurry: hurry.signal });
  hurry.abort();
  await stopped;
  expect(stateOf('stubborn').state).toBe('stopped');
});

it('takes with it what a process has started when it ends', async () => {
  const port = await freePort();
  const file = join(stateDir, 'grandchild');
  startSupervisor([
    await server('parent', {
      script: `const c = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
        require('node:fs').writeFileSync(${JSON.stringify(
          file,
        )}, String(c.pid)); require('node:net').createServer().listen(${port}, '127.0.0.1');`,
      health: { kind: 'tcp', port },
    }),
  ]);
  await supervisor!.whenReady('parent');
  const grandchild = identify(Number(readFileSync(file, 'utf8')))!;
  process.kill(pidOf('parent')!, 'SIGKILL');
  await waitFor(() => !isAlive(grandchild));
  expect(isAlive(grandchild)).toBe(false);
});

it('shows a part that does not answer as unhealthy, and as ready when it does again', async () => {
  let healthy = true;
  startSupervisor([
    await server('moody', {
      health: {
        kind: 'check',
        check: async () => {
          if (!healthy) {
            throw new Error('too many connections');
          }
        },
      },
    }),
  ]);
  await supervisor!.whenReady('moody');
  const pid = pidOf('moody');
  healthy = false;
  await waitFor(() => {
    expect(stateOf('moody')).toMatchObject({
      state: 'unhealthy',
      ready: false,
      reason: 'too many connections',
    });
  });
  healthy = true;
  await waitFor(() => stateOf('moody').ready);
  expect(pidOf('moody')).toBe(pid);
});

it('restarts a part that stays unhealthy', async () => {
  let healthy = true;
  startSupervisor([
    await server('stuck', {
      unhealthyRestartMs: 100,
      health: {
        kind: 'check',
        check: async () => {
          if (!healthy) {
            throw new Error('no answer');
          }
        },
      },
    }),
  ]);
  await supervisor!.whenReady('stuck');
  const pid = pidOf('stuck');
  healthy = false;
  await waitFor(() => pidOf('stuck') !== undefined && pidOf('stuck') !== pid);
  healthy = true;
  await waitFor(() => stateOf('stuck').ready);
  expect(pidOf('stuck')).not.toBe(pid);
});

it('runs set-up before it calls a part ready, and tries a task again', async () => {
  const order: string[] = [];
  let attempts = 0;
  startSupervisor([
    await server('database', {
      setUp: async () => {
        order.push('set-up');
      },
    }),
    {
      kind: 'task',
      name: 'migrate',
      dependsOn: ['database'],
      run: async () => {
        attempts += 1;
        order.push(`attempt ${attempts}`);
        if (attempts < 3) {
          throw new Error('not yet');
        }
      },
    },
  ]);
  await supervisor!.whenReady('migrate');
  expect(order).toEqual(['set-up', 'attempt 1', 'attempt 2', 'attempt 3']);
});

it('waits for programs that have to be built, and tries again when that failed', async () => {
  let calls = 0;
  let finish = (): void => {};
  startSupervisor([await server('etcd', { tools: ['etcd'] })], {
    toolsReady: async ({ onProgress }) => {
      calls += 1;
      if (calls === 1) {
        throw new Error('The disk is full');
      }
      onProgress('builds etcd 3.7.3: 0:10, 200 packages compiled');
      await new Promise<void>(resolve => {
        finish = resolve;
      });
    },
  });
  await waitFor(() => {
    expect(stateOf('etcd')).toMatchObject({
      state: 'building',
      reason: 'builds etcd 3.7.3: 0:10, 200 packages compiled',
    });
  });
  finish();
  await supervisor!.whenReady('etcd');
  expect(seen.map(([, state]) => state)).toContain('restarting');
});

it('stops while a part still waits', async () => {
  startSupervisor([
    {
      kind: 'task',
      name: 'endless',
      run: ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')));
        }),
    },
    await server('later', { dependsOn: ['endless'] }),
  ]);
  await waitFor(() => stateOf('endless').state === 'starting');
  await supervisor!.stop();
  expect(supervisor!.status().parts.map(part => part.state)).toEqual([
    'stopped',
    'stopped',
  ]);
  expect(existsSync(join(stateDir, 'run', 'later.json'))).toBe(false);
});
