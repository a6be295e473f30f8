/** Options of {@link RetryBudget}. */
export interface RetryBudgetOptions {
  /** Retries allowed per request, such as 0.1. */
  ratio: number;
  /** Retries allowed in each window even when there are few requests. */
  minRetries: number;
  /** How long a request counts, in milliseconds. */
  windowMs: number;
  /** A clock in milliseconds that never goes back. */
  now?: () => number;
}

const SLOTS = 10;

/**
 * Bounds retries to a share of recent requests: when a dependency is down, retries
 * add a tenth to its load instead of doubling it. Counts are kept in ten slots of
 * the window.
 */
export class RetryBudget {
  readonly #options: RetryBudgetOptions;
  readonly #now: () => number;
  readonly #requests = new Array<number>(SLOTS).fill(0);
  readonly #retries = new Array<number>(SLOTS).fill(0);
  #slot: number;

  constructor(options: RetryBudgetOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#slot = this.#currentSlot();
  }

  /** Counts a first attempt. */
  countRequest(): void {
    this.#advance();
    this.#requests[this.#slot % SLOTS] += 1;
  }

  /** Whether one more retry is within the budget; if so it is taken. */
  tryRetry(): boolean {
    this.#advance();
    const sum = (counts: number[]) => counts.reduce((a, b) => a + b, 0);
    const allowed = Math.max(
      this.#options.minRetries,
      Math.floor(sum(this.#requests) * this.#options.ratio),
    );
    if (sum(this.#retries) >= allowed) {
      return false;
    }
    this.#retries[this.#slot % SLOTS] += 1;
    return true;
  }

  #currentSlot(): number {
    return Math.floor(this.#now() / (this.#options.windowMs / SLOTS));
  }

  #advance(): void {
    const current = this.#currentSlot();
    const steps = Math.min(current - this.#slot, SLOTS);
    for (let step = 1; step <= steps; step += 1) {
      this.#requests[(this.#slot + step) % SLOTS] = 0;
      this.#retries[(this.#slot + step) % SLOTS] = 0;
    }
    if (steps > 0) {
      // The ring is indexed by slot number, so a long silence must land where it cleared.
      this.#slot = current;
    }
  }
}
