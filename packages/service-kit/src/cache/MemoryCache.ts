import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Cache, CacheValue, GetOrLoadOptions } from './Cache.ts';
import { CacheMetrics } from './CacheMetrics.ts';
import { Renewals } from './Renewals.ts';
import { sealValue } from './sealValue.ts';

/** Options of {@link MemoryCache}. */
export interface MemoryCacheOptions {
  /** Name of the cache in metrics. */
  name: string;
  /** Most values held. */
  maxEntries: number;
  /** Most bytes held, as estimated. */
  maxBytes: number;
  /** Most stale values renewed at a time behind answers; default 4. */
  renewalsAtOnce?: number;
  metrics: ServiceMetrics;
  logger: Logger;
  /** Milliseconds on a clock that only moves forward. */
  now?: () => number;
}

interface Entry {
  value: CacheValue;
  freshUntil: number;
  /** Until then it is given at once while being renewed. */
  staleUntil: number;
  /** Until then it is given when a load fails. */
  errorUntil: number;
  /** No renewal before, since the last one failed. */
  retryAt: number;
}

/** After a failed renewal a stale value is given this long without another try. */
const RETRY_MS = 1000;

/** A least-recently-used cache inside this process. */
export class MemoryCache implements Cache {
  readonly #entries: LRUCache<string, Entry>;
  readonly #loads = new Map<string, Promise<CacheValue>>();
  readonly #metrics: CacheMetrics;
  readonly #logger: Logger;
  readonly #name: string;
  readonly #now: () => number;
  readonly #maxBytes: number;
  readonly #renewals: Renewals;

  static create(options: MemoryCacheOptions): MemoryCache {
    return new MemoryCache(options);
  }

  private constructor(options: MemoryCacheOptions) {
    this.#name = options.name;
    this.#logger = options.logger;
    this.#now = options.now ?? (() => performance.now());
    this.#maxBytes = options.maxBytes;
    this.#renewals = new Renewals(options.renewalsAtOnce);
    const metrics = CacheMetrics.create({
      metrics: options.metrics,
      cache: options.name,
    });
    this.#metrics = metrics;
    const entries = new LRUCache<string, Entry>({
      max: options.maxEntries,
      maxSize: options.maxBytes,
      dispose: (_value, _key, reason) => {
        if (reason === 'evict') {
          metrics.countEviction();
        }
      },
    });
    this.#entries = entries;
    metrics.observeSize(() => ({
      entries: entries.size,
      bytes: entries.calculatedSize,
    }));
  }

  async get<T extends CacheValue>(key: string): Promise<T | undefined> {
    const entry = this.#entries.get(key);
    const fresh = entry !== undefined && this.#now() < entry.freshUntil;
    this.#metrics.count(fresh ? 'hit' : 'miss');
    return fresh ? (entry.value as T) : undefined;
  }

  async set(
    key: string,
    value: CacheValue,
    options: { ttlMs: number },
  ): Promise<void> {
    // An older load must not replace what is set now.
    this.#loads.delete(key);
    this.#store(key, value, options);
  }

  async delete(key: string): Promise<void> {
    this.#loads.delete(key);
    this.#entries.delete(key);
  }

  async getOrLoad<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
  ): Promise<T> {
    const now = this.#now();
    const entry = this.#entries.get(key);
    if (entry && now < entry.freshUntil) {
      this.#metrics.count('hit');
      return entry.value as T;
    }
    if (entry && now < entry.staleUntil) {
      this.#metrics.count('stale');
      if (now >= entry.retryAt && !this.#loads.has(key)) {
        this.#renewals.begin(() => this.#load(key, options));
      }
      return entry.value as T;
    }
    this.#metrics.count('miss');
    if (entry && now < entry.errorUntil && now < entry.retryAt) {
      return entry.value as T;
    }
    try {
      return await this.#load(key, options);
    } catch (error) {
      // Asked for again: it may have been deleted while the load ran.
      const last = this.#entries.peek(key);
      if (last && this.#now() < last.errorUntil) {
        return last.value as T;
      }
      throw error;
    }
  }

  renew<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
  ): Promise<T> {
    return this.#begin(key, options);
  }

  async close(): Promise<void> {
    this.#metrics.forgetSize();
    this.#loads.clear();
    this.#entries.clear();
  }

  async #load<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
  ): Promise<T> {
    const running = this.#loads.get(key);
    return running ? (running as Promise<T>) : this.#begin(key, options);
  }

  /** Starts a load in place of any that runs. */
  #begin<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
  ): Promise<T> {
    const load: Promise<T> = this.#runLoad(
      key,
      options,
      (): boolean => this.#loads.get(key) === load,
    );
    this.#loads.set(key, load);
    return load;
  }

  async #runLoad<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
    isCurrent: () => boolean,
  ): Promise<T> {
    // So that the caller has registered this load before anything can end it.
    await undefined;
    try {
      const last = this.#entries.peek(key)?.value as T | undefined;
      const value = await options.load(last);
      if (isCurrent()) {
        this.#store(key, value, options);
      }
      return value;
    } catch (error) {
      this.#metrics.countFailure('load');
      this.#logger.warn({ error, cache: this.#name }, 'A load failed');
      const entry = this.#entries.peek(key);
      if (entry) {
        entry.retryAt = this.#now() + RETRY_MS;
      }
      throw error;
    } finally {
      if (isCurrent()) {
        this.#loads.delete(key);
      }
    }
  }

  #store(
    key: string,
    value: CacheValue,
    options: Pick<
      GetOrLoadOptions<unknown>,
      'ttlMs' | 'staleMs' | 'staleIfErrorMs'
    >,
  ): void {
    const { ttlMs, staleMs = 0, staleIfErrorMs = staleMs } = options;
    const size = 2 * key.length + sealValue(value);
    if (size > this.#maxBytes) {
      this.#entries.delete(key);
      this.#metrics.countEviction();
      return;
    }
    const freshUntil = this.#now() + ttlMs;
    this.#entries.set(
      key,
      {
        value,
        freshUntil,
        staleUntil: freshUntil + staleMs,
        errorUntil: freshUntil + staleIfErrorMs,
        retryAt: 0,
      },
      { size },
    );
  }
}
