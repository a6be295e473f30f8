import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database, Transaction } from '../postgres/Database.ts';
import { DomainError } from '../problems/DomainError.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import { backoffMs } from './backoff.ts';
import type { ConsumedOutcome, EventMetrics } from './EventMetrics.ts';
import { handleAtOnce } from './handleAtOnce.ts';
import {
  admitFreshStatement,
  admitStatement,
  inboxIdentities,
  parkStatement,
} from './inboxStatements.ts';
import { decideFailure, type RetryPolicy } from './parkDecision.ts';
import { parseEvent, type ParsedEvent } from './parseEvent.ts';
import { describeFailure, runHandler } from './runHandler.ts';
import type { EventHandlers, LogEvent } from './types.ts';

/** Options of {@link BatchProcessor}. */
export interface BatchProcessorOptions {
  database: Database;
  group: string;
  handlers: EventHandlers;
  metrics: EventMetrics;
  tracing: Tracing;
  logger: Logger;
  retry: RetryPolicy;
  /** Most events of one transaction. */
  maxBatch: number;
  /** Types whose events have transactions of their own. */
  alone: ReadonlySet<string>;
  /** Longest run of one handler. */
  handlerTimeoutMs: number;
  signal: AbortSignal;
  /** An event was parked, so the count of dead letters changed. */
  onParked: () => void;
}

interface AdmittedRow {
  event_id: string;
  generation: number;
  admitted: 'fresh' | 'behind';
}

/** Which event of a batch failed; the transaction is rolled back. */
class HandlerFailure extends Error {
  readonly at: ParsedEvent;

  constructor(at: ParsedEvent, cause: unknown) {
    super('A handler failed', { cause });
    this.at = at;
  }
}

const TEMPORARY_KINDS = ['unavailable', 'timeout', 'rate-limited'];

function isTemporaryFailure(error: unknown): boolean {
  return error instanceof DomainError && TEMPORARY_KINDS.includes(error.kind);
}

const keyOf = (id: string, generation: number) => `${id}/${generation}`;

/**
 * Does the work of a batch: once by inbox, in order, as many events in one
 * transaction as its service bears; when an event fails, what was before it is done without it, then it is tried alone
 * and parked in the end, then the rest goes on.
 */
export class BatchProcessor {
  readonly #options: BatchProcessorOptions;
  /** Failures by event, kept over batches that come again. */
  readonly #failures = new Map<string, { attempts: number; firstAt: number }>();

  static create(options: BatchProcessorOptions): BatchProcessor {
    return new BatchProcessor(options);
  }

  private constructor(options: BatchProcessorOptions) {
    this.#options = options;
  }

  /** @throws when the batch has to come again as a whole */
  async process(batch: readonly LogEvent[]): Promise<void> {
    const startedAt = performance.now();
    const { handlers } = this.#options;
    const wanted: ParsedEvent[] = [];
    for (const raw of batch) {
      const parsed = parseEvent(raw);
      if (!parsed.event || Object.hasOwn(handlers, parsed.type)) {
        wanted.push(parsed);
      } else {
        this.#count(parsed, 'ignored');
      }
    }
    let rest = wanted;
    while (rest.length > 0) {
      try {
        const part = this.#firstPart(rest);
        await this.#together(part, startedAt);
        rest = rest.slice(part.length);
      } catch (error) {
        if (!(error instanceof HandlerFailure)) {
          throw error;
        }
        const index = rest.indexOf(error.at);
        if (index > 0) {
          await this.#together(rest.slice(0, index), startedAt);
        }
        await this.#alone(error.at, startedAt, error.cause);
        rest = rest.slice(index + 1);
      }
    }
  }

