import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readToolchain } from '../config/toolchain.ts';
import type { ToolName } from '../supervisor/types.ts';
import { cacheRoot } from './toolCache.ts';
import { ToolStore } from './toolStore.ts';

/** Options of {@link buildTools}. */
export interface BuildToolsOptions {
  repoRoot?: string;
  /** Told each time something has happened; default: `say`, now and then. */
  onProgress?: (message: string) => void;
  /** Where progress goes that is told now and then; default: the console. */
  say?: (message: string) => void;
  /** Ends a build that runs. */
  signal?: AbortSignal;
}

/** The tool store of a clone. */
export async function openToolStore(options: {
  repoRoot: string;
  mayBuild?: Promise<void>;
}): Promise<ToolStore> {
  const toolchain = readToolchain(options.repoRoot);
  return ToolStore.create({
    repoRoot: options.repoRoot,
    cacheRoot: cacheRoot(process.env),
    go: toolchain.go,
    env: process.env,
    provided: { envoy: toolchain.envoy, bao: toolchain.bao },
    mayBuild: options.mayBuild,
  });
}

/**
 * Builds what is missing of the given programs, and links them, `bao` and `envoy` into one folder.
 *
 * @returns the folder, to be put on PATH
 */
export async function buildTools(
  names: ToolName[],
  options: BuildToolsOptions = {},
): Promise<string> {
  const repoRoot =
    options.repoRoot ?? resolve(import.meta.dirname, '../../../..');
  const store = await openToolStore({ repoRoot });
  const { signal, say = message => console.log(message) } = options;
  const stop = () => void store.stop();
  signal?.addEventListener('abort', stop, { once: true });
  let last = 0;
  signal?.throwIfAborted();
  await store.ready({
    tools: names,
    onProgress:
      options.onProgress ??
      (message => {
        if (Date.now() - last > 15_000) {
          last = Date.now();
          say(message);
        }
      }),
  });
  const folder = join(repoRoot, '.toolchain', 'bin');
  mkdirSync(folder, { recursive: true });
  for (const name of new Set<ToolName>([...names, 'bao', 'envoy'])) {
    link(store.path(name), join(folder, name));
  }
  return folder;
}

function link(target: string, path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) {
    rmSync(path, { force: true });
  }
  if (existsSync(target)) {
    symlinkSync(target, path);
  }
}
