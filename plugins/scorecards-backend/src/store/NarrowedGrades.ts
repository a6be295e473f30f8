import {
  addTallies,
  emptyTally,
  GRADE_STATES,
  GradeFilter,
  GradeSort,
  GradeState,
  ScorecardDefinition,
  scoreOf,
  Tally,
  tallyOf,
} from '@shopfloor/plugin-scorecards-common';
import { CheckSight } from '../access/CheckSight';
import { Readable } from '../access/GradeAccess';
import { DefinitionStore } from './DefinitionStore';
import {
  facetsOfRows,
  GradeFacets,
  GradeQueries,
  ListedGrade,
  TreeNode,
} from './GradeQueries';
import { checksAt } from './gradeRow';
import { HistoryEntry } from './GradeStore';
import { narrowDefinition, narrowGrade, narrowHistory } from './narrowGrade';

/** So many grades are worked out for who does not see every check; the rest is not shown. */
const MAX_GRADES = 50_000;

/** What {@link NarrowedGrades} needs. */
export interface NarrowedGradesOptions {
  queries: GradeQueries;
  definitions: DefinitionStore;
}

/**
 * Grades as a person may see them. Who sees every check is answered by the database; for who does not, grades are worked out
 * here as if a scorecard asked for nothing but what is seen, so that no count, figure, order or filter tells of the rest.
 */
export class NarrowedGrades {
  readonly #options: NarrowedGradesOptions;

  static create(options: NarrowedGradesOptions): NarrowedGrades {
    return new NarrowedGrades(options);
  }

  private constructor(options: NarrowedGradesOptions) {
    this.#options = options;
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
    if (!readable.checks) {
      return this.#options.queries.list(options);
    }
    const rows = await this.#narrowed(readable.checks, readable, filter);
    return sorted(rows, sort).slice(offset, offset + limit);
  }

  /** How many grades match, by state. */
  async states(
    readable: Readable,
    filter: GradeFilter,
  ): Promise<Record<GradeState, number>> {
    if (!readable.checks) {
      return this.#options.queries.states(readable, filter);
    }
    const states = Object.fromEntries(
      GRADE_STATES.map(state => [state, 0]),
    ) as Record<GradeState, number>;
    const rows = await this.#narrowed(readable.checks, readable, filter);
    for (const { grade } of rows) {
      states[grade.figures.state] += 1;
    }
    return states;
  }

  /** Owners, systems and domains of all that may be seen of a scorecard, or of every one. */
  async facets(
    readable: Readable,
    scorecard: string | undefined,
  ): Promise<GradeFacets> {
    return readable.checks
      ? facetsOfRows(
          await this.#narrowed(readable.checks, readable, { scorecard }),
        )
      : this.#options.queries.facets(readable, scorecard);
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
    if (!readable.checks) {
      return this.#options.queries.tallies(options);
    }
    const tallies = new Map<string, Tally>();
    const rows = await this.#narrowed(readable.checks, readable, filter);
    for (const { grade, owner, system } of rows) {
      const key = { scorecard: grade.scorecard, owner, system }[by];
      if (key !== undefined) {
        const count = levels(grade.scorecard);
        tallies.set(
          key,
          addTallies(
            tallies.get(key) ?? emptyTally(count),
            tallyOf([grade.figures], count),
          ),
        );
      }
    }
    return tallies;
  }

