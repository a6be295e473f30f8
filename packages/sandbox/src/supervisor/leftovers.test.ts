import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHolder, takeLock } from './fileLock.ts';
import { PidFiles, stopLeftovers } from './pidFiles.ts';
import { identify, isAlive } from './processes.ts';
import { waitFor } from './testing/waitFor.ts';

let stateDir: string;
let launchers: ChildProcess[];

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'shopfloor-leftovers-'));
  launchers = [];
});

afterEach(async () => {
  launchers.forEach(child => child.kill('SIGKILL'));
  await stopLeftovers(stateDir);
  rmSync(stateDir, { recursive: true, force: true });
});

/** Starts a real launcher in a process of its own; resolves with the first line it prints. */
async function launch(): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'testing/exampleLauncher.ts'),
      stateDir,
      join(stateDir, 'grandchild'),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
  );
  launchers.push(child);
  const [chunk] = await once(child.stdout!, 'data');
  return { child, line: String(chunk).trim() };
}

it('finds and stops everything a killed launcher left behind, also what has left its group', async () => {
  const { child, line } = await launch();
  expect(line).toBe('ready');
  const part = new PidFiles(stateDir).read()[0];
  const grandchild = identify(
    Number(readFileSync(join(stateDir, 'grandchild'), 'utf8')),
  )!;
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(part)).toBe(true);
  expect(isAlive(grandchild)).toBe(true);

  expect(await stopLeftovers(stateDir)).toEqual({
    parts: ['example'],
    processes: 2,
  });
  expect(isAlive(part)).toBe(false);
  expect(isAlive(grandchild)).toBe(false);
  expect(new PidFiles(stateDir).read()).toEqual([]);
  expect((await launch()).line).toBe('ready');
});

it('leaves alone a process that has got the number of one that is gone', async () => {
  new PidFiles(stateDir).write('old', process.pid, 'SIGTERM');
  const path = join(stateDir, 'run', 'old.json');
  const record = JSON.parse(readFileSync(path, 'utf8'));
  writeFileSync(path, JSON.stringify({ ...record, startTime: '1' }));
  expect(await stopLeftovers(stateDir)).toEqual({ parts: [], processes: 0 });
  expect(new PidFiles(stateDir).read()).toEqual([]);
});

it('lets one launcher at a time have a state folder', async () => {
  const { child } = await launch();
  expect((await launch()).line).toBe(`held by ${child.pid}`);
});

describe('a lock', () => {
  it('is void when its process is gone', async () => {
    const { child } = await launch();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const path = join(stateDir, 'launcher.lock');
    await waitFor(() => lockHolder(path) === undefined);
    const lock = takeLock(path);
    expect(lock.kind).toBe('taken');
    expect(lockHolder(path)?.pid).toBe(process.pid);
  });

  it('is free again after its release, and a broken file is no lock', () => {
    const path = join(stateDir, 'example.lock');
    writeFileSync(path, '{"pid":');
    const lock = takeLock(path);
    expect(takeLock(path)).toMatchObject({
      kind: 'held',
      holder: { pid: process.pid },
    });
    if (lock.kind === 'taken') {
      lock.release();
    }
    expect(lockHolder(path)).toBeUndefined();
  });
});
