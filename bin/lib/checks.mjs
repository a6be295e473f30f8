import { existsSync, readdirSync, statfsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { capture } from './run.mjs';
import { Trouble } from './trouble.mjs';

const GIGABYTE = 1024 ** 3;

export function checkNode(version = process.versions.node) {
  if (Number(version.split('.')[0]) < 20) {
    throw new Trouble(
      `Node ${version} is too old: Shopfloor needs Node 20 or newer to start (it brings the Node it runs on itself).`,
      'Install a newer Node from your distribution, from nodejs.org or with nvm, then run the command again.',
    );
  }
}

export function checkGit() {
  if (!capture('git', ['--version'])) {
    throw new Trouble(
      'git is missing.',
      'Debian and Ubuntu: sudo apt install git. macOS: xcode-select --install.',
    );
  }
}

/** The path of a Python of at least 3.10 that can make virtual environments. */
export function findPython(run = capture) {
  const question =
    'import sys; print("%d.%d" % sys.version_info[:2], sys.executable)';
  const found = [];
  for (const name of [
    'python3',
    'python3.14',
    'python3.13',
    'python3.12',
    'python3.11',
    'python3.10',
    'python',
  ]) {
    const answer = run(name, ['-c', question]);
    if (answer) {
      const [version, ...path] = answer.split(' ');
      found.push({ version, path: path.join(' ') });
    }
  }
  if (found.length === 0) {
    throw new Trouble(
      'Python is missing: Shopfloor needs Python 3.10 or newer with venv.',
      'Debian and Ubuntu: sudo apt install python3 python3-venv. macOS: xcode-select --install, or brew install python.',
    );
  }
  const recent = found.filter(({ version }) => {
    const [major, minor] = version.split('.').map(Number);
    return major === 3 && minor >= 10;
  });
  if (recent.length === 0) {
    throw new Trouble(
      `Python ${found[0].version} is too old: Shopfloor needs Python 3.10 or newer with venv.`,
      'Install a newer Python; a python3.12 on PATH, for example, is found beside the old one.',
    );
  }
  const usable = recent.find(({ path }) =>
    run(path, ['-c', 'import venv, ensurepip; print("ok")']),
  );
  if (!usable) {
    throw new Trouble(
      `Python ${recent[0].version} is here, but its module venv is not.`,
      `Debian and Ubuntu: sudo apt install python${recent[0].version}-venv (or python3-venv).`,
    );
  }
  return usable.path;
}

/** Refuses to begin what the disk cannot take. */
export function checkDisk({
  root,
  onlyPortal,
  env = process.env,
  free = freeBytes,
}) {
  const cache = join(
    env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'shopfloor',
  );
  const built = isBuilt(cache);
  const installed = existsSync(join(root, 'node_modules'));
  const needed = !built && !onlyPortal ? 15 : installed ? 2 : 4;
  for (const folder of new Set([existing(root), existing(cache)])) {
    const available = free(folder);
    if (available < needed * GIGABYTE) {
      throw new Trouble(
        `The disk of ${folder} has ${(available / GIGABYTE).toFixed(1)} GB free; ${
          built || onlyPortal ? 'this start' : 'the first build'
        } needs about ${needed} GB.`,
        'Free some space, or put the cache elsewhere with XDG_CACHE_HOME. Most of it is needed only while building.',
      );
    }
  }
}

function isBuilt(cache) {
  const tools = join(cache, 'tools');
  return (
    existsSync(tools) &&
    readdirSync(tools).some(name => name.startsWith('pilot-agent-'))
  );
}

function existing(folder) {
  return existsSync(folder) ? folder : existing(dirname(folder));
}

function freeBytes(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
