import { randomUUID } from 'node:crypto';
import { Change, ChangeReport, stageOf } from '@shopfloor/plugin-audit-common';
import { Knex } from 'knex';
import { ChangeQuery, ChangeStore } from './ChangeStore';
import {
  applyEntityFilters,
  applyPlace,
  applyVisible,
  Visible,
} from './visibility';

interface ChangeRow {
  id: string;
  source: string;
  source_id: string;
  kind: Change['kind'];
  entity_ref: string;
  environment: string;
  title: string;
  summary: string | null;
  user_entity_ref: string | null;
  started_at: Date;
  ended_at: Date | null;
  outcome: Change['outcome'];
  stage: number;
  reference: Change['reference'] | null;
  trace_id: string | null;
  approval_id: string | null;
  observed_at: Date;
}

/** {@link ChangeStore} in PostgreSQL. */
export class DatabaseChangeStore implements ChangeStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async record(options: {
    source: string;
    reports: ChangeReport[];
    observedAt: Date;
  }): Promise<void> {
    const { source, observedAt } = options;
    // In one order everywhere, so that two tellers never wait for each other.
    const reports = [...options.reports].sort((a, b) =>
      a.sourceId < b.sourceId ? -1 : 1,
    );
    await this.#db.transaction(async tx => {
      for (const report of reports) {
        await tx.raw(
          `? on conflict (source, source_id) do update set
             kind = excluded.kind, entity_ref = excluded.entity_ref, environment = excluded.environment,
             title = excluded.title, summary = excluded.summary,
             user_entity_ref = coalesce(excluded.user_entity_ref, c.user_entity_ref),
             ended_at = greatest(excluded.ended_at, case when excluded.ended_at is null then null else c.started_at end),
             outcome = excluded.outcome, stage = excluded.stage, reference = excluded.reference,
             trace_id = coalesce(excluded.trace_id, c.trace_id),
             approval_id = coalesce(excluded.approval_id, c.approval_id),
             observed_at = greatest(excluded.observed_at, c.observed_at)
           where excluded.stage >= c.stage`,
          [
            tx('audit_changes as c').insert(
              toRow({ source, report, observedAt }),
            ),
          ],
        );
      }
    });
  }

  async list(
    query: ChangeQuery,
  ): Promise<{ items: Change[]; totalItems: number }> {
    const [rows, [{ count }]] = await Promise.all([
      this.#matching(query)
        .modify(applyPlace, { at: 'c.started_at', id: 'c.id' }, query.after)
        .select('c.*')
        .orderBy('c.started_at', 'desc')
        .orderBy('c.id', 'desc')
        .limit(query.limit) as Promise<ChangeRow[]>,
      this.#matching(query).count('* as count') as Promise<
        Array<{ count: string }>
      >,
    ]);
    return { items: rows.map(fromRow), totalItems: Number(count) };
  }

  async get(id: string, visible: Visible): Promise<Change | undefined> {
    const row: ChangeRow | undefined = await this.#select(visible)
      .where('c.id', id)
      .first('c.*');
    return row && fromRow(row);
  }

  async endUnseen(options: {
    source: string;
    environment: string;
    seen: string[];
    at: Date;
  }): Promise<number> {
    const { source, environment, seen, at } = options;
    return this.#db('audit_changes')
      .where({ source, environment, outcome: 'in-progress' })
      .whereRaw('not (source_id = any(?))', [seen])
      .update({
        outcome: 'unknown',
        stage: stageOf('unknown'),
        ended_at: this.#db.raw('greatest(started_at, ?::timestamptz)', [at]),
        observed_at: at,
      });
  }

  #select(visible: Visible): Knex.QueryBuilder {
    return this.#db('audit_changes as c')
      .leftJoin('audit_entities as e', 'e.entity_ref', 'c.entity_ref')
      .modify(applyVisible, visible);
  }

  #matching(query: ChangeQuery): Knex.QueryBuilder {
    const { environment, kind, outcome, who, from, to } = query;
    const select = this.#select(query.visible).modify(
      applyEntityFilters,
      'c.entity_ref',
      query,
    );
    for (const [column, values] of [
      ['c.environment', environment],
      ['c.kind', kind],
      ['c.outcome', outcome],
      ['c.user_entity_ref', who],
    ] as const) {
      if (values) {
        select.whereIn(column, values as string[]);
      }
    }
    if (from) {
      select.whereRaw(
        `case when c.outcome = 'in-progress' then true else coalesce(c.ended_at, c.started_at) >= ? end`,
        [from],
      );
    }
    if (to) {
      select.where('c.started_at', '<', to);
    }
    return select;
  }
}

function toRow(options: {
  source: string;
  report: ChangeReport;
  observedAt: Date;
}): ChangeRow {
  const { source, report, observedAt } = options;
  const { reference } = report;
  return {
    id: randomUUID(),
    source,
    source_id: report.sourceId,
    kind: report.kind,
    entity_ref: report.entityRef,
    environment: report.environment,
    title: report.title,
    summary: report.summary ?? null,
    user_entity_ref: report.userEntityRef ?? null,
    started_at: new Date(report.startedAt),
    ended_at: report.endedAt ? new Date(report.endedAt) : null,
    outcome: report.outcome,
    stage: stageOf(report.outcome),
    reference:
      reference && Object.keys(reference).length > 0
        ? (JSON.stringify(reference) as never)
        : null,
    trace_id: report.traceId ?? null,
    approval_id: report.approvalId ?? null,
    observed_at: observedAt,
  };
}

function fromRow(row: ChangeRow): Change {
  return {
    id: row.id,
    source: row.source,
    sourceId: row.source_id,
    kind: row.kind,
    entityRef: row.entity_ref,
    environment: row.environment,
    title: row.title,
    ...(row.summary && { summary: row.summary }),
    ...(row.user_entity_ref && { userEntityRef: row.user_entity_ref }),
    startedAt: row.started_at.toISOString(),
    ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
    outcome: row.outcome,
    ...(row.reference && { reference: row.reference }),
    ...(row.trace_id && { traceId: row.trace_id }),
    ...(row.approval_id && { approvalId: row.approval_id }),
    observedAt: row.observed_at.toISOString(),
  };
}
