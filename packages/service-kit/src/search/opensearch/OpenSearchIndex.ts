import { Client, errors } from '@opensearch-project/opensearch';
import { ConflictError, UnavailableError } from '../../problems/DomainError.ts';
import { analyse } from '../analyse.ts';
import {
  checkSchema,
  latestById,
  toKeywords,
  toNumber,
} from '../checkSchema.ts';
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
import { indexBody, textField } from './mappings.ts';
import {
  type Clause,
  searchBody,
  suggestBody,
  textClauses,
} from './queryBody.ts';

/** Options of {@link OpenSearchIndex}. */
export interface OpenSearchIndexOptions {
  schema: SearchSchema;
  /** Address of the cluster, with its credentials. */
  url: string;
  /** Longest wait for one request. */
  timeoutMs: number;
}

type Entry = Record<string, unknown> & { id: string; version: number };

interface Hit<Source> {
  _id: string;
  _version: number;
  _source: { source: Source; suggestions?: string[] };
  sort: [number | string, string] | [string];
}

interface Found<Source> {
  hits: {
    total: { value: number; relation: 'eq' | 'gte' };
    hits: Hit<Source>[];
  };
  aggregations?: Record<
    string,
    { values: { buckets: { key: string; doc_count: number }[] } }
  >;
}

/**
 * An index of OpenSearch or Elasticsearch. Each generation is an index of its own
 * with an alias to write to; the aliases `<name>` and `<name>-building` say which
 * one serves and which is being built. A document's version is OpenSearch's own,
 * given from outside; a removed document stays as a tombstone, since OpenSearch
 * forgets the version of a deleted one after a minute.
 */
export class OpenSearchIndex<Source> implements SearchIndex<Source> {
  readonly #schema: SearchSchema;
  readonly #client: Client;
  readonly #serving: string;
  readonly #building: string;

  /** Contacts nothing yet. @throws Error for a schema that cannot be held */
  static create<Source>(
    options: OpenSearchIndexOptions,
  ): OpenSearchIndex<Source> {
    checkSchema(options.schema);
    return new OpenSearchIndex(options);
  }

