import {
  type Journey,
  type Random,
  type Shop,
  Visit,
  type Wish,
} from './journey.ts';
import { LatencyHistogram } from './LatencyHistogram.ts';

/** What the gateway answered. */
export interface Answer {
  status: number;
  /** Deployed version that answered, when it says so. */
  version: string | undefined;
  body: unknown;
  /** The session that the shop began with this answer. */
  cookie?: string;
}

/** Makes one request. Rejects when there is no answer. */
export type Fetch = (wish: Omit<Wish, 'page'>) => Promise<Answer>;

/** How a run went so far. */
export interface CrowdReport {
  seconds: number;
  started: number;
  answered: number;
  /** Answers of 500 and above, and requests without an answer. */
  failed: number;
  /** Answers of 400 to 499 that a shopper does not expect: nobody asks for what is not there. */
  refused: number;
  /** Orders that were placed. */
  orders: number;
  /** Arrivals not carried out because too many requests were open. */
  dropped: number;
  /** Requests per second that were answered. */
  rate: number;
  p50Ms: number | undefined;
  p95Ms: number | undefined;
  /** Answers by deployed version. */
  versions: Record<string, number>;
  /** The last thing that went wrong. */
  lastError: string | undefined;
}

/** Options of {@link ShopperCrowd}. */
export interface ShopperCrowdOptions {
  journey: Journey;
  /** Requests per second. */
  rate: number;
  fetch: Fetch;
  random: Random;
  /** Most requests open at once. */
  maxOpen?: number;
  /** Milliseconds on a clock that only moves forward. */
  now?: () => number;
}

interface Waiting {
  visit: Visit;
  /** When the shopper has looked long enough. */
  readyAt: number;
}

/**
 * Shoppers as open-loop arrivals: requests begin at random times at a given mean
 * rate, however slow the shop is, so that slowness is measured and not hidden.
 * Each arrival is the next step of a shopper who has looked long enough, or of a
 * new one.
 */
export class ShopperCrowd {
  readonly #options: Required<ShopperCrowdOptions>;
  readonly #shop: Shop = { categories: [], products: [] };
  readonly #waiting: Waiting[] = [];
  readonly #latencies = new LatencyHistogram();
  readonly #versions = new Map<string, number>();
  readonly #startedAt: number;
  #nextArrival: number;
  #open = 0;
  #started = 0;
  #failed = 0;
  #refused = 0;
  #orders = 0;
  #dropped = 0;
  #lastError: string | undefined;

  constructor(options: ShopperCrowdOptions) {
    this.#options = {
      maxOpen: Math.max(20, Math.ceil(options.rate * 5)),
      now: () => performance.now(),
      ...options,
    };
    this.#startedAt = this.#options.now();
    this.#nextArrival = this.#startedAt;
  }

  /** Begins every request that is due. Call it often. */
  tick(): void {
    const now = this.#options.now();
    while (this.#nextArrival <= now) {
      this.#arrive(now);
      const gap = -Math.log(1 - this.#options.random());
      this.#nextArrival += (gap * 1000) / this.#options.rate;
    }
  }

  /** Milliseconds until the next request is due. */
  untilNext(): number {
    return Math.max(0, this.#nextArrival - this.#options.now());
  }

  /** Requests that have no answer yet. */
  get open(): number {
    return this.#open;
  }

  report(): CrowdReport {
    const seconds = (this.#options.now() - this.#startedAt) / 1000;
    const answered = this.#latencies.count;
    return {
      seconds,
      started: this.#started,
      answered,
      failed: this.#failed,
      refused: this.#refused,
      orders: this.#orders,
      dropped: this.#dropped,
      rate: seconds > 0 ? answered / seconds : 0,
      p50Ms: this.#latencies.percentile(0.5),
      p95Ms: this.#latencies.percentile(0.95),
      versions: Object.fromEntries([...this.#versions].sort()),
      lastError: this.#lastError,
    };
  }

  #arrive(now: number): void {
    if (this.#open >= this.#options.maxOpen) {
      this.#dropped += 1;
      return;
    }
    const index = this.#waiting.findIndex(({ readyAt }) => readyAt <= now);
    const known = index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
    const { journey, random } = this.#options;
    let visit =
      known?.visit ?? new Visit({ journey, random, shop: this.#shop });
    let wish = visit.next();
    if (!wish) {
      // The shopper left; the arrival is the first step of another.
      visit = new Visit({ journey, random, shop: this.#shop });
      wish = visit.next()!;
    }
    this.#visit(visit, wish).catch(error => {
      this.#lastError = String(error);
    });
  }

  async #visit(visit: Visit, wish: Wish): Promise<void> {
    const { fetch, now } = this.#options;
    const begin = now();
    this.#open += 1;
    this.#started += 1;
    try {
      const { status, version, body, cookie } = await fetch(wish);
      this.#latencies.record(now() - begin);
      const name = version ?? 'unknown';
      this.#versions.set(name, (this.#versions.get(name) ?? 0) + 1);
      if (status >= 400 && !wish.acceptable?.includes(status)) {
        if (status >= 500) {
          this.#failed += 1;
        } else {
          this.#refused += 1;
        }
        this.#lastError = `${status} for ${wish.path}`;
        return;
      }
      if (wish.page === 'order' && status === 201) {
        this.#orders += 1;
      }
      visit.learn(wish.page, status < 300 ? body : undefined, cookie);
      this.#waiting.push({ visit, readyAt: now() + visit.thinkTimeMs() });
    } catch (error) {
      this.#failed += 1;
      const cause = error as NodeJS.ErrnoException;
      this.#lastError = `${cause.code ?? cause.message} for ${wish.path}`;
    } finally {
      this.#open -= 1;
    }
  }
}
