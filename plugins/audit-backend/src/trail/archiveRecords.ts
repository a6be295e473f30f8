import { ArchivePlace } from '@shopfloor/plugin-audit-node';
import { Knex } from 'knex';

/** What the database knows of an archive. */
export interface ArchiveRecord extends ArchivePlace {
  /** When its first entry was written; absent of archives that are older than this column. */
  from?: Date;
  /** When its last entry was written; absent as `from` is, and then not after `sealedAt`. */
  until?: Date;
  sealedAt: Date;
}

/** A place in the list of archives. */
export type ArchiveCursor = Pick<
  ArchiveRecord,
  'sealedAt' | 'stream' | 'first'
>;

/** Which archives are wanted: those that may hold entries of a time. */
export interface ArchiveRange {
  stream?: string[];
  from?: Date;
  to?: Date;
}

/** Which archives are wanted, and how many. */
export interface ArchiveQuery extends ArchiveRange {
  after?: ArchiveCursor;
  limit: number;
}

/** Where the time of the last entry is not known, it is taken as late as it can be: no archive is passed over. */
const UNTIL = 'coalesce(until_at, sealed_at)';

/** Archives, latest first, with the number of all that match. */
export async function listRecords(
  db: Knex,
  query: ArchiveQuery,
): Promise<{ items: ArchiveRecord[]; totalItems: number }> {
  const { after, limit } = query;
  const [rows, [{ count }]] = await Promise.all([
    reaching(db, query)
      .modify(select => {
        if (after) {
          select.whereRaw('(sealed_at, stream, first) < (?, ?, ?)', [
            after.sealedAt,
            after.stream,
            after.first,
          ]);
        }
      })
      .orderBy([
        { column: 'sealed_at', order: 'desc' },
        { column: 'stream', order: 'desc' },
        { column: 'first', order: 'desc' },
      ])
      .limit(limit),
    reaching(db, query).count('* as count'),
  ]);
  return { items: rows.map(toRecord), totalItems: Number(count) };
}

/** When the last entry was written that is in an archive of that time; `undefined` when none reaches into it. */
export async function lastArchived(
  db: Knex,
  range: ArchiveRange,
): Promise<Date | undefined> {
  const [{ value }] = await reaching(db, range).select(
    db.raw(`max(${UNTIL}) as value`),
  );
  return value ?? undefined;
}

function reaching(db: Knex, { stream, from, to }: ArchiveRange) {
  return db('audit_archives').modify((select: Knex.QueryBuilder) => {
    if (stream) {
      select.whereIn('stream', stream);
    }
    if (from) {
      select.whereRaw(`${UNTIL} >= ?`, [from]);
    }
    if (to) {
      select.whereRaw('(begins_at is null or begins_at < ?)', [to]);
    }
  });
}

function toRecord(row: {
  stream: string;
  first: string;
  last: string;
  last_hash: string;
  begins_at: Date | null;
  until_at: Date | null;
  sealed_at: Date;
}): ArchiveRecord {
  return {
    stream: row.stream,
    // PostgreSQL's bigint comes as text.
    first: Number(row.first),
    last: Number(row.last),
    lastHash: row.last_hash,
    ...(row.begins_at && { from: row.begins_at }),
    ...(row.until_at && { until: row.until_at }),
    sealedAt: row.sealed_at,
  };
}
