/** Lets through a number of things a second, and a second's worth at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #nowMs: () => number;
  #tokens: number;
  #at: number;

  static create(options: {
    perSecond: number;
    /** Milliseconds on a clock that only moves forward. */
    nowMs?: () => number;
  }): TokenBucket {
    return new TokenBucket(
      options.perSecond,
      options.nowMs ?? (() => performance.now()),
    );
  }

  private constructor(perSecond: number, nowMs: () => number) {
    this.#perSecond = perSecond;
    this.#nowMs = nowMs;
    this.#tokens = perSecond;
    this.#at = nowMs();
  }

  /** Whole things that may pass now. */
  available(): number {
    const now = this.#nowMs();
    this.#tokens = Math.min(
      this.#perSecond,
      this.#tokens + ((now - this.#at) / 1000) * this.#perSecond,
    );
    this.#at = now;
    return Math.floor(this.#tokens);
  }

  /** Takes what has passed. */
  take(count: number): void {
    this.#tokens -= count;
  }
}
