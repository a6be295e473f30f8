import {
  CHECK_OUTCOMES,
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
import { countTallies, isTallied, noCounts, OutcomeCounts } from './tallies';

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
    const asksEntity = Boolean(options.owner || options.system);
    const [rows, outcomes] = await Promise.all([
      filterOutcome(
        filter(this.#visible(criteria, asksEntity), options),
        options.outcome,
      )
        .orderBy('r.entity_ref')
        .orderBy('r.check_name')
        .limit(options.limit)
        .offset(options.offset)
        .select([...COLUMNS, this.#db.raw('now() as now')]),
      this.#count(options, criteria, asksEntity),
    ]);
    const { outcome } = options;
    if (outcome) {
      for (const other of CHECK_OUTCOMES) {
        if (!outcome.includes(other)) {
          outcomes[other] = 0;
        }
      }
    }
    return { items: rows.map(toResult), outcomes };
  }

  /** All outcomes are counted; those that are not asked for are left out by who asks. */
  async #count(
    options: ListResultsOptions,
    criteria: ResultCriteria,
    asksEntity: boolean,
  ): Promise<OutcomeCounts> {
    // Going through every result takes longer than a page may; tallies have one row for ten.
    if (!options.check && isTallied(criteria)) {
      return countTallies(
        this.#db,
        filter(
          this.#visible(criteria, asksEntity, 'checks_tallies as r'),
          options,
        ),
      );
    }
    const rows = await filterOutcome(
      filter(this.#visible(criteria, asksEntity), options),
      options.outcome,
    )
      .select(this.#db.raw(`${OUTCOME} as outcome_now`))
      .count('* as count')
      .groupBy('outcome_now');
    const outcomes = noCounts();
    for (const row of rows as any[]) {
      outcomes[row.outcome_now as CheckOutcome] = Number(row.count);
    }
    return outcomes;
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
    table: string = 'checks_results as r',
  ): Knex.QueryBuilder {
    const query = this.#db(table);
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
  const { entity, owner, system, check, category } = options;
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
  return query;
}

/** Asks the columns themselves, so that the database knows how few may match. */
function filterOutcome(
  query: Knex.QueryBuilder,
  outcomes: CheckOutcome[] | undefined,
): Knex.QueryBuilder {
  if (!outcomes) {
    return query;
  }
  return query.where(any => {
    for (const outcome of outcomes) {
      if (outcome === 'stale') {
        any.orWhereRaw(`(r.outcome <> 'unknown' and r.stale_at <= now())`);
      } else if (outcome === 'unknown') {
        any.orWhere('r.outcome', outcome);
      } else {
        any.orWhereRaw(
          '(r.outcome = ? and (r.stale_at > now() or r.stale_at is null))',
          [outcome],
        );
      }
    }
    if (outcomes.length === 0) {
      any.whereRaw('false');
    }
  });
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
