import type { Logger } from 'pino';
import {
  type ConfigOf,
  flag,
  integer,
  InvalidConfigurationError,
  oneOf,
  text,
} from '../config/defineConfig.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Cache } from './Cache.ts';

/** The keys of a service with a cache. */
export const cacheConfigSpec = {
  CACHE_ADAPTER: oneOf(['memory', 'redis'], {
    description:
      'Where cached values are: in each process, or in a Redis Cluster that all replicas share.',
    default: 'memory',
  }),
  CACHE_MAX_ENTRIES: integer({
    description: 'Most values that one process holds in memory.',
    default: 20_000,
    min: 1,
  }),
  CACHE_MAX_BYTES: integer({
    description: 'Most memory that one process gives to values.',
    default: 134_217_728,
    unit: 'bytes',
    min: 1024,
  }),
  CACHE_RENEWALS_AT_ONCE: integer({
    description:
      'Most stale values that one process renews at a time behind its answers.',
    default: 4,
    min: 1,
  }),
  CACHE_REDIS_NODES: text({
    description:
      'For `redis`: some nodes of the cluster, `host:port`, comma separated.',
    default: '',
  }),
  CACHE_REDIS_PASSWORD: text({
    description: 'For `redis`: password of the user, when one is needed.',
    default: '',
  }),
  CACHE_REDIS_TLS: flag({
    description: 'For `redis`: whether connections are encrypted.',
    default: false,
  }),
  CACHE_REDIS_TIMEOUT_MS: integer({
    description:
      'For `redis`: longest wait for one command; then it counts as a miss.',
    default: 100,
    unit: 'ms',
    min: 5,
  }),
};

/** Configuration of a service with a cache. */
export type CacheConfig = ConfigOf<typeof cacheConfigSpec>;

/** Options of {@link createCache}. */
export interface CreateCacheOptions {
  config: CacheConfig;
  /** Label in metrics and prefix of keys; several caches of a service have several names. */
  name?: string;
  metrics: ServiceMetrics;
  logger: Logger;
}

/**
 * Creates the cache that the configuration names. It does not wait for a Redis that is down.
 *
 * @throws InvalidConfigurationError when the adapter's own keys are missing
 */
export async function createCache(options: CreateCacheOptions): Promise<Cache> {
  const { config, name = 'default', metrics, logger } = options;
  if (config.CACHE_ADAPTER === 'redis') {
    const nodes = config.CACHE_REDIS_NODES.split(',')
      .map(node => node.trim())
      .filter(Boolean);
    if (nodes.length === 0 || !nodes.every(node => /^\S+:\d+$/.test(node))) {
      throw new InvalidConfigurationError([
        'CACHE_REDIS_NODES must name nodes as host:port: CACHE_ADAPTER is redis',
      ]);
    }
    // Loaded only here: a cache in memory is not to pay for it.
    const { RedisClient } = await import('./RedisClient.ts');
    const { RedisCache } = await import('./RedisCache.ts');
    const client = RedisClient.create({
      nodes,
      password: config.CACHE_REDIS_PASSWORD || undefined,
      tls: config.CACHE_REDIS_TLS,
      timeoutMs: config.CACHE_REDIS_TIMEOUT_MS,
      logger,
    });
    return RedisCache.create({
      name,
      client,
      renewalsAtOnce: config.CACHE_RENEWALS_AT_ONCE,
      metrics,
      logger,
    });
  }
  const { MemoryCache } = await import('./MemoryCache.ts');
  return MemoryCache.create({
    name,
    maxEntries: config.CACHE_MAX_ENTRIES,
    maxBytes: config.CACHE_MAX_BYTES,
    renewalsAtOnce: config.CACHE_RENEWALS_AT_ONCE,
    metrics,
    logger,
  });
}
