import pg from 'pg';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Logger } from 'pino';
import type { DatabaseConfig } from '../config/serviceConfig.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import { UnavailableError } from '../problems/DomainError.ts';
import { ConnectionSource } from './ConnectionSource.ts';
import { DatabaseClock } from './DatabaseClock.ts';
import { NotificationListener } from './NotificationListener.ts';
import { RenewedPool } from './RenewedPool.ts';
import { StatementGroup, type Step } from './StatementGroup.ts';
import { databaseUnavailable, isTemporary } from './temporaryErrors.ts';

/** A statement that the server parses and plans once per connection. */
export interface Statement {
  /** Unique per text, at most 63 characters; also the label in metrics and spans. */
  name: string;
  text: string;
}

/** What statements run on: the database, or a transaction of it. */
export interface Queryable {
  /** Runs a named statement and returns its rows. */
  query<Row extends object>(
    statement: Statement,
    values?: readonly unknown[],
  ): Promise<Row[]>;
}

/** A transaction that is open. */
export interface Transaction extends Queryable {
  /**
   * Has something done once the transaction is committed: what wakes others must not come before there is something to see. A
   * hint only: a process that dies after the commit does not do it. It must not throw.
   */
  afterCommit(work: () => void): void;
}

/** Access to the service's own database. */
export interface Database extends Queryable {
  /**
   * Runs work in one transaction (read committed) on one connection: committed
   * when the work resolves, rolled back when it rejects. One statement alone
   * needs none. A commit whose answer is lost may have happened: repeat only
   * what is idempotent.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs statements that need nothing of each other's rows in one round trip and one transaction: all happen or none. Gives the
   * rows of each.
   */
  together(steps: readonly Step[]): Promise<object[][]>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Waits for running statements and closes every connection. */
  close(): Promise<void>;
}

/** Notifications of PostgreSQL (`listen`), where a database offers them. */
export interface NotificationSource {
  /**
   * Listens on a channel over a connection of its own, which is opened again
   * when it breaks. Hints only: one may be lost, so also poll now and then.
   *
   * @returns ends the listening
   */
  listen(
    channel: string,
    onNotification: (payload: string) => void,
  ): Promise<() => Promise<void>>;
}

/** Options of {@link PooledDatabase}. */
export interface PooledDatabaseOptions {
  config: DatabaseConfig;
  /** Shown by PostgreSQL for each connection. */
  applicationName: string;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: Logger;
}

const BEGIN: Statement = { name: 'begin', text: 'begin' };

/** A pool of connections, measured and traced, with a bound on every wait. */
export class PooledDatabase implements Database, NotificationSource {
  readonly #source: ConnectionSource;
  readonly #pool: RenewedPool;
  readonly #listenerConfig: pg.ClientConfig;
  readonly #logger: Logger;
  readonly #tracing: Tracing;
  readonly #duration: Histogram<'statement'>;
  readonly #failures: Counter<'statement'>;
  readonly #clock: DatabaseClock;

  static create(options: PooledDatabaseOptions): PooledDatabase {
    return new PooledDatabase(options);
  }

