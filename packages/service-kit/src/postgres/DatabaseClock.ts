import { Gauge } from 'prom-client';
import type { Logger } from 'pino';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';

/** Options of {@link DatabaseClock}. */
export interface DatabaseClockOptions {
  metrics: ServiceMetrics;
  logger: Logger;
  /** The clock of this machine, in milliseconds since 1970. */
  localNow?: () => number;
}

/** A slower answer says too little about the time. In milliseconds. */
const MAX_ROUND_TRIP_MS = 1000;

/** From this on somebody should set the machine's clock. In milliseconds. */
const NOTABLE_SKEW_MS = 5000;

/** The database's time in the process, known from the answers to pings. Until the first it is the time of the machine. */
export class DatabaseClock {
  readonly #logger: Logger;
  readonly #localNow: () => number;
  readonly #gauge: Gauge;
  #skewMs = 0;
  #notable = false;

  static create(options: DatabaseClockOptions): DatabaseClock {
    return new DatabaseClock(options);
  }

  private constructor(options: DatabaseClockOptions) {
    this.#logger = options.logger;
    this.#localNow = options.localNow ?? Date.now;
    this.#gauge = new Gauge({
      name: 'database_clock_skew_seconds',
      help: 'How far the database’s clock is ahead of this machine’s.',
      registers: [options.metrics.registry],
    });
  }

  /** The time of the database, in milliseconds since 1970. */
  now(): number {
    return this.#localNow() + this.#skewMs;
  }

  /** Learns from an answer that has just come. */
  learn(answer: { databaseMs: number; roundTripMs: number }): void {
    const { databaseMs, roundTripMs } = answer;
    if (roundTripMs > MAX_ROUND_TRIP_MS) {
      return;
    }
    // The statement ran somewhere between question and answer.
    this.#skewMs = databaseMs + roundTripMs / 2 - this.#localNow();
    this.#gauge.set(this.#skewMs / 1000);
    const notable = Math.abs(this.#skewMs) > NOTABLE_SKEW_MS;
    if (notable !== this.#notable) {
      this.#notable = notable;
      const skew = { skew_seconds: Math.round(this.#skewMs / 1000) };
      if (notable) {
        this.#logger.warn(
          skew,
          'The clock of this machine differs from the database’s; tokens are judged by the database’s',
        );
      } else {
        this.#logger.info(skew, 'The clock of this machine is right again');
      }
    }
  }
}
