/** What of a logger a task needs. */
interface Logger {
  warn(fields: object, message: string): void;
}

/** Options of {@link PeriodicTask}. */
export interface PeriodicTaskOptions {
  name: string;
  /** Wait between the end of one run and the start of the next. */
  intervalMs: number;
  run: (signal: AbortSignal) => Promise<unknown>;
  logger: Logger;
}

/**
 * Work that comes again and again, one run at a time. A run that fails is logged
 * and tried again at the next turn. Closing lets a run come to its next safe point.
 */
export class PeriodicTask {
  readonly #options: PeriodicTaskOptions;
  readonly #abort = new AbortController();
  #timer?: NodeJS.Timeout;
  #running: Promise<void> = Promise.resolve();

  static create(options: PeriodicTaskOptions): PeriodicTask {
    return new PeriodicTask(options);
  }

  private constructor(options: PeriodicTaskOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(): void {
    if (!this.#abort.signal.aborted) {
      this.#timer = setTimeout(() => {
        this.#running = this.#run();
      }, this.#options.intervalMs);
    }
  }

  async #run(): Promise<void> {
    const { name, run, logger } = this.#options;
    try {
      await run(this.#abort.signal);
    } catch (error) {
      logger.warn({ error, task: name }, 'A periodic task failed');
    }
    this.#schedule();
  }
}
