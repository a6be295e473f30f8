import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  askLauncher,
  askStop,
  controlSocketPath,
  serveControl,
} from './control.ts';
import { LogFile } from './logFile.ts';

let stateDir: string;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'shopfloor-control-'));
});

afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

describe('the control socket', () => {
  it('answers status and takes a stop, for this user alone', async () => {
    let stops = 0;
    const status = { ready: true, parts: [], stopping: false };
    const control = await serveControl({
      stateDir,
      handlers: {
        status: () => status,
        stop: () => {
          stops += 1;
        },
      },
    });
    expect(await askLauncher(stateDir)).toEqual(status);
    expect(await askStop(stateDir)).toBe(true);
    expect(stops).toBe(1);
    expect(statSync(controlSocketPath(stateDir)).mode & 0o777).toBe(0o600);
    control.close();
    expect(await askLauncher(stateDir)).toBeUndefined();
    expect(await askStop(stateDir)).toBe(false);
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const deep = join(stateDir, 'a'.repeat(60), 'b'.repeat(60));
    expect(controlSocketPath(deep).length).toBeLessThan(100);
    const control = await serveControl({
      stateDir: deep,
      handlers: {
        status: () => ({ ready: false, parts: [], stopping: true }),
        stop: () => {},
      },
    });
    expect((await askLauncher(deep))?.stopping).toBe(true);
    control.close();
  });
});

describe('a log', () => {
  it('is moved aside when it has grown too large, and keeps three copies', () => {
    const log = new LogFile({
      path: join(stateDir, 'part.log'),
      maxBytes: 100,
    });
    for (let round = 1; round <= 5; round++) {
      log.line(`round ${round} ${'x'.repeat(100)}`);
      log.rotate();
      log.line(`after ${round}`);
      expect(log.tail(10)).toHaveLength(1);
      log.line('x'.repeat(100));
      log.rotate();
    }
    expect(statSync(`${log.path}.3`).size).toBeGreaterThan(100);
    expect(() => statSync(`${log.path}.4`)).toThrow();
  });

  it('gives its last lines and none when there is no file', () => {
    const log = new LogFile({ path: join(stateDir, 'part.log') });
    expect(log.tail(3)).toEqual([]);
    ['one', 'two', 'three'].forEach(word => log.line(word));
    expect(log.tail(2).map(line => line.split('] ')[1])).toEqual([
      'two',
      'three',
    ]);
  });
});
