import type { Logger } from 'pino';
import { ConnectionSource } from '../../postgres/ConnectionSource.ts';
import { NotificationListener } from '../../postgres/NotificationListener.ts';
import { RenewedPool } from '../../postgres/RenewedPool.ts';
import { StatementGroup } from '../../postgres/StatementGroup.ts';
import {
  databaseUnavailable,
  isTemporary,
} from '../../postgres/temporaryErrors.ts';
import { UnavailableError } from '../../problems/DomainError.ts';
import { partitionOf } from '../partitioning.ts';
import {
  type ConsumeOptions,
  type EventLog,
  type EventRecord,
  type LogConsumer,
  MAX_EVENT_BYTES,
  type RefusedRecord,
  RecordsRefusedError,
  type ReplayOptions,
} from '../types.ts';
import { NOT_PERMITTED, UNKNOWN_TOPIC } from './logFunctions.ts';
import { PostgresLogConsumer } from './PostgresLogConsumer.ts';

/** Options of {@link PostgresEventLog}. */
export interface PostgresEventLogOptions {
  connectionString: string;
  /** The file that keeps the connection string current. Default none: it stays as it is. */
  connectionFile?: string;
  /** Shown by PostgreSQL for each connection. */
  applicationName: string;
  logger: Logger;
  /** Most connections beside the one that listens. Default 2: what is read and what is appended. */
  maxConnections?: number;
  /** How long a member that no longer answers keeps its partitions. Default 10 s. */
  leaseTtlMs?: number;
}

/** Runs statements of the log; turns its errors into those of the port. */
export type LogQuery = <Row extends object>(
  name: string,
  text: string,
  values: unknown[],
) => Promise<Row[]>;

const TRIM_INTERVAL_MS = 60_000;
const TRIM_STEP = 1000;

const APPEND =
  'select event_log.append($1::text[], $2::smallint[], $3::text[], $4::uuid[], $5::text[])';

function tooLarge(records: readonly EventRecord[]): RefusedRecord[] {
  return records
    .filter(
      ({ value }) =>
        value.length * 3 > MAX_EVENT_BYTES &&
        Buffer.byteLength(value) > MAX_EVENT_BYTES,
    )
    .map(({ id }) => ({ id, reason: 'too-large' }));
}

/** The event log in a PostgreSQL database that the services of an environment share. */
export class PostgresEventLog implements EventLog {
  readonly generations = true;
  readonly #options: PostgresEventLogOptions;
  readonly #source: ConnectionSource;
  readonly #pool: RenewedPool;
  readonly #consumers = new Set<PostgresLogConsumer>();
  #listener: NotificationListener | undefined;
  #trimTimer: NodeJS.Timeout | undefined;

  static create(options: PostgresEventLogOptions): PostgresEventLog {
    return new PostgresEventLog(options);
  }

  private constructor(options: PostgresEventLogOptions) {
    this.#options = options;
    this.#source = ConnectionSource.create({
      connectionString: options.connectionString,
      file: options.connectionFile,
      logger: options.logger,
    });
    this.#pool = RenewedPool.create({
      source: this.#source,
      config: {
        application_name: options.applicationName,
        max: options.maxConnections ?? 2,
        connectionTimeoutMillis: 2000,
        statement_timeout: 5000,
        query_timeout: 5500,
        idleTimeoutMillis: 60_000,
        keepAlive: true,
      },
      onError: error =>
        options.logger.warn({ error }, 'An idle connection to the log broke'),
    });
  }

  async append(records: readonly EventRecord[]): Promise<void> {
    if (records.length === 0) {
      return;
    }
    const refused = tooLarge(records);
    if (refused.length > 0) {
      throw new RecordsRefusedError(refused);
    }
    try {
      await this.#query('event_log_append', APPEND, [
        records.map(({ topic }) => topic),
        records.map(({ key }) => partitionOf(key)),
        records.map(({ key }) => key),
        records.map(({ id }) => id),
        records.map(({ value }) => value),
      ]);
    } catch (error) {
      const { code, detail } = (error as Error).cause as {
        code?: string;
        detail?: string;
      };
      if (code === UNKNOWN_TOPIC || code === NOT_PERMITTED) {
        const topics = new Set(detail?.split(','));
        throw new RecordsRefusedError(
          records
            .filter(({ topic }) => topics.has(topic))
            .map(({ id }) => ({
              id,
              reason:
                code === UNKNOWN_TOPIC ? 'unknown-topic' : 'not-permitted',
            })),
          error,
        );
      }
      throw error;
    }
  }

  async consume(options: ConsumeOptions): Promise<LogConsumer> {
    await this.#listen();
    const consumer = PostgresLogConsumer.create({
      ...options,
      query: this.#query,
      logger: this.#options.logger,
      leaseTtlMs: this.#options.leaseTtlMs ?? 10_000,
    });
    this.#consumers.add(consumer);
    consumer.start();
    return {
      close: async () => {
        await consumer.close();
        this.#consumers.delete(consumer);
      },
    };
  }

  async replay(options: ReplayOptions): Promise<void> {
    await this.#query(
      'event_log_replay',
      'select event_log.replay($1, $2::text[], $3)',
      [
        options.group,
        options.topics,
        options.from === 'beginning' ? undefined : options.from,
      ],
    );
  }

  async ping(): Promise<void> {
    try {
      await this.#pool.query('select 1');
    } catch (error) {
      throw new Error('the event log does not answer', { cause: error });
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#trimTimer);
    await Promise.all([...this.#consumers].map(consumer => consumer.close()));
    await this.#listener?.close();
    this.#source.close();
    await this.#pool.end();
  }

  /** Deletes what is past its retention, in steps, until a step finds nothing. */
  async trim(): Promise<number> {
    let total = 0;
    for (;;) {
      const [{ trimmed }] = await this.#query<{ trimmed: string }>(
        'event_log_trim',
        'select event_log.trim($1) as trimmed',
        [TRIM_STEP],
      );
      total += Number(trimmed);
      if (Number(trimmed) === 0) {
        return total;
      }
    }
  }

  async #listen(): Promise<void> {
    if (this.#listener) {
      return;
    }
    const { applicationName, logger } = this.#options;
    this.#listener = NotificationListener.create({
      source: this.#source,
      config: {
        application_name: `${applicationName} listen`,
        connectionTimeoutMillis: 2000,
      },
      channel: 'event_log',
      onNotification: payload => {
        for (const consumer of this.#consumers) {
          consumer.notify(payload);
        }
      },
      logger,
    });
    await this.#listener.start();
    this.#trimTimer = setInterval(
      () =>
        this.trim().catch(error =>
          logger.warn({ error }, 'Old events could not be trimmed'),
        ),
      TRIM_INTERVAL_MS,
    );
    this.#trimTimer.unref();
  }

  readonly #query: LogQuery = async <Row extends object>(
    name: string,
    text: string,
    values: unknown[],
  ) => {
    try {
      const steps = [{ statement: { name, text }, values }];
      const [rows] = await this.#pool.run(() => StatementGroup.create(steps));
      return rows as Row[];
    } catch (error) {
      if (error instanceof UnavailableError) {
        throw error;
      }
      if (isTemporary(error)) {
        throw databaseUnavailable(error);
      }
      throw new Error(`Statement ${name} failed`, { cause: error });
    }
  };
}