  private constructor(options: OpenSearchIndexOptions) {
    this.#schema = options.schema;
    this.#serving = options.schema.name;
    this.#building = `${options.schema.name}-building`;
    this.#client = new Client({
      node: options.url,
      requestTimeout: options.timeoutMs,
      maxRetries: 1,
    });
  }

  async prepare(): Promise<void> {
    if ((await this.#generationOf(this.#serving)) === undefined) {
      await this.#create(1, this.#serving);
    }
    const { serving } = await this.generations();
    const answer = await this.#run(() =>
      this.#client.indices.getMapping({ index: this.#indexOf(serving) }),
    );
    const [{ mappings }] = Object.values(answer.body) as {
      mappings: { _meta?: { fields?: string } };
    }[];
    if (mappings._meta?.fields !== JSON.stringify(this.#schema.fields)) {
      throw new Error(
        `The fields of the index ${this.#schema.name} differ from those it was made with. Give the new schema a new name.`,
      );
    }
  }

  async upsert(documents: readonly SearchDocument<Source>[]): Promise<void> {
    await this.#writeToAll(documents.map(document => this.#entry(document)));
  }

  async remove(removals: readonly SearchRemoval[]): Promise<void> {
    await this.#writeToAll(removals.map(tombstone));
  }

  inGeneration(generation: number): SearchWriter<Source> {
    const alias = this.#writeAliasOf(generation);
    return {
      upsert: documents =>
        this.#write(
          alias,
          documents.map(document => this.#entry(document)),
        ),
      remove: removals => this.#write(alias, removals.map(tombstone)),
    };
  }

  async query(query: SearchQuery): Promise<SearchPage<Source>> {
    const after =
      query.cursor === undefined
        ? undefined
        : decodeSearchCursor(query, query.cursor);
    const schema = this.#schema;
    const page = async (text: Clause | undefined, relaxed: boolean) =>
      this.#toPage(
        query,
        await this.#search(searchBody({ schema, query, text, after })),
        relaxed,
      );
    if (query.text === undefined) {
      return page(undefined, false);
    }
    const clauses = textClauses(schema, query.text);
    if (!clauses) {
      return page({ match_none: {} }, false);
    }
    if (after?.relaxed && clauses.relaxed) {
      return page(clauses.relaxed, true);
    }
    const found = await page(clauses.strict, false);
    return found.total > 0 || after || !clauses.relaxed
      ? found
      : page(clauses.relaxed, true);
  }

  async suggest(options: { text: string; limit: number }): Promise<string[]> {
    const find = async (fuzzy: boolean, fits: (value: string) => boolean) => {
      const body = suggestBody(options.text, { fuzzy });
      const found = body && (await this.#search(body));
      return chooseSuggestions({
        values: (found?.hits.hits ?? []).flatMap(
          ({ _source }) => _source.suggestions ?? [],
        ),
        fits,
        limit: options.limit,
      });
    };
    const exact = await find(false, value => startsLike(value, options.text));
    const { words, runs } = analyse(options.text);
    if (exact.length > 0 || words.length === 0) {
      return exact;
    }
    // In the language that was typed in.
    return find(
      true,
      value => runs.length > 0 === analyse(value).runs.length > 0,
    );
  }

  async generations(): Promise<GenerationState> {
    const [serving, building] = await Promise.all([
      this.#generationOf(this.#serving),
      this.#generationOf(this.#building),
    ]);
    if (serving === undefined) {
      throw new Error(`The index ${this.#schema.name} is not prepared yet`);
    }
    return { serving, building };
  }

  async beginGeneration(): Promise<number> {
    const running = await this.#generationOf(this.#building);
    if (running !== undefined) {
      return running;
    }
    const generation = Math.max(...(await this.#all())) + 1;
    // Two that begin at once ask for the same index; the second finds it there.
    await this.#create(generation, this.#building);
    return (await this.#generationOf(this.#building)) ?? generation;
  }

  async promote(generation: number): Promise<void> {
    const { serving, building } = await this.generations();
    if (serving === generation) {
      return;
    }
    if (building !== generation) {
      throw new ConflictError({
        code: 'generation-not-building',
        message: `Generation ${generation} is not being built.`,
      });
    }
    await this.refresh();
    // One change of the cluster's state: no query comes in between.
    await this.#run(() =>
      this.#client.indices.updateAliases({
        body: {
          actions: [
            { remove: { index: this.#indexOf(serving), alias: this.#serving } },
            { add: { index: this.#indexOf(generation), alias: this.#serving } },
            {
              remove: {
                index: this.#indexOf(generation),
                alias: this.#building,
              },
            },
          ],
        },
      }),
    );
    for (const old of await this.#all()) {
      if (old < serving) {
        await this.#drop(old);
      }
    }
  }

  async discard(generation: number): Promise<void> {
    if ((await this.#generationOf(this.#building)) === generation) {
      await this.#drop(generation);
    }
  }

  async count(generation: number): Promise<number> {
    const answer = await this.#run(() =>
      this.#client.count({
        index: this.#indexOf(generation),
        body: { query: { term: { deleted: false } } } as never,
      }),
    );
    return answer.body.count;
  }

  async refresh(): Promise<void> {
    await this.#run(() =>
      this.#client.indices.refresh({ index: `${this.#schema.name}-*` }),
    );
  }

  async ping(): Promise<void> {
    await this.#run(() => this.#client.ping());
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #indexOf(generation: number): string {
    return `${this.#schema.name}-${generation}`;
  }

  #writeAliasOf(generation: number): string {
    return `${this.#schema.name}-write-${generation}`;
  }

  /**
   * To the generation being built, to the one that serves, and once more to the
   * one being built if there was none before: whichever moment one is begun or
   * promoted at, it has the write.
   */
  async #writeToAll(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) {
      return;
    }
    const toBuilding = async () => {
      const building = await this.#generationOf(this.#building);
      if (building !== undefined) {
        await this.#write(this.#writeAliasOf(building), entries, {
          orGone: true,
        });
      }
      return building !== undefined;
    };
    const had = await toBuilding();
    await this.#write(this.#serving, entries);
    if (!had) {
      await toBuilding();
    }
  }

  /** `orGone`: that the generation was given up meanwhile is no failure. */
  async #write(
    alias: string,
    given: readonly Entry[],
    options: { orGone?: boolean } = {},
  ): Promise<void> {
    if (given.length === 0) {
      return;
    }
    const body = latestById(given).flatMap(({ version, ...entry }) => [
      {
        index: {
          _index: alias,
          _id: entry.id,
          version,
          version_type: 'external',
          // Never makes an index by itself where one has been dropped.
          require_alias: true,
        },
      },
      entry,
    ]);
    const answer = await this.#run(() =>
      this.#client.bulk({ body: body as never }),
    );
    if (!answer.body.errors) {
      return;
    }
    for (const item of answer.body.items) {
      const { status, error } = Object.values(item)[0] as {
        status: number;
        error?: { type: string; reason?: string };
      };
      // 409: the index has the same version or a newer one.
      const harmless = status === 409 || (status === 404 && options.orGone);
      if (error && !harmless) {
        throw new Error(
          `OpenSearch refused a document of ${alias}: ${error.type}`,
        );
      }
    }
  }

  #entry(document: SearchDocument<Source>): Entry {
    const entry: Entry = {
      id: document.id,
      version: document.version,
      deleted: false,
      source: document.source,
    };
    const suggestions: string[] = [];
    for (const [field, definition] of Object.entries(this.#schema.fields)) {
      const value = document.fields[field];
      if (definition.kind === 'keyword') {
        entry[field] = toKeywords(value);
      } else if (definition.kind !== 'text') {
        entry[field] = toNumber(value, field);
      } else {
        entry[textField(field)] = toKeywords(value);
        if (definition.suggest) {
          suggestions.push(...toKeywords(value));
        }
      }
    }
    return { ...entry, suggestions, starts: suggestions };
  }

  #toPage(
    query: SearchQuery,
    found: Found<Source>,
    relaxed: boolean,
  ): SearchPage<Source> {
    const { hits, total } = found.hits;
    const shown = hits.slice(0, query.limit);
    const end = shown.at(-1);
    return {
      items: shown.map(({ _id, _version, _source }) => ({
        id: _id,
        version: _version,
        source: _source.source,
      })),
      total: total.value,
      exact: total.relation === 'eq',
      facets: facetCounts(query, found),
      relaxed,
      nextCursor:
        end && hits.length > query.limit
          ? encodeSearchCursor(query, {
              value: end.sort.length > 1 ? end.sort[0] : 0,
              id: end._id,
              relaxed,
            })
          : undefined,
    };
  }

  async #search(body: Clause): Promise<Found<Source>> {
    const answer = await this.#run(() =>
      this.#client.search({ index: this.#serving, body: body as never }),
    );
    return answer.body as unknown as Found<Source>;
  }

  async #generationOf(alias: string): Promise<number | undefined> {
    const answer = await this.#run(() =>
      this.#client.indices.getAlias({ name: alias }, { ignore: [404] }),
    );
    const names = answer.statusCode === 404 ? [] : Object.keys(answer.body);
    const numbers = names.map(name => this.#numberOf(name)).filter(n => n > 0);
    return numbers.length > 0 ? Math.max(...numbers) : undefined;
  }

  async #all(): Promise<number[]> {
    const answer = await this.#run(() =>
      this.#client.indices.get({ index: `${this.#schema.name}-*` }),
    );
    return Object.keys(answer.body)
      .map(name => this.#numberOf(name))
      .filter(number => number > 0);
  }

  #numberOf(index: string): number {
    return Number(index.slice(this.#schema.name.length + 1)) || 0;
  }

  async #create(generation: number, alias: string): Promise<void> {
    try {
      await this.#client.indices.create({
        index: this.#indexOf(generation),
        body: {
          ...indexBody(this.#schema),
          aliases: { [alias]: {}, [this.#writeAliasOf(generation)]: {} },
        } as never,
      });
    } catch (error) {
      if (
        error instanceof errors.ResponseError &&
        error.body?.error?.type === 'resource_already_exists_exception'
      ) {
        return;
      }
      throw translate(error);
    }
  }

  async #drop(generation: number): Promise<void> {
    await this.#run(() =>
      this.#client.indices.delete(
        { index: this.#indexOf(generation) },
        { ignore: [404] },
      ),
    );
  }

  async #run<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    try {
      return await request();
    } catch (error) {
      throw translate(error);
    }
  }
}

