import type { createLogger } from '@shopfloor/service-kit';

/** Options of {@link Loop}. */
export interface LoopOptions {
  name: string;
  /** Longest pause between two turns, in milliseconds. */
  everyMs: number;
  /** One turn; resolves to whether there is probably more to do at once. */
  turn: () => Promise<boolean>;
  logger: ReturnType<typeof createLogger>;
}

/** Does a turn again and again until it is closed. A turn that fails is logged and tried again. */
export class Loop {
  readonly #options: LoopOptions;
  #running: Promise<void> | undefined;
  #closed = false;
  #wake: () => void = () => undefined;
  #nudged = false;

  static create(options: LoopOptions): Loop {
    return new Loop(options);
  }

  private constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends the pause: there is something to do. */
  nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  /** Waits for the turn in hand. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { everyMs, logger, name, turn } = this.#options;
    while (!this.#closed) {
      this.#nudged = false;
      let more = false;
      try {
        more = await turn();
      } catch (error) {
        logger.warn({ error, loop: name }, 'A turn failed; it is tried again');
      }
      if (!more && !this.#nudged && !this.#closed) {
        await new Promise<void>(resolve => {
          // Replicas that started together drift apart.
          const timer = setTimeout(
            resolve,
            everyMs * (0.75 + Math.random() / 2),
          );
          this.#wake = () => {
            clearTimeout(timer);
            resolve();
          };
          if (this.#closed || this.#nudged) {
            this.#wake();
          }
        });
      }
    }
  }
}
