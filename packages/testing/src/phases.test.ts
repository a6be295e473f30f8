import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PhaseLog } from './PhaseLog.ts';
import { runPhases, timetable, type Phase } from './phases.ts';
import { killRunning, run } from './processes.ts';
import { singleResult } from './report.ts';

let folder: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phases-'));
  printed = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const runThem = (phases: Phase[], signal = new AbortController().signal) =>
  runPhases({
    phases,
    signal,
    openLog: name => PhaseLog.toFile(join(folder, `${name}.log`)),
    print: text => printed.push(text),
  });

/** A phase that ends when it is let. */
function heldPhase(name: string, after: string[] = []) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const phase: Phase = {
    name,
    after,
    run: async () => {
      begun.resolve();
      await promise;
      return [singleResult(name, true, 0)];
    },
  };
  return { phase, begun: begun.promise, end: resolve };
}

describe('runPhases', () => {
  it('runs at once what waits for nothing, and each after those it names, but not after what is no part of the run', async () => {
    const a = heldPhase('a', ['absent']);
    const b = heldPhase('b');
    const c = heldPhase('c', ['a']);
    let cBegan = false;
    c.begun.then(() => (cBegan = true));
    const all = runThem([c.phase, a.phase, b.phase]);
    await Promise.all([a.begun, b.begun]);
    expect(cBegan).toBe(false);
    a.end();
    await c.begun;
    c.end();
    b.end();
    const { results, times } = await all;
    expect(results.map(({ name }) => name)).toEqual(['a', 'c', 'b']);
    expect(times.find(t => t.name === 'c')!.fromSeconds).toBeGreaterThanOrEqual(
      times.find(t => t.name === 'a')!.toSeconds,
    );
    expect(timetable(times)).toHaveLength(3);
  });

  it('prints what a phase said whole when it has ended, and then its result', async () => {
    const talk = (name: string): Phase => ({
      name,
      after: [],
      run: async log => {
        log.say(`${name} one`);
        await run(
          process.execPath,
          ['-e', `console.log('${name} two'); console.error('${name} three')`],
          { cwd: folder, log },
        );
        log.say(`${name} four`);
        return [singleResult(name, true, 1)];
      },
    });
    await runThem([talk('x'), talk('y')]);
    for (const name of ['x', 'y']) {
      const at = printed.indexOf(`\n== ${name}`);
      expect(printed.slice(at + 1, at + 3)).toEqual([
        `${name} one\n${name} two\n${name} three\n${name} four`,
        `== ${name}: 1 passed, 0 failed, 0 skipped in 1 s`,
      ]);
    }
  });

  it('counts a phase that throws as failed, says why, and goes on', async () => {
    const { results } = await runThem([
      {
        name: 'broken',
        after: [],
        run: async () => {
          throw new Error('no disk');
        },
      },
      {
        name: 'next',
        after: ['broken'],
        run: async () => [singleResult('next', true, 0)],
      },
    ]);
    expect(results.map(({ name, failed }) => [name, failed])).toEqual([
      ['broken', 1],
      ['next', 0],
    ]);
    expect(printed.join('\n')).toContain('no disk');
  });

  it('begins nothing more once it is interrupted', async () => {
    const interrupt = new AbortController();
    const first = heldPhase('first');
    const second = heldPhase('second', ['first']);
    const all = runThem([first.phase, second.phase], interrupt.signal);
    await first.begun;
    interrupt.abort();
    first.end();
    expect((await all).results.map(({ name }) => name)).toEqual(['first']);
  });

  it('refuses phases that wait for each other', async () => {
    const a = heldPhase('a', ['b']);
    const b = heldPhase('b', ['a']);
    await expect(runThem([a.phase, b.phase])).rejects.toThrow(
      'wait for each other: a, b',
    );
  });
});

describe('run', () => {
  const isAlive = (pid: number) => {
    try {
      // A zombie is dead: only its entry is left.
      return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return false;
    }
  };
  const untilDead = async (pid: number) => {
    const deadline = Date.now() + 30_000;
    while (isAlive(pid) && Date.now() < deadline) await delay(20);
    return !isAlive(pid);
  };
  /** Starts a child that lives on, and writes its id. */
  const leaver = (then: string) => `
    const child = require('node:child_process').spawn('sleep', ['600'], { stdio: 'inherit' });
    require('node:fs').writeFileSync('pid', String(child.pid));
    ${then}`;

  it('ends what a program left behind, though it holds the output open', async () => {
    const { code, stdout } = await run(
      process.execPath,
      ['-e', leaver(`console.log('done'); process.exit(3)`)],
      { cwd: folder, capture: true },
    );
    expect([code, stdout]).toEqual([3, 'done\n']);
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    expect(await untilDead(pid)).toBe(true);
  });

  // The last one: afterwards nothing runs any more.
  it('ends a program with all that it started when the run is ended, and starts nothing more', async () => {
    const ended = run(process.execPath, ['-e', leaver('')], { cwd: folder });
    const deadline = Date.now() + 30_000;
    let pid = 0;
    while (pid === 0 && Date.now() < deadline) {
      await delay(20);
      try {
        pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
      } catch {
        // Not written yet.
      }
    }
    expect(isAlive(pid)).toBe(true);
    killRunning();
    expect((await ended).code).toBe(1);
    expect(await untilDead(pid)).toBe(true);
    await expect(
      run(process.execPath, ['-e', ''], { cwd: folder }),
    ).rejects.toThrow('interrupted');
  });
});
