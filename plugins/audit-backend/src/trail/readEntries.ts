import { StoredEntry } from '@shopfloor/plugin-audit-node';
import { Knex } from 'knex';

/** The entries of a stream after one, in order, as the check of the trail takes them. */
export async function readEntries(
  db: Knex,
  stream: string,
  after: number,
  limit: number,
): Promise<StoredEntry[]> {
  const rows = await db('audit_trail')
    .where({ stream })
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit);
  return rows.map(row => ({
    sequence: Number(row.sequence),
    text: row.body,
    hash: row.hash,
    columns: {
      actId: row.act_id,
      phase: row.phase,
      at: row.at.toISOString(),
      action: row.action,
      actor: row.actor,
      entityRef: row.entity_ref,
      outcome: row.outcome,
    },
  }));
}
