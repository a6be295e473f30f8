import type { Statement } from '../../postgres/Database.ts';
import { requireField } from '../checkSchema.ts';
import type { SearchPosition } from '../searchCursor.ts';
import type { SearchFilter, SearchQuery, SearchSchema } from '../types.ts';
import {
  keywordColumn,
  numberColumn,
  statementOf,
  tableOf,
  wordsTableOf,
} from './generationTables.ts';

/** More matches than this are not counted: a shopper who has so many looks for something else. */
export const COUNTED_MATCHES = 10_000;

/** A statement with its values. */
export interface BoundStatement {
  statement: Statement;
  values: unknown[];
}

class Values {
  readonly list: unknown[] = [];

  add(value: unknown, type: string): string {
    this.list.push(value);
    return `$${this.list.length}::${type}`;
  }
}

function condition(
  schema: SearchSchema,
  filter: SearchFilter,
  values: Values,
): string {
  if ('anyOf' in filter) {
    const field = requireField(schema, filter.field, ['keyword']);
    return `${keywordColumn(field)} && ${values.add(filter.anyOf, 'text[]')}`;
  }
  const field = requireField(schema, filter.field, ['number', 'date']);
  const column = numberColumn(field);
  const bounds = [
    filter.min === undefined
      ? undefined
      : `${column} >= ${values.add(filter.min, 'float8')}`,
    filter.max === undefined
      ? undefined
      : `${column} <= ${values.add(filter.max, 'float8')}`,
  ].filter(bound => bound !== undefined);
  return bounds.length > 0 ? bounds.join(' and ') : `${column} is not null`;
}

/** What every match fulfils: it is there, fits the text, and can be ordered. */
function basis(
  schema: SearchSchema,
  query: SearchQuery,
  tsquery: string | undefined,
  values: Values,
): string[] {
  const conditions = ['not deleted'];
  if (tsquery !== undefined) {
    conditions.push(`words @@ ${values.add(tsquery, 'tsquery')}`);
  }
  if (query.sort) {
    const field = requireField(schema, query.sort.field, ['number', 'date']);
    conditions.push(`${numberColumn(field)} is not null`);
  }
  return conditions;
}

/** Weights of D, C, B and A. */
const RANK_WEIGHTS = `'{0.05, 0.1, 0.4, 1}'`;

/** The statement of a page of hits, one more than asked for. */
export function hitsStatement(options: {
  schema: SearchSchema;
  generation: number;
  query: SearchQuery;
  tsquery: string | undefined;
  after: SearchPosition | undefined;
}): BoundStatement {
  const { schema, generation, query, tsquery, after } = options;
  const values = new Values();
  const conditions = basis(schema, query, tsquery, values);
  for (const filter of query.filters ?? []) {
    conditions.push(condition(schema, filter, values));
  }
  let order: string | undefined;
  let type = 'float8';
  let direction = 'desc';
  if (query.sort) {
    order = numberColumn(query.sort.field);
    direction = query.sort.direction;
  } else if (tsquery !== undefined) {
    // The same parameter as in the condition. Rounded, so that a cursor's text equals it again.
    order = `round(ts_rank(${RANK_WEIGHTS}, words, $1::tsquery)::numeric, 6)`;
    type = 'numeric';
  }
  if (after) {
    const beyond = direction === 'desc' ? '<' : '>';
    conditions.push(
      order === undefined
        ? `id ${beyond} ${values.add(after.id, 'text')}`
        : `(${order}, id) ${beyond} (${values.add(after.value, type)}, ${values.add(after.id, 'text')})`,
    );
  }
  const ordering =
    order === undefined
      ? `id ${direction}`
      : `${order} ${direction}, id ${direction}`;
  // Two sizes, written into the text: for a parameter a generic plan would expect a tenth of the table.
  const rows = query.limit < 25 ? 25 : 101;
  return {
    statement: statementOf(
      'hits',
      `select id, version, source, ${order ?? '0'} as position
       from ${tableOf(schema, generation)}
       where ${conditions.join(' and ')}
       order by ${ordering} limit ${rows}`,
    ),
    values: values.list,
  };
}

/**
 * The statement of the total and the facets: rows of `field`, `key` and `count`;
 * the total has the field `''`, how many the facets were counted on the field
 * `'*'`. Both stop at {@link COUNTED_MATCHES}, so that their cost does not grow
 * with the index.
 */
