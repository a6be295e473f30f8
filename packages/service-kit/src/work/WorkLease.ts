import { newId } from '../ids/newId.ts';
import type { Database, Queryable, Statement } from '../postgres/Database.ts';
import { UnavailableError } from '../problems/DomainError.ts';

/** Options of {@link WorkLease}. */
export interface WorkLeaseOptions {
  database: Database;
  /** The work that one replica does at a time. */
  name: string;
  /** How long the work waits when its holder was killed. Longer than a round. */
  seconds: number;
}

/** Takes or keeps it. No row when another holds it. Parameters: name, holder, seconds. */
const takeStatement: Statement = {
  name: 'kit_take_work_lease',
  text: `
  insert into work_leases as held (name, holder, expires_at)
  values ($1, $2, clock_timestamp() + make_interval(secs => $3))
  on conflict (name) do update
  set holder = excluded.holder, expires_at = excluded.expires_at,
    term = held.term + (held.holder <> excluded.holder)::int
  where held.holder = excluded.holder or held.expires_at <= clock_timestamp()
  returning term::float8`,
};

/** Keeps everybody from taking it until the transaction ends. Parameters: name, holder, term. */
const fenceStatement: Statement = {
  name: 'kit_fence_work_lease',
  text: `
  select from work_leases where name = $1 and holder = $2 and term = $3
  for share`,
};

/** Ends it; the row stays, since its term only grows. Parameters: name, holder. */
const dropStatement: Statement = {
  name: 'kit_drop_work_lease',
  text: `
  update work_leases set expires_at = '-infinity'
  where name = $1 and holder = $2`,
};

/** Someone else does the work by now; what this replica was about to write is not written. */
export class LeaseLostError extends UnavailableError {
  constructor(name: string) {
    super({
      code: 'lease-lost',
      message: `The lease of ${name} went to another replica.`,
    });
  }
}

/**
 * Lets one of many replicas do a piece of work. It ends by the clock of the database,
 * so that the work of a killed replica goes on elsewhere; each one made is another
 * holder, so that a process that starts again is not its predecessor.
 */
export class WorkLease {
  readonly #database: Database;
  readonly #name: string;
  readonly #seconds: number;
  readonly #holder = newId();
  #term = 0;

  static create(options: WorkLeaseOptions): WorkLease {
    return new WorkLease(options);
  }

  private constructor(options: WorkLeaseOptions) {
    this.#database = options.database;
    this.#name = options.name;
    this.#seconds = options.seconds;
  }

  /** Takes or keeps it. @returns false when another replica holds it */
  async take(): Promise<boolean> {
    const [row] = await this.#database.query<{ term: number }>(takeStatement, [
      this.#name,
      this.#holder,
      this.#seconds,
    ]);
    this.#term = row?.term ?? 0;
    return row !== undefined;
  }

  /**
   * Does work in a transaction that is committed only if the lease is still this
   * replica's, however late it is: until then nobody can take it over.
   *
   * @throws LeaseLostError when another replica has it
   */
  fenced<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.#database.transaction(async tx => {
      const held = await tx.query(fenceStatement, [
        this.#name,
        this.#holder,
        this.#term,
      ]);
      if (held.length === 0) {
        throw new LeaseLostError(this.#name);
      }
      return work(tx);
    });
  }

  /** Gives it back, so that another replica need not wait for its end. */
  async drop(): Promise<void> {
    await this.#database.query(dropStatement, [this.#name, this.#holder]);
  }
}