  private constructor(options: PooledDatabaseOptions) {
    const { config, metrics, logger } = options;
    this.#tracing = options.tracing;
    this.#logger = logger;
    this.#clock = DatabaseClock.create({ metrics, logger });
    this.#source = ConnectionSource.create({
      connectionString: config.DATABASE_URL,
      file: config.DATABASE_URL_FILE,
      logger,
    });
    this.#listenerConfig = {
      application_name: `${options.applicationName} listen`,
      connectionTimeoutMillis: config.DATABASE_CONNECT_TIMEOUT_MS,
    };
    this.#pool = RenewedPool.create({
      source: this.#source,
      config: {
        application_name: options.applicationName,
        max: config.DATABASE_POOL_MAX,
        connectionTimeoutMillis: config.DATABASE_CONNECT_TIMEOUT_MS,
        statement_timeout: config.DATABASE_STATEMENT_TIMEOUT_MS,
        // The client's own bound covers a server that no longer answers at all.
        query_timeout: config.DATABASE_STATEMENT_TIMEOUT_MS + 500,
        idle_in_transaction_session_timeout: 10_000,
        idleTimeoutMillis: 60_000,
        keepAlive: true,
        // Pages lie in memory or on flash: an index costs little more than a scan.
        options: '-c random_page_cost=1.1',
      },
      onError: error =>
        logger.warn({ error }, 'An idle database connection broke'),
    });
    const pool = this.#pool;
    const connections = new Gauge({
      name: 'db_pool_connections',
      help: 'Connections of the pool by state; waiting are requests in line.',
      labelNames: ['state'],
      registers: [],
      collect() {
        this.set({ state: 'idle' }, pool.idleCount);
        this.set({ state: 'used' }, pool.totalCount - pool.idleCount);
        this.set({ state: 'waiting' }, pool.waitingCount);
      },
    });
    metrics.registry.registerMetric(connections);
    this.#duration = new Histogram({
      name: 'db_client_operation_duration_seconds',
      help: 'Time of one statement, or of those it is sent with, with the wait for a connection.',
      labelNames: ['statement'],
      buckets: [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5,
      ],
      registers: [metrics.registry],
    });
    this.#failures = new Counter({
      name: 'db_client_failures_total',
      help: 'Statements that failed.',
      labelNames: ['statement'],
      registers: [metrics.registry],
    });
  }

  async query<Row extends object>(
    statement: Statement,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const [rows] = await this.#run(this.#pool, [{ statement, values }]);
    return rows as Row[];
  }

  async together(steps: readonly Step[]): Promise<object[][]> {
    return this.#run(this.#pool, steps);
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch(error => {
      throw databaseUnavailable(error);
    });
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    // A connection that breaks between two statements must not end the process.
    client.on('error', onError);
    let open = true;
    let begun = false;
    const afterCommit: (() => void)[] = [];
    let committed: T;
    try {
      const result = await work({
        afterCommit: task => {
          afterCommit.push(task);
        },
        query: async <Row extends object>(
          statement: Statement,
          values?: readonly unknown[],
        ) => {
          if (!open) {
            throw new Error(
              `Statement ${statement.name} came after the end of its transaction`,
            );
          }
          const step = { statement, values };
          // The begin goes with what comes first; without it the server passes that over.
          const steps = begun ? [step] : [{ statement: BEGIN }, step];
          begun = true;
          const results = await this.#run(client, steps);
          return results.at(-1) as Row[];
        },
      });
      open = false;
      if (begun) {
        await this.#commit(client);
      }
      committed = result;
    } catch (error) {
      open = false;
      if (begun) {
        await client.query('rollback').catch(failure => {
          broken ??= failure;
        });
      }
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
    afterCommit.forEach(task => task());
    return committed;
  }

  async listen(
    channel: string,
    onNotification: (payload: string) => void,
  ): Promise<() => Promise<void>> {
    const listener = NotificationListener.create({
      source: this.#source,
      config: this.#listenerConfig,
      channel,
      onNotification,
      logger: this.#logger,
    });
    await listener.start();
    return () => listener.close();
  }

  async #commit(client: pg.PoolClient): Promise<void> {
    const { command } = await client.query('commit').catch(error => {
      throw isTemporary(error) ? databaseUnavailable(error) : error;
    });
    // PostgreSQL answers a commit after a failed statement with a rollback, not with an error.
    if (command !== 'COMMIT') {
      throw new Error(
        'The transaction was rolled back: a statement in it had failed and its error was swallowed',
      );
    }
  }

  /** Each statement is measured with the time of all, which come back in one answer; those of several are one span. */
  async #run(
    target: RenewedPool | pg.PoolClient,
    steps: readonly Step[],
  ): Promise<object[][]> {
    const started = performance.now();
    const names = new Set(steps.map(({ statement }) => statement.name));
    names.delete(BEGIN.name);
    const name = [...names].join(' ');
    let group: StatementGroup | undefined;
    const create = () => {
      group = StatementGroup.create(steps);
      return group;
    };
    try {
      return await this.#tracing.span(
        name,
        { 'db.system.name': 'postgresql', 'db.operation.name': name },
        () =>
          target instanceof RenewedPool
            ? target.run(create)
            : create().runOn(target),
      );
    } catch (error) {
      const failed = group?.current ?? steps[0].statement;
      this.#failures.inc({ statement: failed.name });
      if (error instanceof UnavailableError) {
        throw error;
      }
      if (isTemporary(error)) {
        throw databaseUnavailable(error);
      }
      throw new Error(`Statement ${failed.name} failed`, { cause: error });
    } finally {
      const seconds = (performance.now() - started) / 1000;
      for (const statement of names) {
        this.#duration.observe({ statement }, seconds);
      }
    }
  }

  /** The time of the database in milliseconds since 1970, as the last ping told it; for what is decided without a statement. */
  now(): number {
    return this.#clock.now();
  }

  async ping(): Promise<void> {
    try {
      const askedAt = performance.now();
      const { rows } = await this.#pool.query<{ now: number }>(
        'select extract(epoch from clock_timestamp())::float8 * 1000 as now',
      );
      this.#clock.learn({
        databaseMs: rows[0].now,
        roundTripMs: performance.now() - askedAt,
      });
    } catch (error) {
      // Probes are public: the reason goes to the log, not into the answer.
      throw new Error('the database does not answer', { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#source.close();
    await this.#pool.end();
  }
}