  /** How often each check of a scorecard came out how, as `check=outcome`; waived ones also as `check=waived`. */
  async checkOutcomes(
    readable: Readable,
    scorecard: string,
  ): Promise<Map<string, number>> {
    if (!readable.checks) {
      return this.#options.queries.checkOutcomes(readable, scorecard);
    }
    const counts = new Map<string, number>();
    const rows = await this.#narrowed(readable.checks, readable, { scorecard });
    for (const { grade } of rows) {
      for (const one of checksAt(grade.checks, grade.gradedAt)) {
        for (const outcome of [
          one.outcome,
          ...(one.waived ? ['waived'] : []),
        ]) {
          const key = `${one.check}=${outcome}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
    }
    return counts;
  }

  /** All nodes that the person may see and that have a parent or a title. */
  nodes(readable: Readable, kinds: string[]): Promise<Map<string, TreeNode>> {
    return this.#options.queries.nodes(readable, kinds);
  }

  /** What happened to all that match on a scorecard, oldest first. */
  async histories(
    readable: Readable,
    filter: GradeFilter & { scorecard: string },
  ): Promise<HistoryEntry[]> {
    const { queries } = this.#options;
    const { checks } = readable;
    const entries = await queries.histories(readable, filter);
    const definition =
      checks && (await this.#definitions()).get(filter.scorecard);
    if (!checks || !definition) {
      return checks ? [] : entries;
    }
    const byEntity = Map.groupBy(entries, ({ entityRef }) => entityRef);
    const facets = await queries.facetsOf([...byEntity.keys()]);
    return [...byEntity]
      .flatMap(([entityRef, own]) =>
        narrowHistory({
          entries: own,
          definition,
          sees: check => checks.sees(facets.get(entityRef) ?? new Set(), check),
        }),
      )
      .sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  /** A scorecard with the checks that the person sees of some entity. */
  async definitionFor(
    readable: Readable,
    definition: ScorecardDefinition,
  ): Promise<ScorecardDefinition> {
    if (!readable.checks) {
      return definition;
    }
    const rows = await this.#narrowed(readable.checks, readable, {
      scorecard: definition.name,
    });
    const seen = new Set(
      rows.flatMap(({ grade }) => grade.checks.map(({ check }) => check)),
    );
    return narrowDefinition(definition, check => seen.has(check));
  }

  /** Those of some things about checks of entities that the person sees. */
  async seen<T extends { entityRef: string; check: string }>(
    readable: Readable,
    things: T[],
  ): Promise<T[]> {
    const { checks } = readable;
    if (!checks) {
      return things;
    }
    const facets = await this.#options.queries.facetsOf(
      things.map(({ entityRef }) => entityRef),
    );
    return things.filter(({ entityRef, check }) =>
      checks.sees(facets.get(entityRef) ?? new Set(), check),
    );
  }

  async #definitions(): Promise<Map<string, ScorecardDefinition>> {
    const stored = await this.#options.definitions.list();
    return new Map(
      stored.map(({ definition }) => [definition.name, definition]),
    );
  }

  /** All grades that match, as the person sees them. */
  async #narrowed(
    sight: CheckSight,
    readable: Readable,
    filter: GradeFilter,
  ): Promise<ListedGrade[]> {
    const { queries, definitions: store } = this.#options;
    // What the database holds of these is about all checks.
    const { state, rank, check, outcome, ...rest } = filter;
    const [rows, definitions, status] = await Promise.all([
      queries.list({
        readable,
        filter: rest,
        sort: 'name',
        limit: MAX_GRADES,
        offset: 0,
      }),
      this.#definitions(),
      store.status(),
    ]);
    const facets = await queries.facetsOf(
      rows.map(({ grade }) => grade.entityRef),
    );
    return rows.flatMap(row => {
      const { scorecard, entityRef, gradedAt } = row.grade;
      const definition = definitions.get(scorecard);
      const grade =
        definition &&
        narrowGrade({
          grade: row.grade,
          definition,
          sees: each => sight.sees(facets.get(entityRef) ?? new Set(), each),
          gradedAt: status.gradedAt ? new Date(status.gradedAt) : gradedAt,
        });
      const matches =
        grade &&
        (state === undefined || grade.figures.state === state) &&
        (rank === undefined || grade.figures.rank === rank) &&
        (check === undefined ||
          checksAt(grade.checks, row.grade.gradedAt).some(
            each =>
              each.check === check &&
              (outcome === undefined || each.outcome === outcome),
          ));
      return grade && matches ? [{ ...row, grade }] : [];
    });
  }
}

function sorted(rows: ListedGrade[], sort: GradeSort): ListedGrade[] {
  if (sort === 'name') {
    return rows;
  }
  // Where nothing is asked there is no score, and such grades come last either way.
  const score = ({ grade }: ListedGrade) => scoreOf(grade.figures);
  const sign = sort === 'worst' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [score(a), score(b)];
    if (x === undefined || y === undefined) {
      return Number(x === undefined) - Number(y === undefined);
    }
    return sign * (x - y);
  });
}
