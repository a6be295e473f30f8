import {
  type CacheConfig,
  DomainError,
  type ServiceMetrics,
} from '@shopfloor/service-kit';
import { openRedisCluster } from '@shopfloor/service-kit/src/cache/openRedisCluster.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Cluster } from 'ioredis';
import { Counter } from 'prom-client';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { clientAddress } from '../domain/origins.ts';

/** Options of {@link ClientLimits}. */
export interface ClientLimitsOptions {
  config: CacheConfig & {
    readonly RATE_LIMIT_READS: number;
    readonly RATE_LIMIT_WRITES: number;
    readonly RATE_LIMIT_SESSIONS: number;
    readonly TRUSTED_PROXY_HOPS: number;
  };
  metrics: ServiceMetrics;
}

type Kind = 'reads' | 'writes' | 'sessions';

/**
 * How much one client may ask for, by address. Each replica counts on its own, unless
 * the cache adapter is Redis: then all count together, and each on its own while Redis
 * is down.
 */
export class ClientLimits {
  readonly #limiters: Record<Kind, RateLimiterAbstract | undefined>;
  readonly #trustedHops: number;
  readonly #refused: Counter<'kind'>;
  readonly #redis: Cluster | undefined;

  static create(options: ClientLimitsOptions): ClientLimits {
    return new ClientLimits(options);
  }

  private constructor({ config, metrics }: ClientLimitsOptions) {
    this.#trustedHops = config.TRUSTED_PROXY_HOPS;
    if (config.CACHE_ADAPTER === 'redis') {
      this.#redis = openRedisCluster({
        nodes: config.CACHE_REDIS_NODES.split(',').map(node => node.trim()),
        password: config.CACHE_REDIS_PASSWORD || undefined,
        tls: config.CACHE_REDIS_TLS,
        commandTimeoutMs: config.CACHE_REDIS_TIMEOUT_MS,
      });
      // While it is away each replica counts on its own; the cache reports the outage.
      this.#redis.on('error', () => undefined);
    }
    const limiter = (kind: Kind, points: number, durationSeconds: number) => {
      if (points === 0) {
        return undefined;
      }
      const options = {
        keyPrefix: `storefront-${kind}`,
        points,
        duration: durationSeconds,
      };
      return this.#redis
        ? new RateLimiterRedis({
            ...options,
            storeClient: this.#redis,
            insuranceLimiter: new RateLimiterMemory(options),
          })
        : new RateLimiterMemory(options);
    };
    this.#limiters = {
      reads: limiter('reads', config.RATE_LIMIT_READS, 10),
      writes: limiter('writes', config.RATE_LIMIT_WRITES, 10),
      sessions: limiter('sessions', config.RATE_LIMIT_SESSIONS, 60),
    };
    this.#refused = new Counter({
      name: 'storefront_rate_limited_total',
      help: 'Requests refused because their client asked for too much.',
      labelNames: ['kind'],
      registers: [metrics.registry],
    });
  }

  /** @throws DomainError 429 when the client has asked for too much */
  take(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { method } = request;
    const kind =
      method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
        ? 'reads'
        : 'writes';
    return this.#take(kind, request, reply);
  }

  /** Counts a session or sign-in that begins. @throws DomainError 429 */
  async takeSession(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    await this.#take('sessions', request, reply);
  }

  async close(): Promise<void> {
    this.#redis?.disconnect();
  }

  async #take(
    kind: Kind,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const limiter = this.#limiters[kind];
    if (!limiter) {
      return;
    }
    const forwarded = request.headers['x-forwarded-for'];
    const address = clientAddress({
      forwardedFor: Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
      socketAddress: request.socket.remoteAddress,
      trustedHops: this.#trustedHops,
    });
    try {
      await limiter.consume(address);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) {
        throw refusal;
      }
      this.#refused.inc({ kind });
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      reply.header('ratelimit', `"${kind}";r=0;t=${seconds}`);
      throw new DomainError({
        kind: 'rate-limited',
        code: 'too-many-requests',
        message: `You have asked for too much. Try again in ${seconds} s.`,
        retryAfterSeconds: seconds,
      });
    }
  }
}
