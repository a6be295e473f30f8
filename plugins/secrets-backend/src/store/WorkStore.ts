import { Knex } from 'knex';
import { STORED_COLUMNS, StoredGrant, toStored } from './GrantStore';
import { nextAt } from './grantRow';

/** For how long a worker has a grant unless it says that it goes on, in milliseconds. */
export const LEASE_MS = 60_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

/** A grant that one worker has for a while. */
export interface LeasedGrant extends StoredGrant {
  lease: string;
}

/** The queue of grants that something has to be done for: one worker at a time has a grant, for as long as its lease lasts. */
export class WorkStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** Takes the grant that is due the longest, if there is one that nobody has. */
  async take(lease: string, now: Date): Promise<LeasedGrant | undefined> {
    const free = this.#db('secrets_grants')
      .where('next_at', '<=', now)
      .where(unleased =>
        unleased.whereNull('leased_until').orWhere('leased_until', '<', now),
      )
      .orderBy('next_at')
      .limit(1)
      .forUpdate()
      .skipLocked()
      .select('id');
    const [row] = await this.#db('secrets_grants')
      .whereIn('id', free)
      .update({ lease, leased_until: new Date(now.getTime() + LEASE_MS) })
      .returning(STORED_COLUMNS);
    return row && { ...toStored(row), lease };
  }

  /** @returns whether the lease is still held, and now lasts longer */
  async extend(lease: string, now: Date): Promise<boolean> {
    const changed = await this.#db('secrets_grants')
      .where({ lease })
      .update({ leased_until: new Date(now.getTime() + LEASE_MS) });
    return changed > 0;
  }

  /**
   * Gives a grant back. When it waits for something, it is due again after a pause that grows to five minutes; else when its state
   * says so.
   */
  async giveBack(options: {
    id: string;
    lease: string;
    waits: boolean;
    now: Date;
  }): Promise<void> {
    const { id, lease, waits, now } = options;
    await this.#db.transaction(async tx => {
      const row = await tx('secrets_grants')
        .where({ id, lease })
        .forUpdate()
        .first([...STORED_COLUMNS, 'next_at']);
      if (!row) {
        return;
      }
      const { grant, settled, proofAsked, attempts } = toStored(row);
      const next = nextAt(grant, { settled, proofAsked }, now);
      const pause = Math.min(
        FIRST_PAUSE_MS * 2 ** Math.min(attempts, 10),
        LONGEST_PAUSE_MS,
      );
      const later = new Date(now.getTime() + pause);
      await tx('secrets_grants')
        .where({ id })
        .update({
          lease: null,
          leased_until: null,
          next_at: waits && next && next < later ? later : (next ?? null),
          attempts: waits ? attempts + 1 : 0,
        });
    });
  }

  /** Has it looked at now. */
  async wake(id: string, now: Date): Promise<void> {
    await this.#db('secrets_grants')
      .where({ id })
      .update({ next_at: now, attempts: 0 });
  }

  /** Nothing about it waits for approval any more. */
  async settle(id: string): Promise<void> {
    await this.#db('secrets_grants')
      .where({ id })
      .update({ settled: true, next_at: null });
  }

  /**
   * Notes that a grant should end, or that it should not any more.
   *
   * @returns since when it should
   */
  async markAstray(
    id: string,
    astray: string | undefined,
    now: Date,
  ): Promise<Date | undefined> {
    return this.#db.transaction(async tx => {
      const row = await tx('secrets_grants')
        .where({ id })
        .forUpdate()
        .first(['astray', 'astray_since']);
      if (!row) {
        return undefined;
      }
      if (astray !== undefined && row.astray === astray) {
        return row.astray_since as Date;
      }
      const since = astray === undefined ? undefined : now;
      if (row.astray !== null || since) {
        await tx('secrets_grants')
          .where({ id })
          .update({ astray: astray ?? null, astray_since: since ?? null });
      }
      return since;
    });
  }
}
