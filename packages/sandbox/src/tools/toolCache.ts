import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { GoProgram } from './programs.ts';

/** A program as it is built here: where it lies and with which arguments it is made. */
export interface ToolBuild {
  program: GoProgram;
  version: string;
  /** The folder of its own in the cache. */
  dir: string;
  /** The program in it. */
  path: string;
  /** Where its go.mod lies. */
  moduleDir: string;
  /** Arguments of `go`, without `-o`. */
  args: string[];
}

/** `$XDG_CACHE_HOME/shopfloor`, shared by all clones of this user. */
export function cacheRoot(env: Record<string, string | undefined>): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'shopfloor');
}

/**
 * What building a program means for the pinned versions. The folder's name carries version, platform and a hash of all that
 * decides the result, so clones at different commits share the cache and never each other's programs.
 */
export function planBuild(options: {
  program: GoProgram;
  repoRoot: string;
  cacheRoot: string;
  platform?: string;
}): ToolBuild {
  const { program } = options;
  const platform = options.platform ?? `${process.platform}-${process.arch}`;
  const moduleDir = join(options.repoRoot, 'tools', program.folder);
  const goMod = readFileSync(join(moduleDir, 'go.mod'), 'utf8');
  const goSum = readFileSync(join(moduleDir, 'go.sum'), 'utf8');
  const moduleVersion = requiredVersion(goMod, program.module);
  const version =
    program.displayVersion?.(moduleVersion) ?? moduleVersion.replace(/^v/, '');
  const settings = Object.entries(program.linkerVariables?.(version) ?? {}).map(
    ([name, value]) => `-X ${name}=${value}`,
  );
  const args = [
    'build',
    '-trimpath',
    '-tags',
    (program.tags ?? []).join(','),
    '-ldflags',
    ['-s', '-w', ...settings].join(' '),
    program.package,
  ];
  const hash = createHash('sha256')
    .update(goMod)
    .update(goSum)
    .update(JSON.stringify(args))
    .digest('hex')
    .slice(0, 12);
  const dir = join(
    options.cacheRoot,
    'tools',
    `${program.name}-${version}-${platform}-${hash}`,
  );
  return {
    program,
    version,
    dir,
    path: join(dir, program.name),
    moduleDir,
    args,
  };
}

/** Whether a program lies in the cache. Programs appear there complete or not at all. */
export function isBuilt(build: ToolBuild): boolean {
  return existsSync(build.path);
}

/**
 * The version that a go.mod requires of a module.
 *
 * @throws Error when it requires none
 */
export function requiredVersion(goMod: string, module: string): string {
  for (const line of goMod.split('\n')) {
    const [name, version] = line
      .trim()
      .replace(/^require /, '')
      .split(' ');
    if (name === module && version) {
      return version;
    }
  }
  throw new Error(`No version of ${module} in go.mod`);
}
