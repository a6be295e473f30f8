import { setTimeout as delay } from 'node:timers/promises';
import type { createLogger } from '@shopfloor/service-kit';

/** Options of {@link Repeater}. */
export interface RepeaterOptions {
  name: string;
  /** One round of work. @returns whether more waits already */
  round: () => Promise<boolean>;
  /** Wait between rounds when nothing waits. */
  intervalMs: number;
  logger: ReturnType<typeof createLogger>;
}

/** After a failed round, so that a database that is down is not hammered. */
const FAILURE_WAIT_MS = 1000;

/** Does rounds of work one after another until it is closed; a failed round is tried again. */
export class Repeater {
  readonly #options: RepeaterOptions;
  readonly #closing = new AbortController();
  #wake = new AbortController();
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

  /** Work has come: the wait is over. */
  nudge(): void {
    this.#wake.abort();
  }

  /** Finishes the round in hand. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { name, round, intervalMs, logger } = this.#options;
    while (!this.#closing.signal.aborted) {
      // Made before the round: what comes during it is not slept over.
      this.#wake = new AbortController();
      let wait = intervalMs;
      let more = false;
      try {
        more = await round();
      } catch (error) {
        logger.warn({ error, work: name }, 'A round of work failed');
        wait = Math.max(intervalMs, FAILURE_WAIT_MS);
      }
      if (!more && !this.#closing.signal.aborted) {
        await delay(wait, undefined, { signal: this.#wake.signal }).catch(
          () => undefined,
        );
      }
    }
  }
}
