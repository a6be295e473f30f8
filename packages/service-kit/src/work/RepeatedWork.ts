import type { Logger } from 'pino';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { WorkLease } from './WorkLease.ts';
import { WorkMetrics } from './WorkMetrics.ts';

/** Options of {@link RepeatedWork}. */
export interface RepeatedWorkOptions {
  /** Label of metrics and logs. */
  name: string;
  /**
   * One round: a batch that may be killed at any moment and done again. The signal
   * says that the process ends, for a round that would wait.
   *
   * @returns true when there is probably more to do, so that the next begins at once
   */
  round: (signal: AbortSignal) => Promise<boolean | void>;
  /** Longest wait after a round that left nothing. */
  intervalMs: number;
  /** With one, only the replica that holds it does rounds; it is taken anew before each. */
  lease?: WorkLease;
  metrics: ServiceMetrics;
  logger: Logger;
}

/** Least wait after a round that failed, so that a database that is down is not hammered. */
const FAILURE_WAIT_MS = 1000;

/**
 * Does a piece of work again and again, one round at a time, until it is closed. A
 * round that fails is logged, counted and tried again.
 */
export class RepeatedWork {
  readonly name: string;
  readonly #options: RepeatedWorkOptions;
  readonly #metrics: WorkMetrics;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;
  #nudged = false;
  #wake: () => void = () => undefined;

  static create(options: RepeatedWorkOptions): RepeatedWork {
    return new RepeatedWork(options);
  }

  private constructor(options: RepeatedWorkOptions) {
    this.name = options.name;
    this.#options = options;
    this.#metrics = WorkMetrics.create({
      work: options.name,
      metrics: options.metrics,
    });
  }

  /** Begins with a round. Twice is once. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** There is work: the next round begins at once, or right after the one in hand. */
  nudge(): void {
    this.#nudged = true;
    this.#wake();
  }

  /** Finishes the round in hand and gives the lease back. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake();
    await this.#running;
    const { lease, logger, name } = this.#options;
    await lease?.drop().catch(error => {
      logger.warn({ error, work: name }, 'A lease ends by its time instead');
    });
  }

  async #run(): Promise<void> {
    const { intervalMs } = this.#options;
    while (!this.#closing.signal.aborted) {
      // Before the round: what comes during it is not slept over.
      this.#nudged = false;
      const began = performance.now();
      const { outcome, more } = await this.#round();
      this.#metrics.observe(outcome, (performance.now() - began) / 1000);
      if (outcome === 'failed') {
        // A nudge would not mend it.
        await this.#wait(Math.max(intervalMs, FAILURE_WAIT_MS));
      } else if (!more && !this.#nudged) {
        await this.#wait(intervalMs);
      }
    }
  }

  async #round() {
    const { name, round, lease, logger } = this.#options;
    try {
      if (lease && !(await lease.take())) {
        return { outcome: 'elsewhere', more: false } as const;
      }
      const more = (await round(this.#closing.signal)) === true;
      return { outcome: 'done', more } as const;
    } catch (error) {
      logger.warn(
        { error, work: name },
        'A round of work failed; it is tried again',
      );
      return { outcome: 'failed', more: false } as const;
    }
  }

  async #wait(ms: number): Promise<void> {
    if (this.#closing.signal.aborted) {
      return;
    }
    await new Promise<void>(resolve => {
      // Replicas that started together drift apart.
      const timer = setTimeout(resolve, ms * (0.75 + Math.random() / 2));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => undefined;
  }
}
