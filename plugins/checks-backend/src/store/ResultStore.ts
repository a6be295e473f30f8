import {
  CheckOutcome,
  CheckResult,
  CheckTransition,
  Evidence,
  ListResultsOptions,
  outcomeAt,
} from '@shopfloor/plugin-checks-common';
import { isEverything } from '@shopfloor/plugin-entity-access-node';
import { Knex } from 'knex';
import { ConditionSubject, ResultCriteria } from '../service/criteria';
import { applyResultCriteria } from './applyResultCriteria';

/** The written outcome, or stale, by the database's clock. */
const OUTCOME = `case when r.outcome <> 'unknown' and r.stale_at <= now() then 'stale' else r.outcome end`;

const COLUMNS = [
  'r.entity_ref',
  'r.check_name',
  'r.check_version',
  'r.category',
  'r.outcome',
  'r.words',
  'r.evidence_ids',
  'r.observed_at',
  'r.stale_at',
  'r.evaluated_at',
  'r.since',
];

/** Reads results, their evidence and their past. */
export class ResultStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** A page of what matches and may be seen, with the counts of all of it. */
  async list(
    options: Required<Pick<ListResultsOptions, 'limit' | 'offset'>> &
      ListResultsOptions,
    criteria: ResultCriteria,
  ): Promise<{ items: CheckResult[]; outcomes: Record<CheckOutcome, number> }> {
    const matching = () =>
      filter(
        this.#visible(criteria, Boolean(options.owner || options.system)),
        options,
      );
    const [rows, counts] = await Promise.all([
      matching()
        .orderBy('r.entity_ref')
        .orderBy('r.check_name')
        .limit(options.limit)
        .offset(options.offset)
        .select([...COLUMNS, this.#db.raw('now() as now')]),
      matching()
        .select(this.#db.raw(`${OUTCOME} as outcome_now`))
        .count('* as count')
        .groupBy('outcome_now'),
    ]);
    const outcomes: Record<CheckOutcome, number> = {
      pass: 0,
      fail: 0,
      unknown: 0,
      stale: 0,
      'not-applicable': 0,
    };
    for (const row of counts as any[]) {
      outcomes[row.outcome_now as CheckOutcome] = Number(row.count);
    }
    return { items: rows.map(toResult), outcomes };
  }

  async get(
    options: { entityRef: string; check: string },
    criteria: ResultCriteria,
  ): Promise<CheckResult | undefined> {
    const row = await this.#visible(criteria)
      .where({
        'r.entity_ref': options.entityRef,
        'r.check_name': options.check,
      })
      .first([...COLUMNS, this.#db.raw('now() as now')]);
    return row && toResult(row);
  }

  /** Whether anything of an entity may be seen. */
  async isVisible(
    entityRef: string,
    criteria: ResultCriteria,
  ): Promise<boolean> {
    const row = await this.#visible(criteria)
      .where({ 'r.entity_ref': entityRef })
      .first('r.entity_ref');
    return row !== undefined;
  }

  /** Newest first. */
  async history(options: {
    entityRef: string;
    check: string;
    limit: number;
  }): Promise<CheckTransition[]> {
    const rows = await this.#db('checks_transitions')
      .where({ entity_ref: options.entityRef, check_name: options.check })
      .orderBy('id', 'desc')
      .limit(options.limit);
    return rows.map(row => ({
      at: row.at.toISOString(),
      checkVersion: row.check_version,
      outcome: row.outcome,
      words: row.words,
      evidenceIds: row.evidence_ids,
    }));
  }

  /** Evidence by id; what is not current any more carries the time of its last confirmation no longer. */
  async evidence(ids: string[]): Promise<Evidence[]> {
    const rows = await this.#db('checks_evidence as e')
      .leftJoin('checks_evidence_current as c', 'c.evidence_id', 'e.id')
      .whereRaw('e.id = any(?)', [ids])
      .orderBy('e.collector')
      .orderBy('e.key')
      .select('e.*', 'c.observed_at', 'c.stale_at');
    return rows.map(row => ({
      id: row.id,
      entityRef: row.entity_ref,
      collector: row.collector,
      collectorVersion: row.collector_version,
      key: row.key,
      ...(row.unknown ? { unknown: row.unknown } : { value: row.value }),
      source: row.source,
      references: row.refs,
      firstObservedAt: row.first_observed_at.toISOString(),
      observedAt: (row.observed_at ?? row.first_observed_at).toISOString(),
      staleAfter: (row.stale_at ?? row.first_observed_at).toISOString(),
    }));
  }

  /** What conditions need of results named `entityRef~check`, for the permission backend. */
  async subjects(
    refs: Array<{ entityRef: string; check: string }>,
  ): Promise<Array<ConditionSubject | undefined>> {
    const rows = await this.#db('checks_results as r')
      .join('checks_entities as e', 'e.entity_ref', 'r.entity_ref')
      .whereRaw('r.entity_ref = any(?)', [refs.map(ref => ref.entityRef)])
      .select('r.entity_ref', 'r.check_name', 'r.category', 'e.facets');
    return refs.map(({ entityRef, check }) => {
      const row = rows.find(
        one => one.entity_ref === entityRef && one.check_name === check,
      );
      return (
        row && {
          facets: row.facets,
          check: row.check_name,
          category: row.category,
        }
      );
    });
  }

  /** Deletes what is past its retention: past results, and evidence that was replaced so long ago. */
  async tidy(retentionDays: number): Promise<void> {
    const cutoff = `now() - make_interval(days => ?)`;
    await this.#db.raw(`delete from checks_transitions where at < ${cutoff}`, [
      retentionDays,
    ]);
    await this.#db.raw(
      `delete from checks_evidence_current c where observed_at < ${cutoff}
         and not exists (select 1 from checks_entities e where e.entity_ref = c.entity_ref)`,
      [retentionDays],
    );
    await this.#db.raw(
      `delete from checks_evidence e
       where first_observed_at < ${cutoff}
         and not exists (select 1 from checks_evidence_current c where c.evidence_id = e.id)
         and not exists (
           select 1 from checks_evidence n where n.replaces = e.id and n.first_observed_at >= ${cutoff})`,
      [retentionDays, retentionDays],
    );
    await this.#db.raw(`delete from checks_runs where created_at < ${cutoff}`, [
      retentionDays,
    ]);
  }

  /** Entities are joined only where something is asked of them: counting all results must not go through both tables. */
  #visible(
    criteria: ResultCriteria,
    asksEntity: boolean = false,
  ): Knex.QueryBuilder {
    const query = this.#db('checks_results as r');
    const everything = isEverything(criteria);
    if (asksEntity || !everything) {
      query.join('checks_entities as e', 'e.entity_ref', 'r.entity_ref');
    }
    return everything
      ? query
      : query.where(nested => void applyResultCriteria(nested, criteria));
  }
}

