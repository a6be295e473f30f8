import type { EventType } from '@shopfloor/contracts';
import type { Logger } from 'pino';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Database } from '../postgres/Database.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import { BatchProcessor } from './BatchProcessor.ts';
import { DeadLetters } from './DeadLetters.ts';
import { EventMetrics } from './EventMetrics.ts';
import { countParkedStatement, trimInboxStatement } from './inboxStatements.ts';
import { LagWatch } from './LagWatch.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './parkDecision.ts';
import type {
  EventHandlers,
  EventLog,
  LogConsumer,
  LogEvent,
} from './types.ts';

/** Options of {@link EventConsumer}. */
export interface EventConsumerOptions {
  log: Pick<EventLog, 'consume'>;
  database: Database;
  /** One for each service, so that its replicas share the work. */
  group: string;
  topics: readonly string[];
  handlers: EventHandlers;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: Logger;
  retry?: Partial<RetryPolicy>;
  /** Most events of one transaction. Default 500. */
  maxBatch?: number;
  /** Types whose events have a transaction each, since their work locks more than one row. Default none. */
  alone?: readonly EventType[];
  /** Longest run of one handler. Default 30 s. */
  handlerTimeoutMs?: number;
  /** How long an event is known as handled; longer than the log keeps events. Default 9 days. */
  inboxRetentionDays?: number;
}

const HANDLER_TIMEOUT_MS = 30_000;
const MAX_BATCH = 500;
const HOUSEKEEPING_INTERVAL_MS = 30_000;

/**
 * Reads topics as a member of a group and does the work of each event once: the
 * row that marks it as handled is committed with the work.
 */
export class EventConsumer {
  readonly #options: EventConsumerOptions;
  readonly #metrics: EventMetrics;
  readonly #lag: LagWatch;
  readonly #abort = new AbortController();
  /** What this group could not handle. */
  readonly deadLetters: DeadLetters;
  #consumer: Promise<LogConsumer> | undefined;
  #forgetLag: (() => void) | undefined;
  #housekeeping: NodeJS.Timeout | undefined;
  #trouble: Error | undefined;

  static create(options: EventConsumerOptions): EventConsumer {
    return new EventConsumer(options);
  }

  private constructor(options: EventConsumerOptions) {
    this.#options = options;
    this.#metrics = EventMetrics.of(options.metrics);
    this.#lag = LagWatch.create({ topics: options.topics });
    this.deadLetters = DeadLetters.create({
      database: options.database,
      group: options.group,
      handlers: options.handlers,
      tracing: options.tracing,
      logger: options.logger,
      handlerTimeoutMs: options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS,
      onChanged: () => this.#countParked(),
    });
  }

  /** Joins the group. Never fails for a log that is away: it tries again. */
  start(): void {
    const { log, database, group, topics, logger } = this.#options;
    if (this.#consumer) {
      return;
    }
    const processor = BatchProcessor.create({
      database,
      group,
      handlers: this.#options.handlers,
      metrics: this.#metrics,
      tracing: this.#options.tracing,
      logger,
      retry: { ...DEFAULT_RETRY_POLICY, ...this.#options.retry },
      maxBatch: this.#options.maxBatch ?? MAX_BATCH,
      alone: new Set(this.#options.alone),
      handlerTimeoutMs: this.#options.handlerTimeoutMs ?? HANDLER_TIMEOUT_MS,
      signal: this.#abort.signal,
      onParked: () => this.#countParked(),
    });
    this.#forgetLag = this.#metrics.addLagSource(() =>
      [...this.#lag.seconds()].map(([topic, seconds]) => ({
        group,
        topic,
        seconds,
      })),
    );
    this.#consumer = log.consume({
      group,
      topics,
      onBatch: (events: LogEvent[]) =>
        this.#lag.during(events, () => processor.process(events)),
      onTrouble: error => {
        this.#trouble = error;
        this.#lag.setConnected(error === undefined);
      },
    });
    this.#consumer.catch(error =>
      logger.error({ error, group }, 'The group could not be joined'),
    );
    this.#housekeeping = setInterval(
      () => this.#keepHouse(),
      HOUSEKEEPING_INTERVAL_MS,
    );
    this.#housekeeping.unref();
    this.#countParked();
  }

  /** Finishes the transaction in hand, commits its place and leaves the group. */
  async close(): Promise<void> {
    clearInterval(this.#housekeeping);
    this.#abort.abort();
    const consumer = await this.#consumer?.catch(() => undefined);
    await consumer?.close();
    this.#forgetLag?.();
  }

  /** Rejects while events cannot be read or handled. */
  async check(): Promise<void> {
    if (this.#trouble) {
      throw new Error(`events of the group ${this.#options.group} wait`);
    }
  }

  async #countParked(): Promise<void> {
    const { database, group, logger } = this.#options;
    try {
      const [{ parked }] = await database.query<{ parked: number }>(
        countParkedStatement,
        [group],
      );
      this.#metrics.deadLetters.set({ group }, parked);
    } catch (error) {
      logger.warn({ error, group }, 'Dead letters could not be counted');
    }
  }

  async #keepHouse(): Promise<void> {
    const { database, inboxRetentionDays = 9, logger } = this.#options;
    await this.#countParked();
    await database
      .query(trimInboxStatement, [inboxRetentionDays])
      .catch(error => logger.warn({ error }, 'The inbox could not be trimmed'));
  }
}
