import { CHECK_OUTCOMES } from '@shopfloor/plugin-checks-common';
import {
  addTallies,
  emptyTally,
  GRADE_STATES,
  GradeFilter,
  GradeSort,
  GradeState,
  Tally,
} from '@shopfloor/plugin-scorecards-common';
import { Knex } from 'knex';
import { applyGradeCriteria } from '../access/criteria';
import { Readable } from '../access/GradeAccess';
import { GradeRow, StoredGrade, toGrade } from './gradeRow';
import { HistoryEntry, toEntry } from './GradeStore';

/** A grade with what lists show of its entity. */
export interface ListedGrade {
  grade: StoredGrade;
  title?: string;
  owner?: string;
  system?: string;
  domain?: string;
}

/** A group, system or domain in a tree. */
export interface TreeNode {
  ref: string;
  title?: string;
  parent?: string;
}

/** What grades can be narrowed to. */
export interface GradeFacets {
  owners: string[];
  systems: string[];
  domains: string[];
}

/** The distinct values of some grades. */
export function facetsOfRows(
  rows: ReadonlyArray<
    Partial<Record<'owner' | 'system' | 'domain', string | null>>
  >,
): GradeFacets {
  const distinct = (key: 'owner' | 'system' | 'domain') =>
    [...new Set(rows.flatMap(row => row[key] ?? []))].sort();
  return {
    owners: distinct('owner'),
    systems: distinct('system'),
    domains: distinct('domain'),
  };
}

const ESCAPED = /[\\%_]/g;

/** Reads grades as a person may see them; all of it is decided in the database. */
export class GradeQueries {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** A page of grades. */
  async list(options: {
    readable: Readable;
    filter: GradeFilter;
    sort: GradeSort;
    limit: number;
    offset: number;
  }): Promise<ListedGrade[]> {
    const { readable, filter, sort, limit, offset } = options;
    const query = this.#grades(readable, filter)
      .select('g.*', 'e.title', 'e.owner', 'e.system', 'e.domain')
      .limit(limit)
      .offset(offset);
    if (sort === 'worst') {
      query.orderByRaw('g.score asc nulls last');
    } else if (sort === 'best') {
      query.orderByRaw('g.score desc nulls last');
    }
    query.orderBy('g.entity_ref').orderBy('g.scorecard');
    const rows: Array<
      GradeRow & Record<'title' | 'owner' | 'system' | 'domain', string | null>
    > = await query;
    return rows.map(row => ({
      grade: toGrade(row),
      ...(row.title && { title: row.title }),
      ...(row.owner && { owner: row.owner }),
      ...(row.system && { system: row.system }),
      ...(row.domain && { domain: row.domain }),
    }));
  }

  /** How many grades match, by state. */
  async states(
    readable: Readable,
    filter: GradeFilter,
  ): Promise<Record<GradeState, number>> {
    const rows: Array<{ state: GradeState; count: string }> =
      await this.#grades(readable, filter)
        .groupBy('g.state')
        .select('g.state')
        .count({ count: '*' });
    const states = Object.fromEntries(
      GRADE_STATES.map(state => [state, 0]),
    ) as Record<GradeState, number>;
    for (const { state, count } of rows) {
      states[state] = Number(count);
    }
    return states;
  }

  /** Owners, systems and domains of all that may be seen of a scorecard, or of every one. */
  async facets(
    readable: Readable,
    scorecard: string | undefined,
  ): Promise<GradeFacets> {
    const rows: Array<Record<'owner' | 'system' | 'domain', string | null>> =
      await this.#grades(readable, { scorecard })
        .groupBy('e.owner', 'e.system', 'e.domain')
        .select('e.owner', 'e.system', 'e.domain');
    return facetsOfRows(rows);
  }

  /** Tallies by scorecard, or by what else a grade belongs to. */
  async tallies(options: {
    readable: Readable;
    filter: GradeFilter;
    by: 'scorecard' | 'owner' | 'system';
    /** Levels by scorecard. */
    levels: (scorecard: string) => number;
  }): Promise<Map<string, Tally>> {
    const { readable, filter, by, levels } = options;
    const column = by === 'scorecard' ? 'g.scorecard' : `e.${by}`;
    const rows = await this.#grades(readable, filter)
      .groupBy(column, 'g.scorecard', 'g.state', 'g.rank')
      .select(
        { key: column, scorecard: 'g.scorecard' },
        'g.state',
        'g.rank',
        this.#db.raw('count(*)::int as entities'),
        this.#db.raw('sum(g.passed)::int as passed'),
        this.#db.raw('sum(g.unseen)::int as unseen'),
        this.#db.raw('sum(g.asked)::int as asked'),
      );
    const tallies = new Map<string, Tally>();
    for (const row of rows as any[]) {
      if (row.key !== null) {
        const one = emptyTally(levels(row.scorecard));
        one.states[row.state as GradeState] = row.entities;
        if (row.state !== 'not-applicable') {
          one.entities = row.entities;
          one.ranks[row.rank] = row.entities;
          one.passed = row.passed;
          one.unseen = row.unseen;
          one.asked = row.asked;
        }
        const sum = tallies.get(row.key);
        tallies.set(row.key, sum ? addTallies(sum, one) : one);
      }
    }
    return tallies;
  }

