import { analyse, bigrams } from '../analyse.ts';
import { requireField } from '../checkSchema.ts';
import type { SearchPosition } from '../searchCursor.ts';
import type {
  FacetRequest,
  SearchFilter,
  SearchQuery,
  SearchSchema,
} from '../types.ts';
import { BOOSTS, STOP_WORDS, textField } from './mappings.ts';

/** A clause of OpenSearch's query language. */
export type Clause = Record<string, unknown>;

/** More matches than this are not counted. */
export const COUNTED_MATCHES = 10_000;

function boosted(schema: SearchSchema, languages: readonly string[]): string[] {
  return Object.entries(schema.fields).flatMap(([field, definition]) =>
    definition.kind === 'text' && languages.includes(definition.language)
      ? [`${textField(field)}^${BOOSTS[definition.weight]}`]
      : [],
  );
}

/** Any of the fields has the word: as it is, or, for less, with the slips of its length. */
function wordUnit(schema: SearchSchema, word: string): Clause {
  const spelt = boosted(schema, ['en', 'names']);
  return {
    dis_max: {
      queries: [
        {
          multi_match: {
            query: word,
            fields: [...spelt, ...boosted(schema, ['zh'])],
            boost: 3,
          },
        },
        { multi_match: { query: word, fields: spelt, fuzziness: 'AUTO' } },
      ],
    },
  };
}

/** One field has every pair of neighbours of the run. */
function runUnit(schema: SearchSchema, run: string): Clause {
  return {
    multi_match: {
      query: run,
      fields: boosted(schema, ['zh']),
      operator: 'and',
    },
  };
}

function characterUnit(schema: SearchSchema, character: string): Clause {
  return {
    multi_match: { query: character, fields: boosted(schema, ['zh']) },
  };
}

/** What a text asks for. `undefined`: there is nothing to look for in it. */
export function textClauses(
  schema: SearchSchema,
  text: string,
): { strict: Clause; relaxed?: Clause } | undefined {
  const { words, runs } = analyse(text);
  const meant = words.filter(word => !STOP_WORDS.includes(word));
  const counted = (meant.length > 0 || runs.length > 0 ? meant : words).map(
    word => wordUnit(schema, word),
  );
  const strict = [...counted, ...runs.map(run => runUnit(schema, run))];
  if (strict.length === 0) {
    return undefined;
  }
  const characters = new Set(runs.flatMap(run => [...run]));
  const relaxed = [
    ...counted,
    ...[...characters].map(character => characterUnit(schema, character)),
  ];
  return {
    strict: { bool: { must: strict } },
    relaxed:
      relaxed.length < 2
        ? undefined
        : {
            bool: {
              should: relaxed,
              minimum_should_match: relaxed.length - 1,
            },
          },
  };
}

function filterClause(schema: SearchSchema, filter: SearchFilter): Clause {
  if ('anyOf' in filter) {
    const field = requireField(schema, filter.field, ['keyword']);
    return { terms: { [field]: filter.anyOf } };
  }
  const field = requireField(schema, filter.field, ['number', 'date']);
  return filter.min === undefined && filter.max === undefined
    ? { exists: { field } }
    : { range: { [field]: { gte: filter.min, lte: filter.max } } };
}

function facetAggregation(schema: SearchSchema, facet: FacetRequest): Clause {
  if ('ranges' in facet) {
    const field = requireField(schema, facet.field, ['number', 'date']);
    return {
      range: {
        field,
        ranges: facet.ranges.map(({ key, min, max }) => ({
          key,
          from: min,
          to: max,
        })),
      },
    };
  }
  const field = requireField(schema, facet.field, ['keyword']);
  return {
    terms: {
      field,
      size: facet.size,
      order: [{ _count: 'desc' }, { _key: 'asc' }],
    },
  };
}

/** The body of a search. Filters on fields with facets come after the counting, so that each facet can leave out its own. */
export function searchBody(options: {
  schema: SearchSchema;
  query: SearchQuery;
  text: Clause | undefined;
  after: SearchPosition | undefined;
}): Clause {
  const { schema, query, text, after } = options;
  const { facets = [], filters = [], sort } = query;
  const facetFields = new Set(facets.map(({ field }) => field));
  const clausesOf = (wanted: (filter: SearchFilter) => boolean) =>
    filters.filter(wanted).map(filter => filterClause(schema, filter));
  const always = [
    { term: { deleted: false } },
    ...clausesOf(({ field }) => !facetFields.has(field)),
  ];
  let order: Clause[] = [{ id: 'desc' }];
  if (sort) {
    const field = requireField(schema, sort.field, ['number', 'date']);
    always.push({ exists: { field } } as never);
    order = [{ [field]: sort.direction }, { id: sort.direction }];
  } else if (text) {
    order = [{ _score: 'desc' }, { id: 'desc' }];
  }
  const ordered = order.length > 1;
  return {
    query: { bool: { must: text ? [text] : [], filter: always } },
    post_filter: {
      bool: { filter: clausesOf(({ field }) => facetFields.has(field)) },
    },
    aggs: Object.fromEntries(
      facets.map(facet => [
        facet.field,
        {
          filter: {
            bool: {
              filter: clausesOf(
                ({ field }) => facetFields.has(field) && field !== facet.field,
              ),
            },
          },
          aggs: { values: facetAggregation(schema, facet) },
        },
      ]),
    ),
    sort: order,
    search_after: after && (ordered ? [after.value, after.id] : [after.id]),
    size: query.limit + 1,
    version: true,
    track_scores: !sort && text !== undefined,
    track_total_hits: COUNTED_MATCHES,
    _source: ['source'],
  };
}

/** The body that finds documents to suggest from. Undefined: nothing was typed that could be found. */
export function suggestBody(
  text: string,
  options: { fuzzy: boolean },
): Clause | undefined {
  const { words, runs } = analyse(text);
  const last = words.at(-1);
  const clauses: Clause[] = runs
    .flatMap(run => bigrams(run))
    .map(pair => ({ term: { starts: pair } }));
  for (const word of words) {
    if (options.fuzzy) {
      clauses.push({
        bool: {
          should: [
            { fuzzy: { starts: { value: word, fuzziness: 'AUTO' } } },
            { prefix: { starts: word } },
          ],
        },
      });
    } else {
      clauses.push(
        word === last
          ? { prefix: { starts: word } }
          : { term: { starts: word } },
      );
    }
  }
  return clauses.length === 0
    ? undefined
    : {
        query: {
          bool: { filter: [{ term: { deleted: false } }, ...clauses] },
        },
        sort: [{ id: 'asc' }],
        size: 100,
        _source: ['suggestions'],
      };
}
