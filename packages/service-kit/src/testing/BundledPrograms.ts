import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundleService } from '../bundling/bundleService.ts';
import { HttpClient } from './HttpClient.ts';
import {
  killProgram,
  type RunningProgram,
  startProgram,
} from './startProgram.ts';

const run = promisify(execFile);

/** Options of {@link BundledPrograms}. */
export interface BundledProgramsOptions {
  /** The folder `src` of a service. */
  source: string;
  /** Default `1.0.0`. */
  version?: string;
  features?: readonly string[];
}

/** A bundled service that serves. */
export interface ServedProgram extends RunningProgram {
  client: HttpClient;
  /** Asks it to drain. @returns its status */
  stop(): Promise<number | undefined>;
}

/** The programs of a service as its image has them, run as a pod runs them. */
export class BundledPrograms {
  readonly #folder: string;
  readonly #running: RunningProgram[] = [];

  /** Bundles them, unless that was done already for these sources. */
  static async create(
    options: BundledProgramsOptions,
  ): Promise<BundledPrograms> {
    const service = path.resolve(options.source, '..');
    const { folder } = await bundleService({
      repoRoot: path.resolve(service, '../..'),
      service: path.basename(service),
      version: options.version ?? '1.0.0',
      features: options.features,
    });
    return new BundledPrograms(folder);
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Runs one to its end.
   *
   * @throws Error with `code` and `stderr` when it fails
   */
  run(
    program: 'server' | 'migrate',
    env: Record<string, string>,
  ): Promise<{ stdout: string; stderr: string }> {
    return run(process.execPath, [`${program}.js`], {
      cwd: this.#folder,
      env: { PATH: process.env.PATH, ...env },
    });
  }

  /** Migrates. @returns what the program tells */
  async migrate(env: Record<string, string>): Promise<any> {
    return JSON.parse((await this.run('migrate', env)).stdout);
  }

  /** Serves on a free port, drained in a moment; `env` wins. Each line of its log may be had. */
  async serve(
    env: Record<string, string | undefined>,
    onLine?: (line: string) => void,
  ): Promise<ServedProgram> {
    const running = await startProgram({
      args: ['server.js'],
      cwd: this.#folder,
      onLine,
      env: {
        SESSION_JWKS_URL: 'http://127.0.0.1:9/jwks',
        PORT: '0',
        DRAIN_DELAY_MS: '100',
        ...env,
      },
    });
    this.#running.push(running);
    return {
      ...running,
      client: new HttpClient(running.port),
      async stop() {
        running.child.kill('SIGTERM');
        return running.exit;
      },
    };
  }

  /** Kills what still runs. */
  async close(): Promise<void> {
    await Promise.all(this.#running.map(({ child }) => killProgram(child)));
  }
}
