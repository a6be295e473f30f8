import type { Logger } from 'pino';

/** A piece of work that is done again and again. */
export interface Tick {
  name: string;
  /** @returns whether there may be more to do at once */
  work: () => Promise<boolean>;
}

/** Does its work every so often, and at once when woken. Faults are logged and tried again at the next tick. */
export class Ticker {
  readonly #ticks: readonly Tick[];
  readonly #everyMs: number;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;

  static create(options: {
    ticks: readonly Tick[];
    everyMs: number;
    logger: Logger;
  }): Ticker {
    return new Ticker(options);
  }

  private constructor(options: {
    ticks: readonly Tick[];
    everyMs: number;
    logger: Logger;
  }) {
    this.#ticks = options.ticks;
    this.#everyMs = options.everyMs;
    this.#logger = options.logger;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), this.#everyMs);
    this.wake();
  }

  /** Works now; when it is working already, once more afterwards. */
  wake(): void {
    if (this.#closed) {
      return;
    }
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#again) {
        this.#again = false;
        this.wake();
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    for (const { name, work } of this.#ticks) {
      try {
        while (!this.#closed && (await work())) {
          // The work says itself when it has come to its end.
        }
      } catch (error) {
        this.#logger.warn({ error, tick: name }, 'A tick failed');
      }
    }
  }
}
