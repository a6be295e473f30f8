import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Counter, Gauge } from 'prom-client';
import { routeFactsOf } from '../http/routeFacts.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import { UnavailableError } from '../problems/DomainError.ts';
import { ConcurrencyLimit } from './ConcurrencyLimit.ts';
import type { LoadConfig } from './loadConfig.ts';

/** Options of {@link loadSheddingPlugin}. */
export interface LoadSheddingPluginOptions {
  config: LoadConfig;
  metrics: ServiceMetrics;
  /** Length of a window in milliseconds. Default 250. */
  windowMs?: number;
}

const ADMITTED = Symbol('admitted by load shedding');
type Admitted = FastifyRequest & { [ADMITTED]?: true };

/** Share of the newest sample in the mean delay of the event loop: about a second of memory. */
const LOOP_DELAY_WEIGHT = 0.25;

/**
 * Refuses requests while too many run or the event loop is late, so that those
 * admitted are answered in time. Probes are never refused. Costs two additions a
 * request; the limit is worked out once a window.
 */
export const loadSheddingPlugin = fp<LoadSheddingPluginOptions>(
  async (app, { config, metrics, windowMs = 250 }) => {
    if (!config.LOAD_SHEDDING) {
      return;
    }
    const limit = new ConcurrencyLimit({
      initial: Math.min(
        config.LOAD_MAX_CONCURRENT,
        Math.max(config.LOAD_MIN_CONCURRENT, 200),
      ),
      min: config.LOAD_MIN_CONCURRENT,
      max: config.LOAD_MAX_CONCURRENT,
    });
    let inFlight = 0;
    let maxInFlight = 0;
    let count = 0;
    let totalMs = 0;
    let loopDelayMs = 0;

    const shed = new Counter({
      name: 'http_server_requests_shed_total',
      help: 'Requests refused to keep the others quick, by reason.',
      labelNames: ['reason'],
      registers: [metrics.registry],
    });
    const limitGauge = new Gauge({
      name: 'http_server_concurrency_limit',
      help: 'How many requests may run at once just now.',
      registers: [],
      collect() {
        this.set(limit.limit);
      },
    });
    const inFlightGauge = new Gauge({
      name: 'http_server_requests_in_flight',
      help: 'Requests that run.',
      registers: [],
      collect() {
        this.set(inFlight);
      },
    });

    metrics.registry.registerMetric(limitGauge);
    metrics.registry.registerMetric(inFlightGauge);

    let expectedAt = performance.now() + windowMs;
    const timer = setInterval(() => {
      const now = performance.now();
      // One long stall is over when it is seen; only a delay that stays is an overload.
      const late = Math.min(
        Math.max(0, now - expectedAt),
        2 * config.LOAD_MAX_LOOP_DELAY_MS,
      );
      expectedAt = now + windowMs;
      loopDelayMs += (late - loopDelayMs) * LOOP_DELAY_WEIGHT;
      if (count > 0) {
        limit.update({ meanMs: totalMs / count, count, maxInFlight });
      }
      count = 0;
      totalMs = 0;
      maxInFlight = inFlight;
    }, windowMs);
    timer.unref();
    app.addHook('onClose', async () => clearInterval(timer));

    const refuse = (reason: string) => {
      shed.inc({ reason });
      return new UnavailableError({
        code: 'overloaded',
        message: 'Too many requests are running here. Try again shortly.',
        retryAfterSeconds: 1,
      });
    };

    app.addHook('onRequest', (request: Admitted, _reply, done) => {
      if (routeFactsOf(request).probe) {
        done();
        return;
      }
      if (inFlight >= limit.limit) {
        done(refuse('concurrency'));
        return;
      }
      if (loopDelayMs > config.LOAD_MAX_LOOP_DELAY_MS) {
        done(refuse('event-loop'));
        return;
      }
      request[ADMITTED] = true;
      inFlight += 1;
      if (inFlight > maxInFlight) {
        maxInFlight = inFlight;
      }
      done();
    });

    const release = (request: Admitted) => {
      if (request[ADMITTED]) {
        request[ADMITTED] = undefined;
        inFlight -= 1;
        return true;
      }
      return false;
    };
    app.addHook('onResponse', (request: Admitted, reply, done) => {
      if (release(request)) {
        count += 1;
        totalMs += reply.elapsedTime;
      }
      done();
    });
    // A client that went away gets no response; its request must not count for ever.
    app.addHook('onRequestAbort', (request: Admitted, done) => {
      release(request);
      done();
    });
  },
  { name: 'shopfloor-load-shedding' },
);
