import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { ConnectionSource } from './ConnectionSource.ts';
import type { StatementGroup } from './StatementGroup.ts';
import { databaseUnavailable } from './temporaryErrors.ts';

/** Options of {@link RenewedPool}. */
export interface RenewedPoolOptions {
  source: ConnectionSource;
  /** Of each pool; the connection string comes from the source. */
  config: Omit<pg.PoolConfig, 'connectionString'>;
  /** An idle connection broke. */
  onError(error: Error): void;
}

const DRAIN_LOOK_MS = 20;

/**
 * A pool whose connections follow their credentials: after a change new work goes to a new pool, and connections of the old one
 * are closed as soon as they are idle. A login that is refused has the credentials read again, and is tried once more.
 */
export class RenewedPool {
  readonly #options: RenewedPoolOptions;
  readonly #retiring = new Set<Promise<void>>();
  readonly #unsubscribe: () => void;
  #pool: pg.Pool;

  static create(options: RenewedPoolOptions): RenewedPool {
    return new RenewedPool(options);
  }

  private constructor(options: RenewedPoolOptions) {
    this.#options = options;
    this.#pool = this.#open();
    this.#unsubscribe = options.source.onChange(() => this.#renew());
  }

  /** Connections that do nothing. */
  get idleCount(): number {
    return this.#pool.idleCount;
  }

  /** All connections. */
  get totalCount(): number {
    return this.#pool.totalCount;
  }

  /** Requests in line for a connection. */
  get waitingCount(): number {
    return this.#pool.waitingCount;
  }

  /**
   * Runs statements in one round trip on any connection.
   *
   * @param create - makes the group, anew where a login is tried again
   * @returns the rows of each
   */
  run(create: () => StatementGroup): Promise<object[][]> {
    // pg's types know only its own results.
    return this.#loggedIn(
      pool => pool.query(create()) as unknown as Promise<object[][]>,
    );
  }

  /** Runs one statement without a name on any connection. */
  query<Row extends object>(
    statement: pg.QueryConfig | string,
  ): Promise<pg.QueryResult<Row>> {
    return this.#loggedIn(pool => pool.query<Row>(statement));
  }

  /** Takes a connection, which is to be released. */
  connect(): Promise<pg.PoolClient> {
    return this.#loggedIn(pool => pool.connect());
  }

  /** Waits for running statements and closes every connection. */
  async end(): Promise<void> {
    this.#unsubscribe();
    this.#retire(this.#pool);
    await Promise.all(this.#retiring);
  }

  async #loggedIn<T>(work: (pool: pg.Pool) => Promise<T>): Promise<T> {
    const { source } = this.#options;
    const used = this.#pool;
    try {
      return await work(used);
    } catch (error) {
      if (!source.changes || !isLoginRefused(error)) {
        throw error;
      }
      // Nothing ran yet, so that trying again repeats nothing. Somebody else may have read the file meanwhile.
      source.reload();
      if (used === this.#pool) {
        throw databaseUnavailable(error);
      }
    }
    return work(this.#pool).catch(error => {
      throw isLoginRefused(error) ? databaseUnavailable(error) : error;
    });
  }

  #open(): pg.Pool {
    const pool = new pg.Pool({
      ...this.#options.config,
      connectionString: this.#options.source.current,
    });
    // Without a listener a broken idle connection would end the process.
    pool.on('error', error => this.#options.onError(error));
    return pool;
  }

  #renew(): void {
    const old = this.#pool;
    this.#pool = this.#open();
    this.#retire(old);
  }

  #retire(pool: pg.Pool): void {
    const retired = drain(pool).finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }
}

/** A pool that ends forgets those in line; each is served or times out before. */
async function drain(pool: pg.Pool): Promise<void> {
  while (pool.waitingCount > 0) {
    await delay(DRAIN_LOOK_MS);
  }
  await pool.end();
}

/** Whether the server knows no such role or password. */
function isLoginRefused(error: unknown): boolean {
  return /^28/.test((error as { code?: string }).code ?? '');
}
