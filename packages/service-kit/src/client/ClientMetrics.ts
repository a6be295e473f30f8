import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { DURATION_BUCKETS_SECONDS } from '../metrics/ServiceMetrics.ts';

/** States of a breaker as the value of its gauge. */
export const BREAKER_STATES = { closed: 0, open: 1, halfOpen: 2 } as const;

/** Metrics of outgoing calls; all clients of a service share them. */
export interface ClientMetrics {
  duration: Histogram<'dependency' | 'route' | 'method' | 'outcome'>;
  retries: Counter<'dependency' | 'result'>;
  breaker: Gauge<'dependency'>;
}

const known = new WeakMap<Registry, ClientMetrics>();

/** The metrics of outgoing calls in a registry; made at the first call. */
export function clientMetrics(registry: Registry): ClientMetrics {
  let metrics = known.get(registry);
  if (!metrics) {
    metrics = {
      duration: new Histogram({
        name: 'http_client_request_duration_seconds',
        help: 'Time of one call of another service with its retries and waits.',
        labelNames: ['dependency', 'route', 'method', 'outcome'],
        buckets: DURATION_BUCKETS_SECONDS,
        registers: [registry],
      }),
      retries: new Counter({
        name: 'http_client_retries_total',
        help: 'Second and later attempts: made, or denied by the retry budget.',
        labelNames: ['dependency', 'result'],
        registers: [registry],
      }),
      breaker: new Gauge({
        name: 'http_client_breaker_state',
        help: 'Circuit breaker of a dependency: 0 closed, 1 open, 2 half open.',
        labelNames: ['dependency'],
        registers: [registry],
      }),
    };
    known.set(registry, metrics);
  }
  return metrics;
}
