import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { takeLock } from '../supervisor/fileLock.ts';
import type { ToolLookup, ToolName } from '../supervisor/types.ts';
import { goBuild, removeBuildFolders } from './goBuild.ts';
import { usableOnPath } from './pathPrograms.ts';
import { GO_PROGRAMS, goProgram } from './programs.ts';
import { isBuilt, planBuild, type ToolBuild } from './toolCache.ts';

/** What a {@link ToolStore} needs to know. */
export interface ToolStoreOptions {
  repoRoot: string;
  cacheRoot: string;
  /** The `go` command. */
  go: string;
  env: Record<string, string | undefined>;
  /** Programs that come ready-made, from PyPI. */
  provided: Partial<Record<ToolName, { path: string; version: string }>>;
  /** Building begins when this is resolved; for example when the portal is up. */
  mayBuild?: Promise<void>;
}

interface Waiter {
  resolve: () => void;
  reject: (error: Error) => void;
}

/** Finds programs in the cache or on PATH, and builds the others one after another. */
export class ToolStore implements ToolLookup {
  readonly #options: ToolStoreOptions;
  readonly #builds = new Map<ToolName, ToolBuild>();
  readonly #onPath = new Map<ToolName, { path: string; version: string }>();
  readonly #waiters = new Map<ToolName, Waiter[]>();
  readonly #listeners = new Set<(message: string) => void>();
  readonly #stopping = new AbortController();
  #worker: Promise<void> | undefined;

  private constructor(options: ToolStoreOptions) {
    this.#options = options;
    for (const program of GO_PROGRAMS) {
      this.#builds.set(program.name, planBuild({ ...options, program }));
    }
  }

  /** Looks at what is there; builds nothing yet. */
  static async create(options: ToolStoreOptions): Promise<ToolStore> {
    const store = new ToolStore(options);
    await Promise.all(
      [...store.#builds.values()].map(async build => {
        if (build.program.onPath && !isBuilt(build)) {
          const found = await usableOnPath(build.program, options.env);
          if (found) {
            store.#onPath.set(build.program.name, found);
          }
        }
      }),
    );
    return store;
  }

  path(name: ToolName): string {
    const found = this.#find(name);
    if (!found) {
      throw new Error(`${name} is not built yet`);
    }
    return found;
  }

  version(name: ToolName): string {
    const version =
      this.#options.provided[name]?.version ??
      this.#onPath.get(name)?.version ??
      this.#builds.get(name)?.version;
    if (!version) {
      throw new Error(`${name} is no program of the sandbox`);
    }
    return version;
  }

  /** Those of the given programs that have to be built first. */
  missing(names: ToolName[]): ToolName[] {
    return names.filter(name => !this.#find(name));
  }

  /**
   * Resolves when all the given programs are there, building what is missing.
   *
   * @throws Error when one could not be built; a later call tries again
   */
  async ready(options: {
    tools: ToolName[];
    onProgress?: (message: string) => void;
    signal?: AbortSignal;
  }): Promise<void> {
    const missing = this.missing(options.tools);
    if (missing.length === 0) {
      return;
    }
    const { onProgress, signal } = options;
    const listener = (message: string) => onProgress?.(message);
    this.#listeners.add(listener);
    onProgress?.('waits for its turn to be built');
    try {
      const built = Promise.all(missing.map(name => this.#wait(name)));
      // The first one to fail is told; the others are waited for by nobody then.
      this.#worker ??= this.#work().finally(() => (this.#worker = undefined));
      await (signal ? Promise.race([built, aborted(signal)]) : built);
    } finally {
      this.#listeners.delete(listener);
    }
  }

  /** Ends a running build. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#worker;
  }

  #find(name: ToolName): string | undefined {
    const provided = this.#options.provided[name] ?? this.#onPath.get(name);
    if (provided) {
      return provided.path;
    }
    const build = this.#builds.get(name);
    return build && isBuilt(build) ? build.path : undefined;
  }

  #wait(name: ToolName): Promise<void> {
    if (!goProgram(name)) {
      throw new Error(`${name} is missing; remove .toolchain and start again`);
    }
    return new Promise((resolve, reject) => {
      const list = this.#waiters.get(name) ?? [];
      this.#waiters.set(name, [...list, { resolve, reject }]);
    });
  }

  #tell(message: string): void {
    this.#listeners.forEach(listener => listener(message));
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    await (this.#options.mayBuild &&
      Promise.race([this.#options.mayBuild, aborted(signal).catch(() => {})]));
    const lock = await this.#lock();
    let failed = false;
    try {
      for (;;) {
        const program = GO_PROGRAMS.find(({ name }) => this.#waiters.has(name));
        if (!program) {
          break;
        }
        const waiters = this.#waiters.get(program.name) ?? [];
        try {
          signal.throwIfAborted();
          await this.#build(this.#builds.get(program.name)!);
          this.#waiters.delete(program.name);
          waiters.forEach(waiter => waiter.resolve());
        } catch (error) {
          failed = true;
          this.#waiters.delete(program.name);
          waiters.forEach(waiter => waiter.reject(error as Error));
        }
      }
    } finally {
      if (!failed && lock) {
        removeBuildFolders(this.#options.cacheRoot);
      }
      lock?.release();
    }
  }

  async #build(build: ToolBuild): Promise<void> {
    if (isBuilt(build)) {
      return;
    }
    const { program, version } = build;
    const behind = this.#waiters.size - 1;
    const queue = behind > 0 ? `, ${behind} more to build` : '';
    await goBuild({
      build,
      ...this.#options,
      signal: this.#stopping.signal,
      onProgress: ({ elapsedMs, packages }) =>
        this.#tell(
          `builds ${program.name} ${version}: ${clock(
            elapsedMs,
          )}, ${packages} packages compiled${queue}`,
        ),
    });
  }

  /** One clone builds at a time; the others find the programs when it is their turn. */
  async #lock(): Promise<{ release: () => void } | undefined> {
    const path = join(this.#options.cacheRoot, 'build.lock');
    for (;;) {
      const result = takeLock(path);
      if (result.kind === 'taken') {
        return result;
      }
      this.#tell(
        `another clone builds these programs (process ${result.holder.pid}); waits for it`,
      );
      try {
        await delay(1000, undefined, { signal: this.#stopping.signal });
      } catch {
        return undefined;
      }
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) {
      reject(new Error('stopped'));
    }
    signal.addEventListener('abort', () => reject(new Error('stopped')), {
      once: true,
    });
  });
}

function clock(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
