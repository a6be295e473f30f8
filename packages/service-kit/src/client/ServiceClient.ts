import type { Logger } from 'pino';
import {
  remainingMs,
  REQUEST_TIMEOUT_HEADER,
  requestContext,
} from '../context/requestContext.ts';
import { REQUEST_ID_HEADER } from '../http/requestId.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { DomainError } from '../problems/DomainError.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import { AttemptFailure, failureOfStatus, outcomeOfStatus } from './attempt.ts';
import { type CallOptions, isRead, type RawCall, withQuery } from './calls.ts';
import { errorOf, refusalOf } from './clientErrors.ts';
import { clientMetrics, type ClientMetrics } from './ClientMetrics.ts';
import { DependencyGuard } from './DependencyGuard.ts';
import { RetryBudget } from './RetryBudget.ts';
import { Transport, type WireResponse } from './Transport.ts';

/** What a client asks of fault injection; the kit's `Faults` is one. */
export interface CallFaults {
  /** May delay, and may throw instead of the call. */
  beforeCall(dependency: string): Promise<void> | void;
}

/** Options of {@link ServiceClient}. */
export interface ServiceClientOptions {
  /** Name of the service that is called, such as `inventory`. */
  dependency: string;
  baseUrl: string;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: Logger;
  faults?: CallFaults;
  /** Longest time of a call with its retries; a shorter deadline of the request wins. Default 2000. */
  timeoutMs?: number;
  /** Most calls at once; as many again wait in line. Default 64. */
  maxConcurrent?: number;
  /** Whether the bearer token of the running request is passed on. Default false. */
  passOnToken?: boolean;
  /** Largest accepted answer in bytes. Default 4 MiB. */
  maxResponseBytes?: number;
  /** How long an open breaker lets nothing through, in milliseconds. Default 2000. */
  breakerOpenMs?: number;
  /** Where `HTTP_PROXY` and `NO_PROXY` are read. Default `process.env`. */
  env?: Record<string, string | undefined>;
  /** Source of jitter, 0 to 1. */
  random?: () => number;
}

const MAX_ATTEMPTS = 3;
const BACKOFF_BASE_MS = 25;
const BACKOFF_MAX_MS = 500;

const EMPTY: Readonly<Record<string, string>> = {};

/**
 * Calls one other service: pooled connections, deadline, breaker, bulkhead, retries
 * within a budget, metrics and a span. One per dependency and process.
 */