  /** What the next transaction takes of these. */
  #firstPart(events: readonly ParsedEvent[]): readonly ParsedEvent[] {
    const { alone, maxBatch } = this.#options;
    const first = events.findIndex(({ type }) => alone.has(type));
    if (first === 0) {
      return events.slice(0, 1);
    }
    return events.slice(0, first < 0 ? maxBatch : Math.min(first, maxBatch));
  }

  async #together(
    events: readonly ParsedEvent[],
    startedAt: number,
  ): Promise<void> {
    const outcomes = (await handleAtOnce(events, this.#options))
      ? events.map((): ConsumedOutcome => 'handled')
      : await this.#inTransaction(events);
    this.#report(events, outcomes, startedAt);
  }

  async #inTransaction(
    events: readonly ParsedEvent[],
  ): Promise<ConsumedOutcome[]> {
    const { database } = this.#options;
    return database.transaction(async tx => {
      const admitted = await this.#admit(events, tx);
      const result: ConsumedOutcome[] = [];
      for (const parsed of events) {
        const key = keyOf(parsed.id, parsed.raw.generation);
        const decision = admitted.get(key);
        if (decision === 'fresh') {
          await this.#handle(parsed, tx);
        }
        // The same event twice in one batch: the first did the work.
        admitted.delete(key);
        result.push(
          decision === 'fresh' ? 'handled' : (decision ?? 'duplicate'),
        );
      }
      return result;
    });
  }

  /** Decides what is new, mostly by the short statement alone. @returns decisions by key; what was handled before has none */
  async #admit(events: readonly ParsedEvent[], tx: Transaction) {
    const { group } = this.#options;
    const admitted = new Map<string, AdmittedRow['admitted']>();
    const learn = (rows: readonly AdmittedRow[]) =>
      rows.forEach(row =>
        admitted.set(keyOf(row.event_id, row.generation), row.admitted),
      );
    learn(await tx.query(admitFreshStatement, inboxIdentities(group, events)));
    const rest = events.filter(
      ({ id, raw }) => !admitted.has(keyOf(id, raw.generation)),
    );
    if (rest.length > 0) {
      learn(
        await tx.query(admitStatement, [
          ...inboxIdentities(group, rest),
          rest.map(({ type }) => type),
          rest.map(({ raw }) => raw.value),
        ]),
      );
    }
    return admitted;
  }

  #report(
    events: readonly ParsedEvent[],
    outcomes: readonly ConsumedOutcome[],
    startedAt: number,
  ): void {
    const { group } = this.#options;
    const elapsedMs = performance.now() - startedAt;
    events.forEach((parsed, index) => {
      this.#count(parsed, outcomes[index]);
      if (this.#failures.size > 0) {
        this.#failures.delete(keyOf(parsed.id, parsed.raw.generation));
      }
      if (outcomes[index] === 'handled') {
        this.#options.metrics.delivery.observe(
          { group, topic: parsed.raw.topic },
          (parsed.raw.ageMs + elapsedMs) / 1000,
        );
      }
    });
    if (outcomes.includes('behind')) {
      this.#options.onParked();
    }
  }

  async #handle(parsed: ParsedEvent, tx: Transaction): Promise<void> {
    const { handlers, tracing, handlerTimeoutMs, group } = this.#options;
    const { event, raw } = parsed;
    if (!event) {
      throw new HandlerFailure(
        parsed,
        new Error(
          'The text is not a CloudEvents envelope with id, type and data',
        ),
      );
    }
    try {
      await runHandler({
        event,
        topic: raw.topic,
        group,
        handlers,
        tx,
        tracing,
        timeoutMs: handlerTimeoutMs,
      });
    } catch (error) {
      throw new HandlerFailure(parsed, error);
    }
  }

  /** Tries one event until it is done or parked; `cause` is its first failure. */
  async #alone(
    parsed: ParsedEvent,
    startedAt: number,
    cause: unknown,
  ): Promise<void> {
    const { retry, logger, group, signal } = this.#options;
    let failure = cause;
    for (;;) {
      const record = await this.#record(parsed, failure);
      const decision = parsed.event ? decideFailure(record, retry) : 'park';
      if (decision === 'park') {
        await this.#park(parsed, record.attempts, failure);
        return;
      }
      if (decision === 'postpone' || signal.aborted) {
        throw failure;
      }
      if (record.attempts === 1) {
        logger.warn(
          { error: failure, group, event: parsed.id, type: parsed.type },
          'A handler failed; trying the event again',
        );
      }
      if (!(await this.#wait(record.attempts))) {
        throw failure;
      }
      try {
        await this.#together([parsed], startedAt);
        return;
      } catch (error) {
        if (!(error instanceof HandlerFailure)) {
          throw error;
        }
        failure = error.cause;
      }
    }
  }

  /** @returns false when the consumer closes */
  async #wait(attempts: number): Promise<boolean> {
    const { retry, signal } = this.#options;
    const waitMs = backoffMs(attempts, { ...retry, random: Math.random });
    return delay(waitMs, true, { signal }).catch(() => false);
  }

  async #record(parsed: ParsedEvent, failure: unknown) {
    const { database, metrics, group } = this.#options;
    // With its database away no handler can work: that says nothing about the event.
    if ((failure as DomainError)?.code === 'database-unavailable') {
      await database.ping();
    }
    metrics.retries.inc({ group, topic: parsed.raw.topic });
    const key = keyOf(parsed.id, parsed.raw.generation);
    const known = this.#failures.get(key) ?? {
      attempts: 0,
      firstAt: performance.now(),
    };
    known.attempts += 1;
    this.#failures.set(key, known);
    return {
      attempts: known.attempts,
      elapsedMs: performance.now() - known.firstAt,
      temporary: isTemporaryFailure(failure),
    };
  }

  async #park(
    parsed: ParsedEvent,
    attempts: number,
    failure: unknown,
  ): Promise<void> {
    const { database, group, logger } = this.#options;
    await database.query(parkStatement, [
      group,
      parsed.raw.topic,
      parsed.raw.key,
      parsed.id,
      parsed.raw.generation,
      parsed.type,
      parsed.raw.value,
      attempts,
      describeFailure(failure),
    ]);
    this.#failures.delete(keyOf(parsed.id, parsed.raw.generation));
    logger.error(
      { error: failure, group, event: parsed.id, type: parsed.type, attempts },
      'An event is parked as a dead letter; later ones of its key wait behind it',
    );
    this.#count(parsed, 'parked');
    this.#options.onParked();
  }

  #count(parsed: ParsedEvent, outcome: ConsumedOutcome): void {
    this.#options.metrics.consumed.inc({
      group: this.#options.group,
      topic: parsed.raw.topic,
      outcome,
    });
  }
}
