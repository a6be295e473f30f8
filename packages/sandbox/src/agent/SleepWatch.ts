/** Options of {@link SleepWatch}. */
export interface SleepWatchOptions {
  /** Milliseconds since 1970, by the clock on the wall. Default `Date.now`. */
  now?: () => number;
  /** Called when the machine is awake again. */
  onWake(sleptMs: number): void;
  /** How often the clock is looked at. Default 5 s. */
  intervalMs?: number;
}

/** A shorter gap is a machine that is busy. In milliseconds. */
const NOTABLE_MS = 120_000;

/**
 * Notices that the machine has slept: its timers stood still, the clock on the wall went on. Programs that wait for the end of a
 * token or lease by a timer would wait as much too long.
 */
export class SleepWatch {
  readonly #now: () => number;
  readonly #intervalMs: number;
  readonly #onWake: (sleptMs: number) => void;
  readonly #timer: NodeJS.Timeout;
  #last: number;

  constructor(options: SleepWatchOptions) {
    this.#now = options.now ?? Date.now;
    this.#intervalMs = options.intervalMs ?? 5000;
    this.#onWake = options.onWake;
    this.#last = this.#now();
    this.#timer = setInterval(() => this.#look(), this.#intervalMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = this.#now();
    const sleptMs = now - this.#last - this.#intervalMs;
    this.#last = now;
    if (sleptMs > NOTABLE_MS) {
      this.#onWake(sleptMs);
    }
  }
}
