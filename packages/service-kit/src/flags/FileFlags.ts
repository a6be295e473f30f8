import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import { FlagMetrics } from './FlagMetrics.ts';
import type { FlagContext, Flags, FlagValue } from './Flags.ts';
import { evaluateFlag, type FlagFile, parseFlagFile } from './flagFile.ts';

/** Options of {@link FileFlags}. */
export interface FileFlagsOptions {
  /** YAML or JSON; absent: no flags, so that every answer is the fallback. */
  file?: string;
  metrics: ServiceMetrics;
  logger: Logger;
  /** How often the file is read besides being watched: a mounted volume may tell nobody of a change. */
  pollMs?: number;
}

/** An editor writes a file in several steps; all of them are one change. */
const SETTLE_MS = 50;

const EMPTY: FlagFile = { flags: new Map(), rules: new Map() };

/** Flags of a file that is watched. A file that became invalid is reported, and the last good one stays. */
export class FileFlags implements Flags {
  readonly #file: string | undefined;
  readonly #logger: Logger;
  readonly #metrics: FlagMetrics;
  readonly #listeners = new Set<() => void>();
  readonly #reported = new Set<string>();
  #content = EMPTY;
  #text: string | undefined;
  #watcher: FSWatcher | undefined;
  #poll: NodeJS.Timeout | undefined;
  #settle: NodeJS.Timeout | undefined;

  /** @throws Error when the file cannot be read or is not valid: a start with half the flags is none */
  static async create(options: FileFlagsOptions): Promise<FileFlags> {
    const flags = new FileFlags(options);
    if (options.file) {
      await flags.#read(options.file);
      flags.#watch(options.file, options.pollMs ?? 5000);
    }
    return flags;
  }

  private constructor(options: FileFlagsOptions) {
    this.#file = options.file;
    this.#logger = options.logger;
    this.#metrics = FlagMetrics.create(options.metrics);
    this.#metrics.setUsable(true);
  }

  async boolean(flag: string, fallback: boolean, context?: FlagContext) {
    return this.#evaluate(flag, 'boolean', fallback, context);
  }

  async string(flag: string, fallback: string, context?: FlagContext) {
    return this.#evaluate(flag, 'string', fallback, context);
  }

  async number(flag: string, fallback: number, context?: FlagContext) {
    return this.#evaluate(flag, 'number', fallback, context);
  }

  async object<T extends object>(
    flag: string,
    fallback: T,
    context?: FlagContext,
  ) {
    return this.#evaluate(flag, 'object', fallback, context);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#watcher?.close();
    clearInterval(this.#poll);
    clearTimeout(this.#settle);
    this.#listeners.clear();
  }

  #evaluate<T>(
    flag: string,
    type: string,
    fallback: T,
    context: FlagContext = {},
  ): T {
    const value: FlagValue | undefined = evaluateFlag(
      this.#content,
      flag,
      context,
    );
    if (value === undefined) {
      return fallback;
    }
    if (typeof value !== type || value === null) {
      this.#metrics.countProblem('type');
      if (!this.#reported.has(flag)) {
        this.#reported.add(flag);
        this.#logger.error(
          { flag, wanted: type, found: typeof value },
          'A flag has another type than asked for; the fallback is used',
        );
      }
      return fallback;
    }
    return value as T;
  }

  async #read(file: string): Promise<void> {
    const text = await readFile(file, 'utf8').catch(error => {
      throw new Error(`The flags file ${file} cannot be read`, {
        cause: error,
      });
    });
    if (text === this.#text) {
      return;
    }
    this.#text = text;
    try {
      this.#content = parseFlagFile(text);
    } catch (error) {
      throw new Error(
        `The flags file ${file} is not valid: ${(error as Error).message}`,
        { cause: error },
      );
    }
    this.#metrics.setUsable(true);
    this.#reported.clear();
    this.#logger.info({ flags: this.#content.flags.size }, 'Flags read');
    this.#listeners.forEach(listener => listener());
  }

  async #reread(): Promise<void> {
    try {
      await this.#read(this.#file!);
    } catch (error) {
      this.#metrics.countProblem('source');
      this.#metrics.setUsable(false);
      this.#logger.error(
        { error },
        'Flags could not be read anew; the last good ones stay in use',
      );
    }
  }

  #watch(file: string, pollMs: number): void {
    const soon = () => {
      clearTimeout(this.#settle);
      this.#settle = setTimeout(() => this.#reread(), SETTLE_MS);
    };
    // The folder, not the file: editors and Kubernetes put another file in its place.
    this.#watcher = watch(path.dirname(path.resolve(file)), soon);
    this.#watcher.on('error', error =>
      this.#logger.warn({ error }, 'The flags file is no longer watched'),
    );
    this.#watcher.unref();
    this.#poll = setInterval(soon, pollMs);
    this.#poll.unref();
  }
}
