import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The bootstrap is no package: it runs before there are any.
// eslint-disable-next-line @backstage/no-relative-monorepo-imports
import { checkDisk, checkNode, findPython } from '../../../bin/lib/checks.mjs';

/** Answers for interpreters by name: version, and whether they have venv. */
const machine =
  (pythons: Record<string, { version: string; venv: boolean }>) =>
  (file: string, args: string[]) => {
    const name = file.replace('/usr/bin/', '');
    const python = pythons[name];
    if (!python) {
      return undefined;
    }
    if (args[1].includes('ensurepip')) {
      return python.venv ? 'ok' : undefined;
    }
    return `${python.version} /usr/bin/${name}`;
  };

describe('what the machine must have', () => {
  it('takes a recent Python beside an old one', () => {
    expect(
      findPython(
        machine({
          python3: { version: '3.8', venv: true },
          'python3.12': { version: '3.12', venv: true },
        }),
      ),
    ).toBe('/usr/bin/python3.12');
  });

  it.each([
    [{}, 'Python is missing', 'sudo apt install python3 python3-venv'],
    [
      { python3: { version: '3.9', venv: true } },
      'Python 3.9 is too old',
      'newer Python',
    ],
    [
      { python3: { version: '3.11', venv: false } },
      'its module venv is not',
      'sudo apt install python3.11-venv',
    ],
  ])('says how to mend %j', (pythons, message, remedy) => {
    let trouble: any;
    try {
      findPython(machine(pythons));
    } catch (error) {
      trouble = error;
    }
    expect(trouble.message).toContain(message);
    expect(trouble.remedy).toContain(remedy);
  });

  it('refuses a Node that is too old', () => {
    expect(() => checkNode('18.20.0')).toThrow('Node 18.20.0 is too old');
    expect(() => checkNode('20.0.0')).not.toThrow();
  });

  describe('disk', () => {
    let dir: string;
    beforeEach(() => {
      dir = mkdtempSync(join(tmpdir(), 'shopfloor-disk-'));
    });
    afterEach(() => rmSync(dir, { recursive: true, force: true }));
    const check = (gigabytes: number, onlyPortal = false) =>
      checkDisk({
        root: dir,
        onlyPortal,
        env: { XDG_CACHE_HOME: join(dir, 'cache') },
        free: () => gigabytes * 1024 ** 3,
      });

    it('has to hold the first build', () => {
      expect(() => check(14)).toThrow('the first build needs about 15 GB');
      expect(() => check(16)).not.toThrow();
      expect(() => check(5, true)).not.toThrow();
    });

    it('needs little once everything is built and installed', () => {
      mkdirSync(
        join(dir, 'cache/shopfloor/tools/pilot-agent-1.31.0-linux-x64-0'),
        {
          recursive: true,
        },
      );
      mkdirSync(join(dir, 'node_modules'));
      expect(() => check(3)).not.toThrow();
      expect(() => check(1)).toThrow('has 1.0 GB free');
    });
  });
});
