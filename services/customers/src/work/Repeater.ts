import type { Logger } from 'pino';

/** Options of {@link Repeater}. */
export interface RepeaterOptions {
  name: string;
  /** One round. @returns whether there may be more to do at once */
  round: () => Promise<boolean>;
  intervalMs: number;
  logger: Logger;
}

/** Does rounds of work one after another, with a pause when there is nothing to do. */
export class Repeater {
  readonly #options: RepeaterOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #started = false;
  #closed = false;

  static create(options: RepeaterOptions): Repeater {
    return new Repeater(options);
  }

  private constructor(options: RepeaterOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  start(): void {
    this.#started = true;
    this.nudge();
  }

  /** There is work now: does not wait for the interval. Does nothing before the start. */
  nudge(): void {
    if (!this.#started || this.#closed) {
      return;
    }
    if (this.#running) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#running = this.#rounds().finally(() => {
      this.#running = undefined;
      if (!this.#closed) {
        this.#timer = setTimeout(() => this.nudge(), this.#options.intervalMs);
      }
    });
  }

  /** Finishes the round in hand. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #rounds(): Promise<void> {
    const { round, name, logger } = this.#options;
    let more = true;
    while (more && !this.#closed) {
      this.#again = false;
      try {
        more = (await round()) || this.#again;
      } catch (error) {
        logger.warn({ error, work: name }, 'A round of work failed');
        return;
      }
    }
  }
}