function tombstone({ id, version }: SearchRemoval): Entry {
  return { id, version, deleted: true };
}

function facetCounts<Source>(
  query: SearchQuery,
  found: Found<Source>,
): Record<string, FacetCount[]> {
  const facets: Record<string, FacetCount[]> = {};
  for (const facet of query.facets ?? []) {
    const counts = (found.aggregations?.[facet.field].values.buckets ?? []).map(
      ({ key, doc_count }) => ({ key, count: doc_count }),
    );
    facets[facet.field] =
      'ranges' in facet
        ? // OpenSearch answers in the order of the bounds.
          facet.ranges.map(({ key }) =>
            counts.find(count => count.key === key)!,
          )
        : counts;
  }
  return facets;
}

/** What the client throws has the whole request in it, which is not for logs. */
function translate(error: unknown): Error {
  if (error instanceof errors.ResponseError && error.statusCode !== 429) {
    const { type, reason } = (error.body?.error ?? {}) as Record<
      string,
      unknown
    >;
    return new Error(
      `OpenSearch answered ${error.statusCode}: ${type ?? ''} ${reason ?? ''}`,
    );
  }
  return new UnavailableError({
    code: 'search-unavailable',
    message: 'The search index does not answer. Try again shortly.',
    cause: new Error((error as Error).message),
  });
}
