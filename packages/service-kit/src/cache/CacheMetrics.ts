import { Counter, Gauge } from 'prom-client';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';

/** How a lookup ended. */
export type CacheOutcome = 'hit' | 'stale' | 'miss';

/** What a command that failed was for. */
export type CacheOperation = 'get' | 'set' | 'delete' | 'lock' | 'load';

interface Instruments {
  requests: Counter<'cache' | 'outcome'>;
  evictions: Counter<'cache'>;
  failures: Counter<'cache' | 'operation'>;
  entries: Gauge<'cache'>;
  bytes: Gauge<'cache'>;
  /** Read whenever metrics are scraped. */
  sizes: Map<string, () => { entries: number; bytes: number }>;
}

/** Several caches of one service share their metrics, apart by the label `cache`. */
const instrumentsOf = new WeakMap<ServiceMetrics, Instruments>();

function createInstruments(metrics: ServiceMetrics): Instruments {
  const registers = [metrics.registry];
  const sizes: Instruments['sizes'] = new Map();
  const gauge = (
    name: string,
    help: string,
    pick: (size: { entries: number; bytes: number }) => number,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: ['cache'],
      registers,
      collect() {
        for (const [cache, size] of sizes) {
          this.set({ cache }, pick(size()));
        }
      },
    });
  return {
    requests: new Counter({
      name: 'cache_requests_total',
      help: 'Lookups by outcome; stale was given at once and renewed behind.',
      labelNames: ['cache', 'outcome'],
      registers,
    }),
    evictions: new Counter({
      name: 'cache_evictions_total',
      help: 'Values that had to go to make room.',
      labelNames: ['cache'],
      registers,
    }),
    failures: new Counter({
      name: 'cache_failures_total',
      help: 'Commands and loads that failed. A failed command counts as a miss.',
      labelNames: ['cache', 'operation'],
      registers,
    }),
    entries: gauge('cache_entries', 'Values held in memory.', s => s.entries),
    bytes: gauge(
      'cache_bytes',
      'Estimated size of values in memory.',
      s => s.bytes,
    ),
    sizes,
  };
}

/** Counts of one cache. */
export class CacheMetrics {
  readonly #instruments: Instruments;
  readonly #cache: string;

  static create(options: {
    metrics: ServiceMetrics;
    cache: string;
  }): CacheMetrics {
    let instruments = instrumentsOf.get(options.metrics);
    if (!instruments) {
      instruments = createInstruments(options.metrics);
      instrumentsOf.set(options.metrics, instruments);
    }
    return new CacheMetrics(instruments, options.cache);
  }

  private constructor(instruments: Instruments, cache: string) {
    this.#instruments = instruments;
    this.#cache = cache;
  }

  count(outcome: CacheOutcome): void {
    this.#instruments.requests.inc({ cache: this.#cache, outcome });
  }

  countEviction(): void {
    this.#instruments.evictions.inc({ cache: this.#cache });
  }

  countFailure(operation: CacheOperation): void {
    this.#instruments.failures.inc({ cache: this.#cache, operation });
  }

  /** Where the size of a cache in memory is read from. */
  observeSize(read: () => { entries: number; bytes: number }): void {
    this.#instruments.sizes.set(this.#cache, read);
  }

  /** The cache is closed. */
  forgetSize(): void {
    this.#instruments.sizes.delete(this.#cache);
  }
}
