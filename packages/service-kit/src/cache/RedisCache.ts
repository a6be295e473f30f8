import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  circuitBreaker,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  handleAll,
} from 'cockatiel';
import type { Logger } from 'pino';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Cache, CacheValue, GetOrLoadOptions } from './Cache.ts';
import { CacheMetrics, type CacheOperation } from './CacheMetrics.ts';
import { decodeValue, encodeValue } from './encodeValue.ts';
import type { RedisClient, RedisRead } from './RedisClient.ts';
import { Renewals } from './Renewals.ts';

/** Options of {@link RedisCache}. */
export interface RedisCacheOptions {
  /** Name of the cache in metrics, and prefix of its keys. */
  name: string;
  client: RedisClient;
  /** Most stale values renewed at a time behind answers; default 4. */
  renewalsAtOnce?: number;
  metrics: ServiceMetrics;
  logger: Logger;
  /** How long one process may load while others wait for it. */
  lockMs?: number;
}

/** A process that has no lock asks this often whether the value has come. */
const WAIT_STEP_MS = 25;
const LOCK_MS = 5000;
/** After so many failures Redis is left alone for a while: a dead one costs no deadlines. */
const FAILURES_TO_OPEN = 5;
const OPEN_MS = 1000;
/** After a failed renewal a stale value is given this long without another try. */
const RETRY_MS = 1000;

/** Bytes before the value: for how long after its freshness it is stale, and kept for failed loads. */
const HEADER_BYTES = 8;

interface Found {
  value: CacheValue;
  /** How long it was past its freshness, in milliseconds; negative while fresh. */
  pastMs: number;
  staleMs: number;
  errorMs: number;
}

/** A cache that all replicas share. A Redis that is down is an empty cache, never an error. */
export class RedisCache implements Cache {
  readonly #prefix: string;
  readonly #client: RedisClient;
  readonly #metrics: CacheMetrics;
  readonly #logger: Logger;
  readonly #lockMs: number;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #loads = new Map<string, Promise<CacheValue>>();
  readonly #retryAt = new Map<string, number>();
  readonly #renewals: Renewals;
  #reported = false;

  static create(options: RedisCacheOptions): RedisCache {
    return new RedisCache(options);
  }

