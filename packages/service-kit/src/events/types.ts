import type { EventType, ShopEvent } from '@shopfloor/contracts';
import type { Transaction } from '../postgres/Database.ts';

/** An event that a business statement writes into the outbox. */
export interface NewEvent {
  topic: string;
  type: string;
  aggregateId: string;
  /** Grows with each change of the aggregate; events of one aggregate leave in this order. */
  aggregateVersion: number;
  /** Events of one key stay in order. Default: the id of the aggregate. */
  partitionKey?: string;
  data: unknown;
}

/** Largest event that either log takes, in bytes of JSON. */
export const MAX_EVENT_BYTES = 512 * 1024;

/** An event on its way into the log. */
export interface EventRecord {
  topic: string;
  key: string;
  /** Id of the event. */
  id: string;
  /** The CloudEvents envelope as JSON text. */
  value: string;
}

/** An event read from the log. */
export interface LogEvent {
  topic: string;
  partition: number;
  /** Place in its partition. */
  offset: number;
  key: string;
  /** The CloudEvents envelope as JSON text. */
  value: string;
  /** How long ago the log took it when it was handed over, by the log's clock. */
  ageMs: number;
  /** Grows when the group is set back to replay: what was handled under a smaller one is handled again. */
  generation: number;
}

/** Why the log will never take a record. */
export interface RefusedRecord {
  id: string;
  reason: 'too-large' | 'unknown-topic' | 'not-permitted';
}

/** Thrown by `append`: these records will never be taken as things are; send the others again without them. */
export class RecordsRefusedError extends Error {
  readonly refused: readonly RefusedRecord[];

  constructor(refused: readonly RefusedRecord[], cause?: unknown) {
    super(
      `The event log refuses ${refused
        .slice(0, 5)
        .map(({ id, reason }) => `${id} (${reason})`)
        .join(', ')}`,
      { cause },
    );
    this.name = 'RecordsRefusedError';
    this.refused = refused;
  }
}

/** Options of {@link EventLog.consume}. */
export interface ConsumeOptions {
  group: string;
  topics: readonly string[];
  /**
   * Handles a batch in its order. What it was given counts as handled when it
   * resolves; when it rejects, the same batch is given again after a wait.
   */
  onBatch: (events: LogEvent[]) => Promise<void>;
  /** Most events of a batch. Default 500. */
  maxBatch?: number;
  /** Told when the log cannot be read, and with `undefined` when it can again. */
  onTrouble?: (error: Error | undefined) => void;
}

/** One member of a group that shares the partitions of its topics. */
export interface LogConsumer {
  /** Finishes the batch in hand, commits it and hands its partitions back. */
  close(): Promise<void>;
}

/** Where a group is set back to. */
export type ReplayStart = 'beginning' | Date;

/** Options of {@link EventLog.replay}. */
export interface ReplayOptions {
  group: string;
  topics: readonly string[];
  from: ReplayStart;
}

/** An ordered, partitioned log that all services of an environment share. */
export interface EventLog {
  /** Whether a replay gives events a new generation; if not, the inbox has to forget the group. */
  readonly generations: boolean;
  /**
   * Appends a batch, in its order for each key. Resolves when all of it is in; when
   * it rejects some may be, so the same batch is to be sent again.
   *
   * @throws RecordsRefusedError when some records are never taken
   * @throws UnavailableError when trying again may help
   */
  append(records: readonly EventRecord[]): Promise<void>;
  consume(options: ConsumeOptions): Promise<LogConsumer>;
  /** Sets a group back, so that it handles again what the log still keeps. */
  replay(options: ReplayOptions): Promise<void>;
  /** Resolves when the log answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Does the work of one event. What it writes through `tx` is committed with the
 * row that marks the event as handled; anything else it does must be idempotent.
 * Whom it wakes it wakes by `tx.afterCommit`: before that there is nothing to see.
 */
export type EventHandler<Type extends EventType> = (
  event: ShopEvent<Type>,
  tx: Transaction,
) => Promise<void>;

/** Handlers by type of event. A type without one is passed over. */
export type EventHandlers = { [Type in EventType]?: EventHandler<Type> };