  /** How often each check of a scorecard came out how, as `check=outcome`; waived ones also as `check=waived`. */
  async checkOutcomes(
    readable: Readable,
    scorecard: string,
  ): Promise<Map<string, number>> {
    const rows: Array<{ outcome: string; count: number }> = await this.#grades(
      readable,
      { scorecard },
    )
      .joinRaw('cross join lateral unnest(g.outcomes) as o')
      .groupByRaw('1')
      .select(
        this.#db.raw('o as outcome'),
        this.#db.raw('count(*)::int as count'),
      );
    return new Map(rows.map(({ outcome, count }) => [outcome, count]));
  }

  /** All nodes that the person may see and that have a parent or a title. */
  async nodes(
    readable: Readable,
    kinds: string[],
  ): Promise<Map<string, TreeNode>> {
    const query = this.#db('scorecards_entities as e')
      .whereRaw('e.facets && ?::text[]', [kinds.map(kind => `kind=${kind}`)])
      .select('e.entity_ref', 'e.title', 'e.parent');
    applyGradeCriteria(query, readable.entities, { facets: 'e.facets' });
    const rows: Array<{
      entity_ref: string;
      title: string | null;
      parent: string | null;
    }> = await query;
    return new Map(
      rows.map(({ entity_ref, title, parent }) => [
        entity_ref,
        {
          ref: entity_ref,
          ...(title && { title }),
          ...(parent && { parent }),
        },
      ]),
    );
  }

  /** Facets of entities. */
  async facetsOf(
    entityRefs: string[],
  ): Promise<Map<string, ReadonlySet<string>>> {
    const rows: Array<{ entity_ref: string; facets: string[] }> =
      await this.#db('scorecards_entities')
        .whereRaw('entity_ref = any(?::text[])', [entityRefs])
        .select('entity_ref', 'facets');
    return new Map(
      rows.map(({ entity_ref, facets }) => [entity_ref, new Set(facets)]),
    );
  }

  /** Whether the person may see an entity. */
  async mayReadEntity(readable: Readable, entityRef: string): Promise<boolean> {
    const query = this.#db('scorecards_entities as e')
      .where('e.entity_ref', entityRef)
      .first('e.entity_ref');
    applyGradeCriteria(query, readable.entities, { facets: 'e.facets' });
    return (await query) !== undefined;
  }

  /** What happened to all that match on a scorecard, oldest first. */
  async histories(
    readable: Readable,
    filter: GradeFilter & { scorecard: string },
  ): Promise<HistoryEntry[]> {
    const query = this.#db('scorecards_history as g')
      .join('scorecards_entities as e', 'e.entity_ref', 'g.entity_ref')
      .whereExists(current =>
        current
          .select(this.#db.raw('1'))
          .from('scorecards_grades as c')
          .whereRaw(
            'c.scorecard = g.scorecard and c.entity_ref = g.entity_ref',
          ),
      )
      .orderBy('g.at')
      .select('g.*');
    this.#narrow(query, readable, filter);
    return (await query).map(toEntry);
  }

  #grades(readable: Readable, filter: GradeFilter): Knex.QueryBuilder {
    const query = this.#db('scorecards_grades as g').join(
      'scorecards_entities as e',
      'e.entity_ref',
      'g.entity_ref',
    );
    this.#narrow(query, readable, filter);
    return query;
  }

  #narrow(
    query: Knex.QueryBuilder,
    readable: Readable,
    filter: GradeFilter,
  ): void {
    applyGradeCriteria(query, readable.scorecards, {
      scorecard: 'g.scorecard',
    });
    applyGradeCriteria(query, readable.entities, { facets: 'e.facets' });
    for (const [column, value] of [
      ['g.scorecard', filter.scorecard],
      ['g.entity_ref', filter.entity],
      ['e.owner', filter.owner],
      ['e.system', filter.system],
      ['e.domain', filter.domain],
      ['g.state', filter.state],
      ['g.rank', filter.rank],
    ] as const) {
      if (value !== undefined) {
        query.where(column, value);
      }
    }
    if (filter.team !== undefined) {
      query.whereRaw(
        `e.owner in (
           with recursive below(ref) as (
             select ?::text union
             select n.entity_ref from scorecards_entities n join below b on n.parent = b.ref
           ) select ref from below)`,
        [filter.team],
      );
    }
    if (filter.check !== undefined) {
      // As of the grade: what goes stale is graded again within one interval.
      const { check, outcome } = filter;
      query.whereRaw('g.outcomes && ?::text[]', [
        (outcome ? [outcome] : CHECK_OUTCOMES).map(each => `${check}=${each}`),
      ]);
    }
    if (filter.text) {
      const pattern = `%${filter.text.replace(ESCAPED, character => `\\${character}`)}%`;
      query.where(either => {
        either.whereILike('e.name', pattern).orWhereILike('e.title', pattern);
      });
    }
  }
}
