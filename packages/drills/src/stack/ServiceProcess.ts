import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';

/** Options of {@link ServiceProcess}. */
export interface ServiceProcessOptions {
  name: string;
  /** Folder with `server.js`. */
  image: string;
  port: number;
  env: Record<string, string>;
  logFile: string;
}

/** One instance of a service: a real process that can be killed at any moment and started again. */
export class ServiceProcess {
  readonly #options: ServiceProcessOptions;
  #child: ChildProcess | undefined;
  #exit: Promise<void> = Promise.resolve();
  #overrides: Record<string, string> = {};

  constructor(options: ServiceProcessOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#options.port}`;
  }

  /** Where everything goes that it says; other runs have written to it before. */
  get logFile(): string {
    return this.#options.logFile;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get running(): boolean {
    return (
      this.#child !== undefined &&
      this.#child.exitCode === null &&
      this.#child.signalCode === null
    );
  }

  /** Starts and waits until it is ready. Variables given here hold until the next start. */
  async start(overrides: Record<string, string> = {}): Promise<void> {
    this.#overrides = overrides;
    for (let tries = 1; ; tries += 1) {
      this.launch();
      try {
        await this.untilReady();
        return;
      } catch (error) {
        // One that ends while it starts is started again, as a kubelet does: on a busy machine its database may be late.
        if (this.running || tries === 3) throw error;
      }
    }
  }

  /** Starts without waiting. */
  launch(): void {
    const { image, port, env, logFile } = this.#options;
    const log = createWriteStream(logFile, { flags: 'a' });
    const child = spawn(process.execPath, [join(image, 'server.js')], {
      cwd: image,
      env: {
        PATH: process.env.PATH ?? '',
        HOST: '127.0.0.1',
        PORT: String(port),
        ...env,
        ...this.#overrides,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.#child = child;
    this.#exit = new Promise(resolve => child.once('exit', () => resolve()));
  }

  /** @throws Error when it ends or is not ready in time */
  async untilReady(timeoutMs = 120_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    let reason = 'no answer';
    while (Date.now() < deadline) {
      if (!this.running) {
        throw new Error(
          `${this.name} ended while it started; see ${this.#options.logFile}`,
        );
      }
      try {
        const { statusCode, body } = await request(`${this.url}/health/ready`);
        reason = await body.text();
        if (statusCode === 200) return;
      } catch (error) {
        reason = (error as Error).message;
      }
      await delay(50);
    }
    throw new Error(
      `${this.name} is not ready after ${timeoutMs} ms (${reason}); see ${
        this.#options.logFile
      }`,
    );
  }

  /** Ends the process as a power cut does. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#exit;
  }

  /** Stops the process where it stands; it answers nobody until {@link resume}. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** Lets a frozen process go on. */
  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends the process in order. */
  async stop(): Promise<void> {
    if (!this.running) return;
    // Of this child alone: by the time it is late, another may run.
    const child = this.#child!;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await this.#exit;
    clearTimeout(late);
  }

  /** Kills, then starts again with these variables. */
  async restart(overrides: Record<string, string> = {}): Promise<void> {
    await this.kill();
    await this.start(overrides);
  }
}