export function facetsStatement(options: {
  schema: SearchSchema;
  generation: number;
  query: SearchQuery;
  tsquery: string | undefined;
}): BoundStatement {
  const { schema, generation, query, tsquery } = options;
  const { facets = [], filters = [] } = query;
  const values = new Values();
  const table = tableOf(schema, generation);
  const always = basis(schema, query, tsquery, values);
  const conditions = [...always];
  const facetFields = new Set(facets.map(({ field }) => field));
  const columns: string[] = ['1 as one'];
  /** Conditions on a facet's own field, by field: they are kept apart, so that it can be counted without them. */
  const own = new Map<string, string>();
  const every: string[] = [];
  for (const filter of filters) {
    const sql = condition(schema, filter, values);
    every.push(sql);
    if (facetFields.has(filter.field)) {
      const name = `f${own.size}`;
      const known = own.get(filter.field);
      columns.push(`coalesce(${sql}, false) as ${name}`);
      own.set(filter.field, known ? `${known} and ${name}` : name);
    } else {
      conditions.push(sql);
    }
  }
  const allBut = (field: string) =>
    [...own]
      .filter(([name]) => name !== field)
      .map(([, sql]) => sql)
      .join(' and ') || 'true';
  const counts = facets.map(facet => {
    const where = allBut(facet.field);
    if ('ranges' in facet) {
      const field = requireField(schema, facet.field, ['number', 'date']);
      const column = numberColumn(field);
      columns.push(column);
      const rows = facet.ranges.map(range => {
        const bounds = [
          `${column} is not null`,
          ...(range.min === undefined
            ? []
            : [`${column} >= ${values.add(range.min, 'float8')}`]),
          ...(range.max === undefined
            ? []
            : [`${column} < ${values.add(range.max, 'float8')}`]),
        ];
        return `select '${field}' as field, ${values.add(range.key, 'text')} as key,
                  count(*) filter (where ${bounds.join(' and ')}) as count
                from base where ${where}`;
      });
      return rows.join(' union all ');
    }
    const field = requireField(schema, facet.field, ['keyword']);
    columns.push(keywordColumn(field));
    return `(select '${field}' as field, value collate "C" as key, count(*) as count
             from base, unnest(${keywordColumn(field)}) as value
             where ${where}
             group by value order by count(*) desc, value collate "C"
             limit ${values.add(facet.size, 'integer')})`;
  });
  return {
    statement: statementOf(
      'facets',
      `with base as materialized (
         select ${[...new Set(columns)].join(', ')} from ${table}
         where ${conditions.join(' and ')} limit ${COUNTED_MATCHES}
       )
       select '' as field, '' as key, count(*) as count from (
         select from ${table} where ${[...always, ...every].join(' and ')} limit ${COUNTED_MATCHES}
       ) as matches
       union all select '*', '', count(*) from base
       ${counts.map(sql => `union all ${sql}`).join('\n')}`,
    ),
    values: values.list,
  };
}

/** What the index knows of words. */
export function wordsStatement(
  schema: SearchSchema,
  generation: number,
): Statement {
  const words = wordsTableOf(schema, generation);
  return statementOf(
    'words',
    `select given.word, stem.lexemes, coalesce(known.is, false) as known,
       case when known.is then '{}' else array(
         (select word from ${words}
          where word >= given.word and word < given.word || chr(1114111)
          order by length(word) limit 10)
         union
         (select word from ${words} order by word <-> coalesce(stem.lexemes[1], given.word) limit 15)
       ) end as near
     from unnest($1::text[]) with ordinality as given (word, place)
     cross join lateral (
       select tsvector_to_array(to_tsvector('english', given.word)) as lexemes
     ) as stem
     left join lateral (
       select true as is from ${words} where word = given.word or word = any(stem.lexemes) limit 1
     ) as known on true
     order by given.place`,
  );
}

/** Values to suggest for a query on what they begin with. */
export function suggestStatement(
  schema: SearchSchema,
  generation: number,
): Statement {
  return statementOf(
    'suggest',
    `select suggestions from ${tableOf(schema, generation)}
     where not deleted and starts @@ $1::tsquery
     order by length(suggestions[1]), id limit 100`,
  );
}
