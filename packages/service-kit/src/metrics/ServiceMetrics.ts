import {
  Counter,
  Histogram,
  Registry,
  collectDefaultMetrics,
} from 'prom-client';

/** Upper bounds of the latency buckets, in seconds; 0.2 is the SLO's threshold. */
export const DURATION_BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Label of a request that matched no route, so that a scan adds no series. */
export const UNMATCHED_ROUTE = 'unmatched';

/** The metrics every service has, in a registry of its own. */
export class ServiceMetrics {
  readonly registry: Registry;
  readonly #requests: Histogram<'method' | 'route' | 'status_code'>;
  readonly #errors: Counter<'code'>;

  static create(options: { processMetrics?: boolean } = {}): ServiceMetrics {
    const registry = new Registry();
    if (options.processMetrics ?? true) {
      collectDefaultMetrics({
        register: registry,
        // Its default of 10 ms wakes every idle process a hundred times a second.
        eventLoopMonitoringPrecision: 50,
      });
    }
    return new ServiceMetrics(registry);
  }

  private constructor(registry: Registry) {
    this.registry = registry;
    this.#requests = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Time from the request to the end of the answer, by route pattern.',
      labelNames: ['method', 'route', 'status_code'],
      buckets: DURATION_BUCKETS_SECONDS,
      registers: [registry],
    });
    this.#errors = new Counter({
      name: 'service_problems_total',
      help: 'Problem documents sent, by their stable code.',
      labelNames: ['code'],
      registers: [registry],
    });
  }

  /** Records one answered request. */
  observeRequest(request: {
    method: string;
    route: string | undefined;
    statusCode: number;
    durationSeconds: number;
  }): void {
    this.#requests.observe(
      {
        method: request.method,
        route: request.route ?? UNMATCHED_ROUTE,
        status_code: request.statusCode,
      },
      request.durationSeconds,
    );
  }

  /** Counts one problem document. */
  countProblem(code: string): void {
    this.#errors.inc({ code });
  }
}