  private constructor(options: RedisCacheOptions) {
    this.#prefix = `${options.name}:`;
    this.#client = options.client;
    this.#logger = options.logger;
    this.#lockMs = options.lockMs ?? LOCK_MS;
    this.#renewals = new Renewals(options.renewalsAtOnce);
    this.#metrics = CacheMetrics.create({
      metrics: options.metrics,
      cache: options.name,
    });
    this.#breaker = circuitBreaker(handleAll, {
      halfOpenAfter: OPEN_MS,
      breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
    });
  }

  async get<T extends CacheValue>(key: string): Promise<T | undefined> {
    const read = await this.#try('get', () =>
      this.#client.read(this.#prefix + key),
    );
    const found = read && parse(read);
    const fresh = found !== undefined && found.pastMs < 0;
    this.#metrics.count(fresh ? 'hit' : 'miss');
    return fresh ? (found.value as T) : undefined;
  }

  async set(
    key: string,
    value: CacheValue,
    options: { ttlMs: number },
  ): Promise<void> {
    const bytes = serialize(value, { staleMs: 0, errorMs: 0 });
    this.#loads.delete(key);
    await this.#try('set', () =>
      this.#client.write(this.#prefix + key, bytes, options.ttlMs),
    );
  }

  async delete(key: string): Promise<void> {
    this.#loads.delete(key);
    await this.#try('delete', () => this.#client.delete(this.#prefix + key));
  }

  async getOrLoad<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
  ): Promise<T> {
    const running = this.#loads.get(key);
    const read = await this.#try('get', () =>
      this.#client.read(this.#prefix + key),
    );
    const found = read && parse(read);
    if (found && found.pastMs < 0) {
      this.#metrics.count('hit');
      return found.value as T;
    }
    const resting = performance.now() < (this.#retryAt.get(key) ?? 0);
    if (found && found.pastMs < found.staleMs) {
      this.#metrics.count('stale');
      if (!resting && !this.#loads.has(key)) {
        this.#renewals.begin(() => this.#load(key, options, 'renew'));
      }
      return found.value as T;
    }
    this.#metrics.count('miss');
    const usable = found && found.pastMs < found.errorMs;
    if (usable && resting) {
      return found.value as T;
    }
    try {
      return (await (running ?? this.#load(key, options, 'wait'))) as T;
    } catch (error) {
      if (usable) {
        return found.value as T;
      }
      throw error;
    }
  }

  renew<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
  ): Promise<T> {
    const load: Promise<T> = this.#underway(
      key,
      this.#renew(key, options, (): boolean => this.#loads.get(key) === load),
    );
    return load;
  }

  async close(): Promise<void> {
    this.#loads.clear();
    await this.#client.close();
  }

  /** Without the lock: of loads in other processes, the one that ends last is kept. */
  async #renew<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
    isCurrent: () => boolean,
  ): Promise<T> {
    const read = await this.#try('get', () =>
      this.#client.read(this.#prefix + key),
    );
    const value = await options.load(
      (read && parse(read))?.value as T | undefined,
    );
    const { bytes, lifeMs } = serializeLoaded(value, options);
    if (isCurrent()) {
      await this.#try('set', () =>
        this.#client.write(this.#prefix + key, bytes, lifeMs),
      );
    }
    return value;
  }

  #load<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
    manner: 'wait' | 'renew',
  ): Promise<T> {
    const running = this.#loads.get(key);
    if (running) {
      return running as Promise<T>;
    }
    return this.#underway(key, this.#runLoad(key, options, manner));
  }

  /** Lets others share a load, until it ends or another takes its place. */
  #underway<T extends CacheValue>(key: string, work: Promise<T>): Promise<T> {
    const load: Promise<T> = work.finally(() => {
      if (this.#loads.get(key) === load) {
        this.#loads.delete(key);
      }
    });
    this.#loads.set(key, load);
    return load;
  }

  /**
   * Loads under the lock of the key. Who does not get it waits for the value of
   * who did, or, to renew what is still good, leaves it to him.
   */
  async #runLoad<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
    manner: 'wait' | 'renew',
  ): Promise<T> {
    const token = randomUUID();
    const deadline = performance.now() + this.#lockMs;
    let last: T | undefined;
    while (performance.now() < deadline) {
      const read = await this.#try('lock', () =>
        this.#client.read(this.#prefix + key, { token, lockMs: this.#lockMs }),
      );
      const found = read && parse(read);
      last = found?.value as T | undefined;
      if (found && found.pastMs < 0) {
        if (read.locked) {
          await this.#try('lock', () =>
            this.#client.unlock(this.#prefix + key, token),
          );
        }
        return found.value as T;
      }
      if (!read || read.locked) {
        break;
      }
      if (manner === 'renew' && found) {
        return found.value as T;
      }
      await delay(WAIT_STEP_MS);
    }
    return this.#loadAndStore(key, options, { token, last });
  }

  async #loadAndStore<T extends CacheValue>(
    key: string,
    options: GetOrLoadOptions<T>,
    { token, last }: { token: string; last?: T },
  ): Promise<T> {
    let value: T;
    try {
      value = await options.load(last);
    } catch (error) {
      this.#metrics.countFailure('load');
      this.#logger.warn({ error, cache: this.#prefix }, 'A load failed');
      this.#rest(key);
      await this.#try('lock', () =>
        this.#client.unlock(this.#prefix + key, token),
      );
      throw error;
    }
    this.#retryAt.delete(key);
    const { bytes, lifeMs } = serializeLoaded(value, options);
    await this.#try('set', () =>
      this.#client.writeLoaded(this.#prefix + key, token, bytes, lifeMs),
    );
    return value;
  }

  #rest(key: string): void {
    const now = performance.now();
    for (const [other, until] of this.#retryAt) {
      if (until < now) {
        this.#retryAt.delete(other);
      }
    }
    this.#retryAt.set(key, now + RETRY_MS);
  }

  /** A command that fails is counted, and otherwise as if nothing were there. */
  async #try<T>(
    operation: CacheOperation,
    command: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      const answer = await this.#breaker.execute(command);
      this.#reported = false;
      return answer;
    } catch (error) {
      this.#metrics.countFailure(operation);
      if (!this.#reported) {
        this.#reported = true;
        this.#logger.warn(
          { error, cache: this.#prefix },
          'The cache does not answer; everything is loaded anew',
        );
      }
      return undefined;
    }
  }
}

function serialize(
  value: CacheValue,
  windows: { staleMs: number; errorMs: number },
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(Math.round(windows.staleMs), 0);
  header.writeUInt32BE(Math.round(windows.errorMs), 4);
  return Buffer.concat([header, encodeValue(value)]);
}

/** What is left of the value's life tells how old it is. */
function parse(read: RedisRead): Found | undefined {
  if (!read.bytes || read.bytes.byteLength <= HEADER_BYTES) {
    return undefined;
  }
  const staleMs = read.bytes.readUInt32BE(0);
  const errorMs = read.bytes.readUInt32BE(4);
  const value = decodeValue(read.bytes.subarray(HEADER_BYTES));
  return value === undefined
    ? undefined
    : {
        value,
        staleMs,
        errorMs,
        pastMs: Math.max(staleMs, errorMs) - read.leftMs,
      };
}

/** A loaded value as it is kept, and for how long, in milliseconds. */
function serializeLoaded(
  value: CacheValue,
  options: Omit<GetOrLoadOptions<unknown>, 'load'>,
): { bytes: ReturnType<typeof serialize>; lifeMs: number } {
  const { ttlMs, staleMs = 0, staleIfErrorMs = staleMs } = options;
  return {
    bytes: serialize(value, { staleMs, errorMs: staleIfErrorMs }),
    lifeMs: ttlMs + Math.max(staleMs, staleIfErrorMs),
  };
}