export class ServiceClient {
  readonly #options: ServiceClientOptions;
  readonly #timeoutMs: number;
  readonly #transport: Transport;
  readonly #guard: DependencyGuard;
  readonly #budget = new RetryBudget({
    ratio: 0.1,
    minRetries: 5,
    windowMs: 10_000,
  });
  readonly #metrics: ClientMetrics;
  readonly #random: () => number;

  static create(options: ServiceClientOptions): ServiceClient {
    return new ServiceClient(options);
  }

  private constructor(options: ServiceClientOptions) {
    const { maxConcurrent = 64 } = options;
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 2000;
    this.#random = options.random ?? Math.random;
    this.#metrics = clientMetrics(options.metrics.registry);
    this.#transport = Transport.create({
      baseUrl: options.baseUrl,
      connections: maxConcurrent,
      connectTimeoutMs: Math.min(1000, this.#timeoutMs),
      maxResponseBytes: options.maxResponseBytes ?? 4 * 1024 * 1024,
      env: options.env ?? process.env,
    });
    this.#guard = new DependencyGuard({
      dependency: options.dependency,
      maxConcurrent,
      breakerOpenMs: options.breakerOpenMs ?? 2000,
      timeoutMs: this.#timeoutMs,
      metrics: this.#metrics,
      logger: options.logger,
    });
  }

  /**
   * Sends JSON and returns the answer's JSON.
   *
   * @throws RemoteProblem when it refused (4xx)
   * @throws UnavailableError when it was certainly not done, or changes nothing
   * @throws UnknownOutcomeError when it may have been done
   */
  async request<T = unknown>(
    call: CallOptions & { body?: unknown },
  ): Promise<{ status: number; headers: Record<string, string>; body: T }> {
    const { body, headers, ...rest } = call;
    const response = await this.send({
      ...rest,
      headers: {
        accept: 'application/json',
        ...(body === undefined
          ? EMPTY
          : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const { status } = response;
    if (status >= 400) {
      throw refusalOf(this.#options.dependency, response);
    }
    if (response.body.length === 0 || status === 304) {
      return { status, headers: response.headers, body: undefined as T };
    }
    try {
      return {
        status,
        headers: response.headers,
        body: JSON.parse(response.body.toString('utf8')) as T,
      };
    } catch (error) {
      throw this.#failure(
        call,
        new AttemptFailure('its answer is not JSON', {
          outcome: '5xx',
          notDone: false,
          retryable: false,
          faulty: false,
          cause: error,
        }),
      );
    }
  }

  /**
   * Sends bytes and returns bytes: for an edge that passes answers on. Any answer
   * below 500 is returned, refusals too.
   *
   * @throws UnavailableError and UnknownOutcomeError as {@link request} does
   */
  async send(call: RawCall): Promise<WireResponse> {
    const { dependency, tracing } = this.#options;
    const { method, route } = call;
    const started = performance.now();
    let outcome = 'rejected';
    try {
      const response = await tracing.span(
        `${method} ${route}`,
        {
          'http.request.method': method,
          'url.template': route,
          'shopfloor.dependency': dependency,
        },
        () => this.#sendWithRetries(call, started),
      );
      outcome = outcomeOfStatus(response.status);
      return response;
    } catch (error) {
      if (error instanceof AttemptFailure) {
        outcome = error.outcome;
        throw this.#failure(call, error);
      }
      throw error;
    } finally {
      this.#metrics.duration.observe(
        { dependency, route, method, outcome },
        (performance.now() - started) / 1000,
      );
    }
  }

  /** Waits for running calls and closes the connections. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #sendWithRetries(
    call: RawCall,
    started: number,
  ): Promise<WireResponse> {
    const { dependency } = this.#options;
    const ownDeadline = started + (call.timeoutMs ?? this.#timeoutMs);
    const deadline = Math.min(ownDeadline, started + remainingMs(started));
    const path = withQuery(call.path, call.query);
    const headers = this.#headers(call);
    const safe = call.safe ?? isRead(call.method);
    this.#budget.countRequest();
    let perhapsDone = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(call, path, headers, deadline);
      } catch (error) {
        if (!(error instanceof AttemptFailure)) {
          throw error;
        }
        perhapsDone ||= !error.notDone;
        const waitMs =
          this.#random() *
          Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 4 ** (attempt - 1));
        if (
          !error.retryable ||
          !safe ||
          error.retryAfterSeconds !== undefined ||
          attempt >= MAX_ATTEMPTS ||
          performance.now() + waitMs >= deadline
        ) {
          throw error.afterAll(perhapsDone);
        }
        const allowed = this.#budget.tryRetry();
        this.#metrics.retries.inc({
          dependency,
          result: allowed ? 'made' : 'denied',
        });
        if (!allowed) {
          throw error.afterAll(perhapsDone);
        }
        await new Promise(resolve => setTimeout(resolve, waitMs));
      }
    }
  }

  #attempt(
    call: RawCall,
    path: string,
    headers: Record<string, string>,
    deadline: number,
  ): Promise<WireResponse> {
    const leftMs = Math.floor(deadline - performance.now());
    if (leftMs < 1) {
      throw new AttemptFailure('no time is left for it', {
        outcome: 'timeout',
        notDone: true,
        retryable: false,
        faulty: false,
      });
    }
    return this.#guard.run(leftMs, async ({ signal, markSent }) => {
      await this.#injectFault();
      markSent();
      const response = await this.#transport.send({
        method: call.method,
        path,
        headers: {
          ...headers,
          [REQUEST_TIMEOUT_HEADER]: String(
            Math.max(1, Math.floor(deadline - performance.now())),
          ),
        },
        body: call.body,
        signal,
      });
      if (response.status >= 500) {
        throw failureOfStatus(response.status, response.headers, response.body);
      }
      return response;
    });
  }

  #failure(call: CallOptions, failure: AttemptFailure): DomainError {
    return errorOf(
      this.#options.dependency,
      call.readOnly ?? isRead(call.method),
      failure,
    );
  }

  async #injectFault(): Promise<void> {
    const { faults, dependency } = this.#options;
    if (!faults) {
      return;
    }
    try {
      await faults.beforeCall(dependency);
    } catch (error) {
      // As a connection that fails before anything was sent.
      throw new AttemptFailure('a fault was injected', {
        outcome: 'connection',
        notDone: true,
        retryable: true,
        faulty: true,
        cause: error,
      });
    }
  }

  #headers(call: RawCall): Record<string, string> {
    const headers: Record<string, string> = {
      ...call.headers,
      ...this.#options.tracing.outgoingHeaders(),
    };
    const running = requestContext();
    if (running?.requestId) {
      headers[REQUEST_ID_HEADER] = running.requestId;
    }
    if (
      this.#options.passOnToken &&
      running?.principal &&
      headers.authorization === undefined
    ) {
      headers.authorization = `Bearer ${running.principal.token}`;
    }
    return headers;
  }
}
