import type { Cluster } from 'ioredis';
import type { Logger } from 'pino';
import { openRedisCluster } from './openRedisCluster.ts';
import { READ, STORE_LOADED, UNLOCK } from './redisScripts.ts';

/** What a read found. */
export interface RedisRead {
  bytes?: Buffer;
  /** How long it will be kept on, in milliseconds. */
  leftMs: number;
  /** Whether the caller now has the lock of the key. */
  locked: boolean;
}

/** Options of {@link RedisClient}. */
export interface RedisClientOptions {
  /** `host:port` of some nodes. */
  nodes: readonly string[];
  password?: string;
  tls: boolean;
  /** Longest wait for one command. */
  timeoutMs: number;
  logger: Logger;
}

interface Scripted {
  shopReadBuffer(
    value: string,
    lock: string,
    token: string,
    lockMs: number,
  ): Promise<[Buffer | null, number, number]>;
  shopStoreLoaded(
    value: string,
    lock: string,
    token: string,
    bytes: Buffer,
    lifeMs: number,
  ): Promise<number>;
  shopUnlock(value: string, lock: string, token: string): Promise<number>;
}

/** The few commands that a cache needs, each with a deadline. Value and lock of a key live in one slot. */
export class RedisClient {
  readonly #cluster: Cluster & Scripted;
  readonly #timeoutMs: number;

  /** Begins to connect; never fails. */
  static create(options: RedisClientOptions): RedisClient {
    return new RedisClient(options);
  }

  private constructor(options: RedisClientOptions) {
    const { timeoutMs, logger } = options;
    this.#timeoutMs = timeoutMs;
    const cluster = openRedisCluster({
      ...options,
      scripts: {
        shopRead: { lua: READ, numberOfKeys: 2 },
        shopStoreLoaded: { lua: STORE_LOADED, numberOfKeys: 2 },
        shopUnlock: { lua: UNLOCK, numberOfKeys: 2 },
      },
    });
    // Without a listener the process would end; each failed command is counted where it is used.
    cluster.on('error', error =>
      logger.warn({ error }, 'The Redis Cluster of the cache is in trouble'),
    );
    this.#cluster = cluster as Cluster & Scripted;
  }

  async read(
    key: string,
    lock?: { token: string; lockMs: number },
  ): Promise<RedisRead> {
    const [value, lockKey] = keysOf(key);
    const [bytes, leftMs, locked] = await this.#within(
      this.#cluster.shopReadBuffer(
        value,
        lockKey,
        lock?.token ?? '',
        lock?.lockMs ?? 0,
      ),
    );
    return { bytes: bytes ?? undefined, leftMs, locked: locked === 1 };
  }

  /** Stores a value that was given, and takes the lock from whoever loads. */
  async write(key: string, bytes: Buffer, lifeMs: number): Promise<void> {
    const [value, lockKey] = keysOf(key);
    await this.#within(
      this.#cluster
        .multi()
        .set(value, bytes, 'PX', Math.max(1, Math.ceil(lifeMs)))
        .del(lockKey)
        .exec(),
    );
  }

  async writeLoaded(
    key: string,
    token: string,
    bytes: Buffer,
    lifeMs: number,
  ): Promise<void> {
    const [value, lockKey] = keysOf(key);
    await this.#within(
      this.#cluster.shopStoreLoaded(
        value,
        lockKey,
        token,
        bytes,
        Math.max(1, Math.ceil(lifeMs)),
      ),
    );
  }

  async unlock(key: string, token: string): Promise<void> {
    const [value, lockKey] = keysOf(key);
    await this.#within(this.#cluster.shopUnlock(value, lockKey, token));
  }

  /** Deletes a value, and takes the lock from whoever loads. */
  async delete(key: string): Promise<void> {
    await this.#within(this.#cluster.del(...keysOf(key)));
  }

  async close(): Promise<void> {
    this.#cluster.disconnect();
  }

  async #within<T>(command: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`Redis took longer than ${this.#timeoutMs} ms`)),
        this.#timeoutMs,
      );
    });
    try {
      return await Promise.race([command, late]);
    } finally {
      clearTimeout(timer);
      command.catch(() => undefined);
    }
  }
}

/** Braces choose the slot, so those of a key itself are written otherwise. */
function keysOf(key: string): [value: string, lock: string] {
  const tag = key.replace(/[%{}]/g, encodeURIComponent);
  return [`{${tag}}:value`, `{${tag}}:lock`];
}
