import type { Logger } from 'pino';
import type { Database, Queryable, Transaction } from '../postgres/Database.ts';
import { ConflictError, NotFoundError } from '../problems/DomainError.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import {
  countKeyStatement,
  enterInboxStatement,
  failedAgainStatement,
  getStatement,
  headStatement,
  listStatement,
  lockKeyStatement,
  resolveStatement,
} from './deadLetterStatements.ts';
import { parseEvent } from './parseEvent.ts';
import { describeFailure, runHandler } from './runHandler.ts';
import type { EventHandlers } from './types.ts';

/** An event that a group could not handle, or one that waits behind it. */
export interface DeadLetter {
  id: string;
  group: string;
  topic: string;
  key: string;
  eventId: string;
  generation: number;
  type: string;
  /** The envelope as JSON text. */
  event: string;
  state: 'parked' | 'replayed' | 'discarded';
  cause: 'failed' | 'behind';
  attempts: number;
  error: string | null;
  parkedAt: Date;
  resolvedAt: Date | null;
  resolvedBy: string | null;
  resolution: string | null;
}

/** What a replay of a key did. */
export interface ReplayOutcome {
  replayed: number;
  /** Still parked, the one that failed again included. */
  remaining: number;
  /** The one that failed again, and why. */
  failed?: { id: string; error: string };
}

/** Options of {@link DeadLetters}. */
export interface DeadLettersOptions {
  database: Database;
  group: string;
  handlers: EventHandlers;
  tracing: Tracing;
  logger: Logger;
  handlerTimeoutMs: number;
  /** The count of parked events changed. */
  onChanged: () => void;
}

/** The dead letters of one group, and what staff can do about them. */
export class DeadLetters {
  readonly #options: DeadLettersOptions;

  static create(options: DeadLettersOptions): DeadLetters {
    return new DeadLetters(options);
  }

  private constructor(options: DeadLettersOptions) {
    this.#options = options;
  }

  get group(): string {
    return this.#options.group;
  }

  /** Dead letters in the order they were parked, after `afterId`. */
  async list(options: {
    state?: DeadLetter['state'];
    afterId?: string;
    limit?: number;
  }): Promise<DeadLetter[]> {
    const { database, group } = this.#options;
    return database.query<DeadLetter>(listStatement, [
      group,
      options.state ?? 'parked',
      options.afterId ?? '0',
      options.limit ?? 50,
    ]);
  }

  /** @throws NotFoundError `dead-letter-not-found` */
  async get(id: string): Promise<DeadLetter> {
    const { database, group } = this.#options;
    const [letter] = await database.query<DeadLetter>(getStatement, [
      group,
      id,
    ]);
    if (!letter) {
      throw new NotFoundError({
        code: 'dead-letter-not-found',
        message: `There is no dead letter ${id}.`,
      });
    }
    return letter;
  }

  /**
   * Handles the parked events of this one's key again, in order, until all are
   * done or one fails. Each is a transaction of its own.
   *
   * @throws NotFoundError, or ConflictError `dead-letter-resolved`
   */
  async replay(id: string, by: string): Promise<ReplayOutcome> {
    const { database, logger, group, onChanged } = this.#options;
    const letter = await this.#parked(id);
    let replayed = 0;
    try {
      for (;;) {
        const head: { current?: DeadLetter } = {};
        try {
          const remaining = await database.transaction(tx =>
            this.#replayHead(tx, letter, by, head),
          );
          replayed += head.current ? 1 : 0;
          if (remaining === 0) {
            logger.info({ group, by, replayed }, 'Dead letters were replayed');
            return { replayed, remaining };
          }
        } catch (error) {
          if (!head.current) {
            throw error;
          }
          return await this.#failedAgain(head.current, replayed, error);
        }
      }
    } finally {
      onChanged();
    }
  }

  /**
   * Gives one event up for good. Those behind it stay parked until they are
   * replayed.
   *
   * @throws NotFoundError, or ConflictError `dead-letter-resolved`
   */
  async discard(
    id: string,
    decision: { by: string; reason: string },
  ): Promise<{ remaining: number }> {
    const { database, logger, group, onChanged } = this.#options;
    const letter = await this.#parked(id);
    const remaining = await database.transaction(async tx => {
      await this.#lockKey(tx, letter);
      // The log may give it once more; the inbox then knows it.
      await tx.query(enterInboxStatement, [
        group,
        letter.eventId,
        letter.generation,
      ]);
      const [row] = await tx.query<{ remaining: number }>(resolveStatement, [
        letter.id,
        'discarded',
        decision.by,
        decision.reason,
      ]);
      return row.remaining;
    });
    logger.warn(
      { group, event: letter.eventId, type: letter.type, by: decision.by },
      'A dead letter was discarded',
    );
    onChanged();
    return { remaining };
  }

  async #parked(id: string): Promise<DeadLetter> {
    const letter = await this.get(id);
    if (letter.state !== 'parked') {
      throw new ConflictError({
        code: 'dead-letter-resolved',
        message: `The dead letter ${id} is ${letter.state} already.`,
      });
    }
    return letter;
  }

  async #lockKey(tx: Queryable, letter: DeadLetter): Promise<void> {
    const locked = await tx.query(lockKeyStatement, [
      letter.group,
      letter.topic,
      letter.key,
    ]);
    if (locked.length === 0) {
      throw new ConflictError({
        code: 'dead-letter-resolved',
        message: `The dead letter ${letter.id} was resolved meanwhile.`,
      });
    }
  }

  /** @returns how many of the key stay parked */
  async #replayHead(
    tx: Transaction,
    letter: DeadLetter,
    by: string,
    head: { current?: DeadLetter },
  ): Promise<number> {
    const { group, handlers, tracing, handlerTimeoutMs } = this.#options;
    await this.#lockKey(tx, letter);
    const [next] = await tx.query<DeadLetter>(headStatement, [
      group,
      letter.topic,
      letter.key,
    ]);
    if (!next) {
      return 0;
    }
    head.current = next;
    const entered = await tx.query(enterInboxStatement, [
      group,
      next.eventId,
      next.generation,
    ]);
    if (entered.length > 0) {
      const { event } = parseEvent({
        ...next,
        value: next.event,
        partition: 0,
        offset: 0,
        ageMs: 0,
      });
      if (!event) {
        throw new Error('The text is no event; it can only be discarded');
      }
      await runHandler({
        event,
        topic: next.topic,
        group,
        handlers,
        tx,
        tracing,
        timeoutMs: handlerTimeoutMs,
      });
    }
    const [row] = await tx.query<{ remaining: number }>(resolveStatement, [
      next.id,
      'replayed',
      by,
      undefined,
    ]);
    return row.remaining;
  }

  async #failedAgain(
    letter: DeadLetter,
    replayed: number,
    failure: unknown,
  ): Promise<ReplayOutcome> {
    const { database, logger, group } = this.#options;
    const error = describeFailure(failure);
    await database.query(failedAgainStatement, [letter.id, error]);
    logger.warn(
      { error: failure, group, event: letter.eventId, type: letter.type },
      'A dead letter failed again',
    );
    const [{ remaining }] = await database.query<{ remaining: number }>(
      countKeyStatement,
      [group, letter.topic, letter.key],
    );
    return { replayed, remaining, failed: { id: letter.id, error } };
  }
}
