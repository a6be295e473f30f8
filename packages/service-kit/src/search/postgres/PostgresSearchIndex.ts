import type {
  Database,
  Queryable,
  Statement,
} from '../../postgres/Database.ts';
import { ConflictError } from '../../problems/DomainError.ts';
import { analyse } from '../analyse.ts';
import { checkSchema } from '../checkSchema.ts';
import { nearestWords } from '../editDistance.ts';
import { decodeSearchCursor, encodeSearchCursor } from '../searchCursor.ts';
import { chooseSuggestions, startsLike } from '../suggestions.ts';
import type {
  FacetCount,
  GenerationState,
  SearchDocument,
  SearchIndex,
  SearchPage,
  SearchQuery,
  SearchRemoval,
  SearchSchema,
  SearchWriter,
} from '../types.ts';
import {
  type DocumentRow,
  documentRow,
  quoteLexeme,
  rowsFor,
  tombstoneRow,
  writeStatement,
} from './documentRows.ts';
import {
  createTables,
  dropTables,
  statementOf,
  tableOf,
} from './generationTables.ts';
import {
  COUNTED_MATCHES,
  facetsStatement,
  hitsStatement,
  suggestStatement,
  wordsStatement,
} from './queryStatements.ts';
import {
  relaxedQuery,
  relaxedRunUnits,
  strictQuery,
  strictRunUnits,
  type WordKnowledge,
  wordUnits,
} from './textUnits.ts';

/** Options of {@link PostgresSearchIndex}. */
export interface PostgresSearchIndexOptions {
  schema: SearchSchema;
  database: Database;
  /** How long a reader goes on with the generation it knows. */
  reuseMs?: number;
  now?: () => number;
}

interface IndexRow {
  fields: unknown;
  serving: number | null;
  building: number | null;
  retired: number | null;
  last: number;
}

interface HitRow<Source> {
  id: string;
  version: string;
  source: Source;
  position: number | string;
}

interface FacetRow {
  field: string;
  key: string;
  count: string;
}

const COLUMNS = 'fields, serving, building, retired, last';
const readState: Statement = {
  name: 'search_state',
  text: `select ${COLUMNS} from search_indexes where name = $1`,
};
/** Writers share the row; who begins or promotes a generation waits for those in flight. */
const shareState: Statement = {
  name: 'search_state_share',
  text: `select ${COLUMNS} from search_indexes where name = $1 for share`,
};
const lockState: Statement = {
  name: 'search_state_lock',
  text: `select ${COLUMNS} from search_indexes where name = $1 for update`,
};
const insertIndex: Statement = {
  name: 'search_index_insert',
  text: 'insert into search_indexes (name, fields) values ($1, $2) on conflict do nothing',
};
const updateState: Statement = {
  name: 'search_state_update',
  text: `update search_indexes
         set serving = $2, building = $3, retired = $4, last = $5 where name = $1`,
};

/** SQLSTATE of a table that is gone: its generation retired meanwhile. */
const UNDEFINED_TABLE = '42P01';

function isTableGone(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  return code === UNDEFINED_TABLE;
}

/** Full text, misspellings by trigrams, Chinese by pairs of characters, in the service's own database. */
export class PostgresSearchIndex<Source> implements SearchIndex<Source> {
  readonly #schema: SearchSchema;
  readonly #database: Database;
  readonly #reuseMs: number;
  readonly #now: () => number;
  #serving: { generation: number; at: number } | undefined;

  /** @throws Error for a schema that cannot be held */
  static create<Source>(
    options: PostgresSearchIndexOptions,
  ): PostgresSearchIndex<Source> {
    checkSchema(options.schema);
    return new PostgresSearchIndex(options);
  }

  private constructor(options: PostgresSearchIndexOptions) {
    this.#schema = options.schema;
    this.#database = options.database;
    this.#reuseMs = options.reuseMs ?? 1000;
    this.#now = options.now ?? (() => performance.now());
  }

