import {
  BrokenCircuitError,
  bulkhead,
  type BulkheadPolicy,
  BulkheadRejectedError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  handleWhen,
  SamplingBreaker,
} from 'cockatiel';
import type { Logger } from 'pino';
import { AttemptFailure } from './attempt.ts';
import { BREAKER_STATES, type ClientMetrics } from './ClientMetrics.ts';

/** Options of {@link DependencyGuard}. */
export interface DependencyGuardOptions {
  dependency: string;
  maxConcurrent: number;
  breakerOpenMs: number;
  /** The usual bound of an attempt, in milliseconds. */
  timeoutMs: number;
  metrics: ClientMetrics;
  logger: Logger;
}

/** What an attempt is given. */
export interface AttemptScope {
  /** Aborted at the deadline. */
  signal: AbortSignal;
  /** To be called at the moment the request goes out: from then on it may be carried out. */
  markSent: () => void;
}

/** A timeout shorter than this share of the usual one says more about the caller than about the dependency. */
const FAIR_TIMEOUT_SHARE = 0.5;

function rejectionOf(error: unknown): unknown {
  if (error instanceof BrokenCircuitError) {
    return new AttemptFailure('its circuit breaker is open', {
      outcome: 'rejected',
      notDone: true,
      retryable: false,
      faulty: false,
      retryAfterSeconds: 2,
    });
  }
  if (error instanceof BulkheadRejectedError) {
    return new AttemptFailure('too many calls of it are running', {
      outcome: 'rejected',
      notDone: true,
      retryable: false,
      faulty: false,
    });
  }
  return error;
}

/** Breaker, bulkhead and deadline of one dependency. */
export class DependencyGuard {
  readonly #options: DependencyGuardOptions;
  readonly #breaker: CircuitBreakerPolicy;
  readonly #bulkhead: BulkheadPolicy;

  constructor(options: DependencyGuardOptions) {
    const { dependency, maxConcurrent, metrics, logger } = options;
    this.#options = options;
    this.#bulkhead = bulkhead(maxConcurrent, maxConcurrent);
    this.#breaker = circuitBreaker(
      handleWhen(error => error instanceof AttemptFailure && error.faulty),
      {
        halfOpenAfter: options.breakerOpenMs,
        // Half of at least ten calls within ten seconds.
        breaker: new SamplingBreaker({
          threshold: 0.5,
          duration: 10_000,
          minimumRps: 1,
        }),
      },
    );
    const setState = (state: keyof typeof BREAKER_STATES) =>
      metrics.breaker.set({ dependency }, BREAKER_STATES[state]);
    setState('closed');
    this.#breaker.onBreak(() => {
      setState('open');
      logger.warn({ dependency }, 'Calls stopped: the circuit breaker opened');
    });
    this.#breaker.onHalfOpen(() => setState('halfOpen'));
    this.#breaker.onReset(() => {
      setState('closed');
      logger.info({ dependency }, 'Calls resumed: the circuit breaker closed');
    });
  }

  /**
   * Runs one attempt, ended after the given time whatever it waits for.
   *
   * @throws AttemptFailure when it was refused, failed or took too long
   */
  run<T>(
    leftMs: number,
    attempt: (scope: AttemptScope) => Promise<T>,
  ): Promise<T> {
    let begun = false;
    let sent = false;
    const controller = new AbortController();
    const work = async () => {
      begun = true;
      controller.signal.throwIfAborted();
      return attempt({
        signal: controller.signal,
        markSent: () => {
          controller.signal.throwIfAborted();
          sent = true;
        },
      });
    };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const failure = new AttemptFailure('it did not answer in time', {
          outcome: 'timeout',
          notDone: !sent,
          retryable: false,
          faulty:
            begun && leftMs >= this.#options.timeoutMs * FAIR_TIMEOUT_SHARE,
        });
        controller.abort(failure);
        reject(failure);
      }, leftMs);
      this.#breaker
        .execute(() => this.#bulkhead.execute(work))
        .then(resolve, error => reject(rejectionOf(error)))
        .finally(() => clearTimeout(timer));
    });
  }
}
