import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readToolchain } from '../config/toolchain.ts';
import type { ToolName } from '../supervisor/types.ts';
import { cacheRoot } from './toolCache.ts';
import { ToolStore } from './toolStore.ts';

/** Options of {@link buildTools}. */
export interface BuildToolsOptions {
  repoRoot?: string;
  onProgress?: (message: string) => void;
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
  let last = 0;
  await store.ready({
    tools: names,
    onProgress:
      options.onProgress ??
      (message => {
        if (Date.now() - last > 15_000) {
          last = Date.now();
          console.log(message);
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