  async prepare(): Promise<void> {
    const fields = JSON.stringify(this.#schema.fields);
    await this.#database.query(insertIndex, [this.#schema.name, fields]);
    await this.#database.transaction(async tx => {
      const state = await this.#state(lockState, tx);
      const before = JSON.stringify(sorted(state.fields));
      if (before !== JSON.stringify(sorted(this.#schema.fields))) {
        throw new Error(
          `The fields of the index ${this.#schema.name} differ from those it was made with. Give the new schema a new name.`,
        );
      }
      if (state.serving === null) {
        await this.#create(tx, 1);
        await this.#save(tx, { ...state, serving: 1, last: 1 });
      }
    });
  }

  async upsert(documents: readonly SearchDocument<Source>[]): Promise<void> {
    await this.#writeToAll(
      documents.map(document => documentRow(this.#schema, document)),
    );
  }

  async remove(removals: readonly SearchRemoval[]): Promise<void> {
    await this.#writeToAll(
      removals.map(removal => tombstoneRow(this.#schema, removal)),
    );
  }

  inGeneration(generation: number): SearchWriter<Source> {
    const write = async (rows: DocumentRow[]) => {
      if (rows.length > 0) {
        await this.#database.query(writeStatement(this.#schema, generation), [
          rowsFor(rows),
        ]);
      }
    };
    return {
      upsert: documents =>
        write(documents.map(document => documentRow(this.#schema, document))),
      remove: removals =>
        write(removals.map(removal => tombstoneRow(this.#schema, removal))),
    };
  }

  async query(query: SearchQuery): Promise<SearchPage<Source>> {
    const after =
      query.cursor === undefined
        ? undefined
        : decodeSearchCursor(query, query.cursor);
    return this.#onServing(async generation => {
      const { strict, relaxed } = await this.#tsqueries(generation, query.text);
      const page = (tsquery: string | undefined, isRelaxed: boolean) =>
        this.#page({ generation, query, tsquery, after, relaxed: isRelaxed });
      if (strict === null) {
        return emptyPage(query);
      }
      if (after?.relaxed) {
        return relaxed === undefined ? emptyPage(query) : page(relaxed, true);
      }
      const found = await page(strict, false);
      return found.total > 0 || after || relaxed === undefined
        ? found
        : page(relaxed, true);
    });
  }

  async suggest(options: { text: string; limit: number }): Promise<string[]> {
    const { words, runs } = analyse(options.text);
    const hanUnits = strictRunUnits(runs);
    const last = words.at(-1);
    if (last === undefined && hanUnits.length === 0) {
      return [];
    }
    return this.#onServing(async generation => {
      const find = async (tsquery: string) =>
        (
          await this.#database.query<{ suggestions: string[] }>(
            suggestStatement(this.#schema, generation),
            [tsquery],
          )
        ).flatMap(({ suggestions }) => suggestions);
      const asTyped = [...words.slice(0, -1).map(quoteLexeme), ...hanUnits];
      if (last !== undefined) {
        asTyped.push(`${quoteLexeme(last)}:*`);
      }
      const exact = chooseSuggestions({
        values: await find(asTyped.join(' & ')),
        fits: value => startsLike(value, options.text),
        limit: options.limit,
      });
      if (exact.length > 0 || words.length === 0) {
        return exact;
      }
      const known = await this.#database.query<WordKnowledge>(
        wordsStatement(this.#schema, generation),
        [words],
      );
      const likely = known.map(({ word, lexemes, near }) =>
        [word, ...nearestWords(lexemes[0] ?? word, near)]
          .map(candidate => `${quoteLexeme(candidate)}:*`)
          .join(' | '),
      );
      const units = [...likely.map(unit => `(${unit})`), ...hanUnits];
      return chooseSuggestions({
        values: await find(units.join(' & ')),
        // In the language that was typed in.
        fits: value => runs.length > 0 === analyse(value).runs.length > 0,
        limit: options.limit,
      });
    });
  }

  async generations(): Promise<GenerationState> {
    const { serving, building } = await this.#state(readState, this.#database);
    if (serving === null) {
      throw new Error(`The index ${this.#schema.name} is not prepared yet`);
    }
    return { serving, building: building ?? undefined };
  }

  async beginGeneration(): Promise<number> {
    return this.#database.transaction(async tx => {
      const state = await this.#state(lockState, tx);
      if (state.building !== null) {
        return state.building;
      }
      const generation = state.last + 1;
      await this.#create(tx, generation);
      await this.#save(tx, {
        ...state,
        building: generation,
        last: generation,
      });
      return generation;
    });
  }

  async promote(generation: number): Promise<void> {
    // Plans need to know what is in it. Too large for the time a statement has: autovacuum sees to it.
    await this.#database
      .query(
        statementOf('analyze', `analyze ${tableOf(this.#schema, generation)}`),
      )
      .catch(() => undefined);
    await this.#database.transaction(async tx => {
      const state = await this.#state(lockState, tx);
      if (state.serving === generation) {
        return;
      }
      if (state.building !== generation) {
        throw notBuilding(generation);
      }
      if (state.retired !== null) {
        await this.#drop(tx, state.retired);
      }
      await this.#save(tx, {
        ...state,
        serving: generation,
        building: null,
        retired: state.serving,
      });
    });
    this.#serving = undefined;
  }

  async discard(generation: number): Promise<void> {
    await this.#database.transaction(async tx => {
      const state = await this.#state(lockState, tx);
      if (state.building === generation) {
        await this.#drop(tx, generation);
        await this.#save(tx, { ...state, building: null });
      }
    });
  }

  async count(generation: number): Promise<number> {
    const [{ count }] = await this.#database.query<{ count: string }>(
      statementOf(
        'count',
        `select count(*) as count from ${tableOf(this.#schema, generation)} where not deleted`,
      ),
    );
    return Number(count);
  }

  /** What is committed is found at once. */
  async refresh(): Promise<void> {}

  async ping(): Promise<void> {
    await this.#database.ping();
  }

  /** The database belongs to the service, which closes it. */
  async close(): Promise<void> {}

  async #page(options: {
    generation: number;
    query: SearchQuery;
    tsquery: string | undefined;
    after: ReturnType<typeof decodeSearchCursor> | undefined;
    relaxed: boolean;
  }): Promise<SearchPage<Source>> {
    const { query, relaxed } = options;
    const schema = this.#schema;
    const hits = hitsStatement({ schema, ...options });
    const facets = facetsStatement({ schema, ...options });
    const [rows, counts] = await Promise.all([
      this.#database.query<HitRow<Source>>(hits.statement, hits.values),
      this.#database.query<FacetRow>(facets.statement, facets.values),
    ]);
    const shown = rows.slice(0, query.limit);
    const end = shown.at(-1);
    const count = (field: string) =>
      Number(counts.find(row => row.field === field)!.count);
    return {
      items: shown.map(({ id, version, source }) => ({
        id,
        version: Number(version),
        source,
      })),
      total: count(''),
      exact: Math.max(count(''), count('*')) < COUNTED_MATCHES,
      facets: facetCounts(query, counts),
      relaxed,
      nextCursor:
        end && rows.length > query.limit
          ? encodeSearchCursor(query, {
              value: end.position,
              id: end.id,
              relaxed,
            })
          : undefined,
    };
  }

  /** `strict: null`: there is a text, but nothing it could be found by. */
  async #tsqueries(
    generation: number,
    text: string | undefined,
  ): Promise<{ strict: string | undefined | null; relaxed?: string }> {
    if (text === undefined) {
      return { strict: undefined };
    }
    const { words, runs } = analyse(text);
    const known =
      words.length > 0
        ? await this.#database.query<WordKnowledge>(
            wordsStatement(this.#schema, generation),
            [words],
          )
        : [];
    const { units, hopeless } = wordUnits(known);
    if ((hopeless || words.length === 0) && runs.length === 0) {
      return { strict: null };
    }
    return {
      strict: strictQuery([...units, ...strictRunUnits(runs)]),
      relaxed: relaxedQuery([...units, ...relaxedRunUnits(runs)]),
    };
  }

  /** Work on the generation that serves; once more when it retired meanwhile. */
  async #onServing<T>(work: (generation: number) => Promise<T>): Promise<T> {
    const now = this.#now();
    if (!this.#serving || now - this.#serving.at >= this.#reuseMs) {
      const { serving } = await this.generations();
      this.#serving = { generation: serving, at: now };
    }
    try {
      return await work(this.#serving.generation);
    } catch (error) {
      if (!isTableGone(error)) {
        throw error;
      }
      const { serving } = await this.generations();
      this.#serving = { generation: serving, at: now };
      return work(serving);
    }
  }

  async #writeToAll(rows: DocumentRow[]): Promise<void> {
    if (rows.length === 0) {
      return;
    }
    const json = rowsFor(rows);
    await this.#database.transaction(async tx => {
      const { serving, building } = await this.#state(shareState, tx);
      for (const generation of [serving, building]) {
        if (generation !== null) {
          await tx.query(writeStatement(this.#schema, generation), [json]);
        }
      }
    });
  }

  async #state(statement: Statement, on: Queryable): Promise<IndexRow> {
    const [state] = await on.query<IndexRow>(statement, [this.#schema.name]);
    if (!state) {
      throw new Error(`The index ${this.#schema.name} is not prepared yet`);
    }
    return state;
  }

  async #save(tx: Queryable, state: IndexRow): Promise<void> {
    const { serving, building, retired, last } = state;
    await tx.query(updateState, [
      this.#schema.name,
      serving,
      building,
      retired,
      last,
    ]);
  }

  async #create(tx: Queryable, generation: number): Promise<void> {
    for (const statement of createTables(this.#schema, generation)) {
      await tx.query(statement);
    }
  }

  async #drop(tx: Queryable, generation: number): Promise<void> {
    for (const statement of dropTables(this.#schema, generation)) {
      await tx.query(statement);
    }
  }
}

function notBuilding(generation: number): ConflictError {
  return new ConflictError({
    code: 'generation-not-building',
    message: `Generation ${generation} is not being built.`,
  });
}

function sorted(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, member]) => [key, sorted(member)]),
      )
    : value;
}

function facetCounts(
  query: SearchQuery,
  rows: readonly FacetRow[],
): Record<string, FacetCount[]> {
  const facets: Record<string, FacetCount[]> = {};
  for (const facet of query.facets ?? []) {
    const counts = rows
      .filter(({ field }) => field === facet.field)
      .map(({ key, count }) => ({ key, count: Number(count) }));
    facets[facet.field] =
      'ranges' in facet
        ? facet.ranges.map(({ key }) =>
            counts.find(count => count.key === key)!,
          )
        : counts.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  }
  return facets;
}

function emptyPage<Source>(query: SearchQuery): SearchPage<Source> {
  const facets = (query.facets ?? []).map(facet => [
    facet.field,
    'ranges' in facet ? facet.ranges.map(({ key }) => ({ key, count: 0 })) : [],
  ]);
  return {
    items: [],
    total: 0,
    exact: true,
    facets: Object.fromEntries(facets),
    relaxed: false,
  };
}
