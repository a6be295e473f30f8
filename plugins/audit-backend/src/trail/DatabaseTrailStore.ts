import { NotFoundError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import { Act, ActIntent, ActResult } from '@shopfloor/plugin-audit-common';
import {
  ArchivePlace,
  entryHash,
  entryText,
  GENESIS,
  StoredEntry,
} from '@shopfloor/plugin-audit-node';
import { Knex } from 'knex';
import { applyPlace, applyVisible } from '../store/visibility';
import { readPlaces } from './ArchiveLedger';
import {
  ArchiveQuery,
  ArchiveRange,
  lastArchived,
  listRecords,
} from './archiveRecords';
import { readEntries } from './readEntries';
import { ActQuery, StreamHead, TrailStore } from './TrailStore';

interface TrailRow {
  stream: string;
  /** PostgreSQL's bigint comes as text. */
  sequence: string;
  act_id: string;
  phase: 'intent' | 'outcome';
  at: Date;
  action: string;
  actor: string;
  entity_ref: string | null;
  outcome: string | null;
  body: string;
  hash: string;
}

/** What ties acts of several plugins to one another. */
const CORRELATIONS = ['traceId', 'changeId', 'approvalId'] as const;

/** As the migration indexes it; the text is what is hashed, so it has no column of its own. */
function correlationOf(key: (typeof CORRELATIONS)[number]): string {
  return `audit_correlation(body, '${key}')`;
}

/** {@link TrailStore} in PostgreSQL. */
export class DatabaseTrailStore implements TrailStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async begin(stream: string, intent: ActIntent, at: Date): Promise<void> {
    await this.#db.transaction(async tx => {
      await this.#append(tx, stream, at, {
        ...intent,
        phase: 'intent',
      });
    });
  }

  async end(
    stream: string,
    actId: string,
    result: ActResult,
    at: Date,
  ): Promise<void> {
    await this.#db.transaction(async tx => {
      const intent: TrailRow | undefined = await tx('audit_trail')
        .where({ stream, act_id: actId, phase: 'intent' })
        .first();
      if (!intent) {
        throw new NotFoundError(`${stream} began no act ${actId}`);
      }
      await this.#append(tx, stream, at, {
        ...result,
        phase: 'outcome',
        actId,
        action: intent.action,
        actor: intent.actor,
        ...(intent.entity_ref && { entityRef: intent.entity_ref }),
      });
    });
  }

  async list(query: ActQuery): Promise<{ items: Act[]; totalItems: number }> {
    const [rows, [{ count }]] = await Promise.all([
      this.#matching(query)
        .modify(applyPlace, { at: 'i.at', id: 'i.act_id' }, query.after)
        .select(
          'i.*',
          'o.body as outcome_body',
          'o.sequence as outcome_sequence',
          'o.at as outcome_at',
        )
        .orderBy('i.at', 'desc')
        .orderBy('i.act_id', 'desc')
        .limit(query.limit),
      this.#matching(query).count('* as count'),
    ]);
    return { items: rows.map(toAct), totalItems: Number(count) };
  }

  async heads(): Promise<StreamHead[]> {
    const rows = await this.#db('audit_streams').orderBy('stream');
    return rows.map(({ stream, sequence, hash }) => ({
      stream,
      sequence: Number(sequence),
      hash,
    }));
  }

  async streams(): Promise<string[]> {
    const { rows } = await this.#db.raw(
      `select stream from audit_streams union select stream from audit_trail order by stream`,
    );
    return rows.map(({ stream }: { stream: string }) => stream);
  }

  async read(
    stream: string,
    after: number,
    limit: number,
  ): Promise<StoredEntry[]> {
    return readEntries(this.#db, stream, after, limit);
  }

  async places(stream: string): Promise<ArchivePlace[]> {
    return readPlaces(this.#db, stream);
  }

  async archives(query: ArchiveQuery) {
    return listRecords(this.#db, query);
  }

  async archivedUntil(range: ArchiveRange): Promise<Date | undefined> {
    return lastArchived(this.#db, range);
  }

  async #append(
    tx: Knex.Transaction,
    stream: string,
    at: Date,
    entry: object & {
      actId: string;
      phase: TrailRow['phase'];
      action: string;
      actor: string;
      entityRef?: string;
      outcome?: string;
    },
  ): Promise<void> {
    // One appends to a stream at a time: the row of its head is the lock.
    await tx('audit_streams')
      .insert({ stream, sequence: 0, hash: GENESIS })
      .onConflict('stream')
      .ignore();
    const head = await tx('audit_streams')
      .where({ stream })
      .forUpdate()
      .first();
    const { actId, phase, action, actor, entityRef, outcome } = entry;
    const known = await tx('audit_trail')
      .where({ stream, act_id: actId, phase })
      .first('sequence');
    if (known) {
      return;
    }
    const sequence = Number(head.sequence) + 1;
    const body = entryText({
      ...(entry as unknown as JsonObject),
      stream,
      sequence,
      at: at.toISOString(),
      previousHash: head.hash,
    });
    const hash = entryHash(body);
    await tx('audit_trail').insert({
      stream,
      sequence,
      act_id: actId,
      phase,
      at,
      action,
      actor,
      entity_ref: entityRef ?? null,
      outcome: outcome ?? null,
      body,
      hash,
    });
    await tx('audit_streams').where({ stream }).update({ sequence, hash });
  }

  #matching(query: ActQuery): Knex.QueryBuilder {
    const { stream, actor, entity, action, outcome, from, to } = query;
    const select = this.#db('audit_trail as i')
      .leftJoin('audit_trail as o', join =>
        join
          .on('o.stream', 'i.stream')
          .andOn('o.act_id', 'i.act_id')
          .andOnVal('o.phase', 'outcome'),
      )
      .leftJoin('audit_entities as e', 'e.entity_ref', 'i.entity_ref')
      .where('i.phase', 'intent')
      .modify(applyVisible, query.visible);
    for (const [column, values] of [
      ['i.stream', stream],
      ['i.actor', actor],
      ['i.entity_ref', entity],
      ['i.action', action],
    ] as const) {
      if (values) {
        select.whereIn(column, values);
      }
    }
    for (const key of CORRELATIONS) {
      const values = query[key];
      if (values) {
        // Either entry of an act may know it: an approval has its id only once it was asked for.
        select.whereIn('i.act_id', within =>
          within
            .select('act_id')
            .from('audit_trail')
            .whereRaw(`${correlationOf(key)} = any(?)`, [values]),
        );
      }
    }
    if (outcome) {
      select.whereRaw(`coalesce(o.outcome, 'unknown') = any(?)`, [outcome]);
    }
    if (from) {
      select.where('i.at', '>=', from);
    }
    if (to) {
      select.where('i.at', '<', to);
    }
    return select;
  }
}

function toAct(
  row: TrailRow & {
    outcome_body: string | null;
    outcome_sequence: string | null;
    outcome_at: Date | null;
  },
): Act {
  const {
    phase: _phase,
    previousHash: _previous,
    ...intent
  } = JSON.parse(row.body);
  const result = row.outcome_body ? JSON.parse(row.outcome_body) : undefined;
  return {
    ...intent,
    outcome: result?.outcome ?? 'unknown',
    ...(result && {
      result: {
        outcome: result.outcome,
        ...(result.after !== undefined && { after: result.after }),
        ...(result.details && { details: result.details }),
        ...(result.error && { error: result.error }),
        sequence: Number(row.outcome_sequence),
        at: row.outcome_at!.toISOString(),
      },
    }),
  };
}
