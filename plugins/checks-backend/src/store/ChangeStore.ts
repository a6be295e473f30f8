import { CheckChanges } from '@shopfloor/plugin-checks-common';
import { Knex } from 'knex';

/**
 * Notes that results of entities change with this transaction. Their rows are locked by it already, so that two of these never
 * wait for each other.
 */
export async function markChanged(
  tx: Knex.Transaction,
  entityRefs: string[],
): Promise<void> {
  if (entityRefs.length === 0) {
    return;
  }
  await tx.raw(
    `insert into checks_changes (entity_ref, change)
     select ref, pg_current_xact_id() from unnest(?::text[]) as ref order by ref
     on conflict (entity_ref) do update set change = excluded.change`,
    [entityRefs],
  );
}

/**
 * Which entities' results changed since a reader last asked.
 *
 * Numbers are given to transactions when they begin to write, and they end in any order, so "all above the last I saw" misses
 * whoever ends late. Here a cursor is a transaction before which all have ended. A reader gets what was changed from its last
 * cursor up to the oldest transaction that is still under way, and goes on from there: nothing is missed, however late it ends.
 * What changes again meanwhile is given once more or later, never lost. A transaction that writes for long, in any database of
 * the server, delays the feed until it ends.
 */
export class ChangeStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** @param since - the cursor of the last answer */
  async read(since?: string): Promise<CheckChanges> {
    // One statement, so that the horizon and the rows are of one snapshot.
    const { rows } = await this.#db.raw(
      `with horizon as (select pg_snapshot_xmin(pg_current_snapshot()) as xid)
       select h.xid::text as cursor, coalesce(?::xid8 <= h.xid, false) as follows,
         (select coalesce(array_agg(c.entity_ref order by c.entity_ref), '{}')
          from checks_changes c where c.change >= ?::xid8 and c.change < h.xid) as refs
       from horizon h`,
      [since ?? null, since ?? null],
    );
    const [{ cursor, follows, refs }] = rows;
    // A cursor from the future is of another server, before a restore; what it has seen is not known.
    return follows ? { cursor, entityRefs: refs } : { cursor };
  }
}