function filter(
  query: Knex.QueryBuilder,
  options: ListResultsOptions,
): Knex.QueryBuilder {
  const { entity, owner, system, check, category, outcome } = options;
  if (entity) {
    query.whereRaw('r.entity_ref = any(?)', [entity]);
  }
  if (owner) {
    query.whereRaw('e.owner = any(?)', [owner]);
  }
  if (system) {
    query.where('e.system', system);
  }
  if (check) {
    query.whereRaw('r.check_name = any(?)', [check]);
  }
  if (category) {
    query.where('r.category', category);
  }
  if (outcome) {
    query.whereRaw(`${OUTCOME} = any(?)`, [outcome]);
  }
  return query;
}

function toResult(row: any): CheckResult {
  const staleAfter: string | undefined = row.stale_at?.toISOString();
  const outcome = outcomeAt(
    { outcome: row.outcome, staleAfter },
    row.now.getTime(),
  );
  return {
    entityRef: row.entity_ref,
    check: row.check_name,
    checkVersion: row.check_version,
    category: row.category,
    outcome,
    ...(outcome === 'stale' && { lastOutcome: row.outcome }),
    words: row.words,
    evidenceIds: row.evidence_ids,
    ...(row.observed_at && { observedAt: row.observed_at.toISOString() }),
    ...(staleAfter && { staleAfter }),
    evaluatedAt: row.evaluated_at.toISOString(),
    since: row.since.toISOString(),
  };
}
