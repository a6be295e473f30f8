/** Options of {@link ConcurrencyLimit}. */
export interface ConcurrencyLimitOptions {
  initial: number;
  min: number;
  max: number;
  /** How much slower than usual answers may become before the limit falls, such as 2. */
  tolerance?: number;
  /** Weight of the newest window, 0 to 1. */
  smoothing?: number;
  /** Windows over which "usual" is remembered. */
  memoryWindows?: number;
}

/** What was seen in one window of time. */
export interface LatencyWindow {
  /** Mean latency of the answers, in milliseconds. */
  meanMs: number;
  /** Answers in the window. */
  count: number;
  /** Most requests that ran at once. */
  maxInFlight: number;
}

/** A mean of fewer answers says little. */
const MIN_SAMPLES = 10;

/**
 * How many requests may run at once, learnt from how long they take: the Gradient2
 * algorithm of Netflix' concurrency-limits. While latency stays within a tolerance of
 * its long-term mean, the limit grows by the square root of itself; when queues form
 * and latency rises, it falls in proportion. Pure: fed with windows, no clock.
 */
export class ConcurrencyLimit {
  readonly #options: Required<ConcurrencyLimitOptions>;
  #limit: number;
  #usualMs: number | undefined;

  constructor(options: ConcurrencyLimitOptions) {
    this.#options = {
      tolerance: 2,
      smoothing: 0.2,
      memoryWindows: 600,
      ...options,
    };
    this.#limit = options.initial;
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Long-term mean of latency, in milliseconds; absent before the first window. */
  get usualMs(): number | undefined {
    return this.#usualMs;
  }

  /** Learns from one window. */
  update(window: LatencyWindow): void {
    const { tolerance, smoothing, memoryWindows, min, max } = this.#options;
    if (window.count < MIN_SAMPLES) {
      return;
    }
    const usual =
      this.#usualMs === undefined
        ? window.meanMs
        : this.#usualMs + (window.meanMs - this.#usualMs) / memoryWindows;
    // After an overload the remembered mean is too high and would allow too much: let it fall quickly.
    this.#usualMs = usual > 2 * window.meanMs ? usual * 0.95 : usual;
    // A limit that nobody reaches proves nothing.
    if (window.maxInFlight < this.#limit / 2) {
      return;
    }
    const gradient = Math.max(
      0.5,
      Math.min(1, (tolerance * this.#usualMs) / Math.max(window.meanMs, 0.01)),
    );
    const wanted = this.#limit * gradient + Math.sqrt(this.#limit);
    const smoothed = this.#limit * (1 - smoothing) + wanted * smoothing;
    this.#limit = Math.max(min, Math.min(max, smoothed));
  }
}
