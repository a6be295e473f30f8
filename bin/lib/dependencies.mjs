import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from './run.mjs';

function stampPath(root) {
  return join(root, 'node_modules', '.shopfloor-install');
}

/** Whether the packages were installed once; they may be older than the lockfile. */
export function dependenciesInstalled(root) {
  return existsSync(stampPath(root));
}

/** Installs the workspace's packages when the lockfile, or what a package asks for, has changed since the last time. */
export async function installDependencies({ root, steps, node, yarn, env }) {
  const stamp = stampPath(root);
  const wanted = fingerprint(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return;
  }
  await steps.run('Packages of the workspace', tell =>
    runLogged(node.path, [yarn, 'install', '--immutable'], {
      cwd: root,
      env,
      logFile: join(root, '.toolchain', 'logs', 'yarn.log'),
      what: 'Installing packages',
      onLine: line => tell(line.replace(/^➤ /, '').replace(/^YN\d+: /, '')),
    }),
  );
  writeFileSync(stamp, wanted);
}

function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of [
    'yarn.lock',
    '.yarnrc.yml',
    'package.json',
    ...workspaceManifests(root),
  ]) {
    hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function workspaceManifests(root) {
  return ['packages', 'plugins', 'services']
    .flatMap(folder =>
      existsSync(join(root, folder))
        ? readdirSync(join(root, folder)).map(name =>
            join(folder, name, 'package.json'),
          )
        : [],
    )
    .filter(file => existsSync(join(root, file)))
    .sort();
}
