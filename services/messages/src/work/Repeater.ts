import type { Logger } from 'pino';

/** Options of {@link Repeater}. */
export interface RepeaterOptions {
  name: string;
  /** One round. Says whether more waits, so that the next begins at once. */
  round: () => Promise<boolean>;
  /** Wait after a round that left nothing, or failed. */
  intervalMs: number;
  logger: Logger;
}

/** Runs a piece of work again and again, one round at a time, until it is closed. */
export class Repeater {
  readonly #options: RepeaterOptions;
  #wake: (() => void) | undefined;
  #closing = false;
  #running: Promise<void> | undefined;

  static create(options: RepeaterOptions): Repeater {
    return new Repeater(options);
  }

  private constructor(options: RepeaterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Begins a round now rather than after the wait. */
  nudge(): void {
    this.#wake?.();
  }

  /** Finishes the round in hand. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { round, intervalMs, logger, name } = this.#options;
    while (!this.#closing) {
      let more = false;
      try {
        more = await round();
      } catch (error) {
        logger.warn({ error, work: name }, 'A round of work failed');
      }
      if (!more && !this.#closing) {
        await this.#wait(intervalMs);
      }
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => {
      this.#wake = undefined;
    });
  }
}
