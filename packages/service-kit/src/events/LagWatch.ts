import type { LogEvent } from './types.ts';

/** Options of {@link LagWatch}. */
export interface LagWatchOptions {
  topics: readonly string[];
  /** Milliseconds on a clock that only moves forward. */
  now?: () => number;
}

/**
 * How far behind this instance is, by topic, without asking anyone at a scrape:
 * the age of the oldest event in hand, or the time since the log last answered.
 */
export class LagWatch {
  readonly #topics: readonly string[];
  readonly #now: () => number;
  /** When the oldest event in hand was taken by the log, on our own clock. */
  readonly #oldest = new Map<string, number>();
  #lostAt: number | undefined;

  static create(options: LagWatchOptions): LagWatch {
    return new LagWatch(options);
  }

  private constructor(options: LagWatchOptions) {
    this.#topics = options.topics;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Runs work on a batch; its events are behind until the work is done. */
  async during<T>(
    events: readonly LogEvent[],
    work: () => Promise<T>,
  ): Promise<T> {
    const now = this.#now();
    this.#oldest.clear();
    for (const { topic, ageMs } of events) {
      const takenAt = now - ageMs;
      this.#oldest.set(
        topic,
        Math.min(this.#oldest.get(topic) ?? takenAt, takenAt),
      );
    }
    const result = await work();
    // A batch that failed stays behind until it comes again.
    this.#oldest.clear();
    return result;
  }

  setConnected(connected: boolean): void {
    this.#lostAt = connected ? undefined : (this.#lostAt ?? this.#now());
  }

  /** Seconds behind, by topic. */
  *seconds(): Iterable<[string, number]> {
    const now = this.#now();
    for (const topic of this.#topics) {
      const since = this.#oldest.get(topic) ?? this.#lostAt ?? now;
      yield [topic, Math.max(0, now - since) / 1000];
    }
  }
}
