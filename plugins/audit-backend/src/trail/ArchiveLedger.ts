import { ArchivePlace, StoredEntry } from '@shopfloor/plugin-audit-node';
import { Knex } from 'knex';
import { readEntries } from './readEntries';

/** One archiver at a time, in all instances of the portal; the number means nothing. */
const LOCK = 7_421_903_117;

/** The part of the database in archiving, in one transaction. */
export interface ArchiveLedger {
  /** The entries of a stream after one, in order. */
  read(stream: string, after: number, limit: number): Promise<StoredEntry[]>;
  /** The first entry that is there; `undefined` when none is. */
  firstOf(stream: string): Promise<number | undefined>;
  /** The last entry before the first one that is not older than a time; `undefined` when none is. */
  lastBefore(stream: string, cutoff: Date): Promise<number | undefined>;
  /** What was archived and is deleted here. */
  places(stream: string): Promise<ArchivePlace[]>;
  /** Deletes what an archive holds. The trail takes no other deletion. */
  remove(place: ArchivePlace, sealedAt: Date): Promise<void>;
}

/** Works alone on what is archived; `undefined` while another process does. */
export async function withLedger<T>(
  db: Knex,
  work: (ledger: ArchiveLedger) => Promise<T>,
): Promise<T | undefined> {
  return db.transaction(async tx => {
    // Let go with the transaction, also by a process that dies.
    const {
      rows: [{ locked }],
    } = await tx.raw('select pg_try_advisory_xact_lock(?) as locked', [LOCK]);
    return locked ? work(ledgerOf(tx)) : undefined;
  });
}

/** What was archived of a stream, in the order of the chain. */
export async function readPlaces(
  db: Knex,
  stream: string,
): Promise<ArchivePlace[]> {
  const rows = await db('audit_archives').where({ stream }).orderBy('first');
  return rows.map(({ first, last, last_hash }) => ({
    stream,
    first: Number(first),
    last: Number(last),
    lastHash: last_hash,
  }));
}

function ledgerOf(tx: Knex.Transaction): ArchiveLedger {
  // PostgreSQL's bigint comes as text, and null when there is no row.
  const number = (row: { value?: string | null } | undefined) =>
    row?.value === null || row?.value === undefined
      ? undefined
      : Number(row.value);
  return {
    read: (stream, after, limit) => readEntries(tx, stream, after, limit),
    places: stream => readPlaces(tx, stream),
    async firstOf(stream) {
      return number(
        await tx('audit_trail')
          .where({ stream })
          .min('sequence as value')
          .first(),
      );
    },
    async lastBefore(stream, cutoff) {
      const young = number(
        await tx('audit_trail')
          .where({ stream })
          .where('at', '>=', cutoff)
          .min('sequence as value')
          .first(),
      );
      if (young !== undefined) {
        return young - 1;
      }
      return number(
        await tx('audit_trail')
          .where({ stream })
          .max('sequence as value')
          .first(),
      );
    },
    async remove({ stream, first, last, lastHash }, sealedAt) {
      const times = await tx('audit_trail')
        .where({ stream })
        .whereBetween('sequence', [first, last])
        .min('at as from')
        .max('at as until')
        .first();
      await tx('audit_archives').insert({
        stream,
        first,
        last,
        last_hash: lastHash,
        begins_at: times?.from ?? null,
        until_at: times?.until ?? null,
        sealed_at: sealedAt,
      });
      await tx('audit_trail')
        .where({ stream })
        .whereBetween('sequence', [first, last])
        .delete();
    },
  };
}
