import type { Statement } from '@shopfloor/service-kit';
import type { Language, Sort } from '../domain/types.ts';

/** `words`: English by its stems, or by its trigrams when no word fits. `part`: any part of a Chinese name. */
export type TextMatch = 'words' | 'part';

/** Chinese has no spaces to find words by, so a text with Han characters is matched as it stands. */
export function textMatch(text: string): TextMatch {
  return /\p{Script=Han}/u.test(text) ? 'part' : 'words';
}

/** Which parts a list statement has. Each shape is one prepared statement. */
export interface ListShape {
  sort: Sort;
  language: Language;
  /** How the text is matched, see {@link textMatch}; undefined without a text. */
  text: TextMatch | undefined;
  category: boolean;
  minPrice: boolean;
  maxPrice: boolean;
  after: boolean;
  ratings: boolean;
  /** Rows to read, see {@link rowsFor}. */
  rows: 25 | 101;
}

/**
 * How many rows are read for a page: enough to see whether another follows. Two
 * sizes, written into the text: with a parameter the planner of a prepared
 * statement would expect a tenth of the table and sort it all.
 */
export function rowsFor(limit: number): 25 | 101 {
  return limit < 25 ? 25 : 101;
}

const sortColumns: Record<
  Exclude<Sort, 'name'>,
  { column: string; key: string; type: string; direction: 'asc' | 'desc' }
> = {
  newest: {
    column: 'p.created_at',
    key: `to_char(p.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    type: 'timestamptz',
    direction: 'desc',
  },
  price: {
    column: 'pp.min_amount',
    key: 'pp.min_amount::text',
    type: 'bigint',
    direction: 'asc',
  },
  '-price': {
    column: 'pp.min_amount',
    key: 'pp.min_amount::text',
    type: 'bigint',
    direction: 'desc',
  },
  relevance: {
    column: 'score.value',
    key: 'score.value::text',
    type: 'numeric',
    direction: 'desc',
  },
};

function orderOf(shape: ListShape) {
  if (shape.sort === 'name') {
    const column = `p.name_${shape.language}`;
    return { column, key: column, type: 'text', direction: 'asc' as const };
  }
  return sortColumns[shape.sort];
}

const RATING_COLUMNS = 'r.star_sum, r.review_count';
const RATING_JOIN = 'left join product_ratings r on r.product_id = p.id';

/**
 * Builds the statement of a shape and the order of its parameters. Values never
 * become part of the text, so the number of texts is bounded by the shapes.
 */
export function listStatement(shape: ListShape): {
  statement: Statement;
  parameters: readonly string[];
} {
  const parameters: string[] = ['currency'];
  const parameter = (name: string) => {
    if (!parameters.includes(name)) {
      parameters.push(name);
    }
    return `$${parameters.indexOf(name) + 1}`;
  };
  const joins = [
    'join product_prices pp on pp.product_id = p.id and pp.currency = $1',
    'join categories c on c.id = p.category_id',
  ];
  const conditions: string[] = [];
  const ctes: string[] = [];
  if (shape.text === 'words') {
    const text = parameter('text');
    const asked = `(websearch_to_tsquery('english', ${text}) || websearch_to_tsquery('simple', ${text}))`;
    joins.push(
      `cross join lateral (select round((ts_rank(p.search, ${asked}) * 2 + word_similarity(${text}, p.name_en))::numeric, 6) as value) score`,
    );
    // Misspellings are looked for only when no word fits: it is the honest answer,
    // and comparing the trigrams of every name is what costs.
    ctes.push(
      `fits as materialized (select id from products where search @@ ${asked})`,
    );
    conditions.push(
      `p.id in (select id from fits union all select id from products where ${text} <% name_en and not exists (select from fits))`,
    );
  } else if (shape.text === 'part') {
    conditions.push(`p.name_zh ilike ${parameter('like')}`);
    joins.push(
      `cross join lateral (select round(similarity(${parameter('text')}, p.name_zh)::numeric, 6) as value) score`,
    );
  }
  if (shape.category) {
    const category = parameter('category');
    conditions.push(
      // A category that is not there ends the statement before it reads products.
      `exists (select from categories where slug = ${category}) and p.category_id in (select below.id from categories top join categories below on below.path = top.path or below.path like top.path || '/%' where top.slug = ${category})`,
    );
  }
  if (shape.minPrice) {
    conditions.push(`pp.min_amount >= ${parameter('minPrice')}::bigint`);
  }
  if (shape.maxPrice) {
    conditions.push(`pp.min_amount <= ${parameter('maxPrice')}::bigint`);
  }
  const { column, key, type, direction } = orderOf(shape);
  if (shape.after) {
    const comparison = direction === 'asc' ? '>' : '<';
    conditions.push(
      `(${column}, p.id) ${comparison} (${parameter('afterKey')}::${type}, ${parameter('afterId')}::uuid)`,
    );
  }
  if (shape.ratings) {
    joins.push(RATING_JOIN);
  }
  const { language } = shape;
  const text = [
    ctes.length > 0 ? `with ${ctes.join(', ')}` : '',
    `select p.id, p.slug, p.name_${language} as name, p.brand, p.sample,`,
    `c.slug as category_slug, c.name_${language} as category_name,`,
    'pp.min_amount, pp.max_amount, pp.variant_count,',
    `${shape.ratings ? `${RATING_COLUMNS}, ` : ''}${key} as sort_key`,
    'from products p',
    ...joins,
    conditions.length > 0 ? `where ${conditions.join(' and ')}` : '',
    `order by ${column} ${direction}, p.id ${direction}`,
    `limit ${shape.rows}`,
  ].join('\n');
  const flags = [
    shape.text,
    shape.category && 'category',
    shape.minPrice && 'min',
    shape.maxPrice && 'max',
    shape.after && 'after',
    shape.ratings && 'ratings',
  ]
    .filter(Boolean)
    .join('_');
  return {
    statement: {
      name: `list${shape.rows}_${shape.sort.replace('-', 'desc_')}_${language}${flags && `_${flags}`}`,
      text,
    },
    parameters,
  };
}

/** Builds the statement that reads one product, by id or by slug. */
export function findStatement(shape: {
  by: 'id' | 'slug';
  language: Language;
  ratings: boolean;
}): Statement {
  const { by, language, ratings } = shape;
  return {
    name: `find_by_${by}_${language}${ratings ? '_ratings' : ''}`,
    text: `
      select p.id, p.version::int, p.slug, p.name_${language} as name, p.brand, p.sample,
        p.description_${language} as description, p.created_at, p.updated_at,
        c.slug as category_slug, c.name_${language} as category_name,
        pp.min_amount, pp.max_amount, pp.variant_count,
        ${ratings ? `${RATING_COLUMNS},` : ''}
        (select json_agg(json_build_object('slug', a.slug, 'name', a.name_${language}) order by length(a.path))
         from categories a
         where a.path = c.path or c.path like a.path || '/%') as category_path,
        (select json_agg(json_build_object('sku', v.sku, 'name', v.name_${language},
           'options', v.options -> '${language}', 'amount', price.amount) order by v.position)
         from variants v join prices price on price.sku = v.sku and price.currency = $2
         where v.product_id = p.id) as variants,
        coalesce((
          select json_agg(json_build_object('kind', m.kind, 'url', m.url,
            'alt', m.alt_${language}) order by m.position)
          from product_media m where m.product_id = p.id), '[]') as media
      from products p
      join product_prices pp on pp.product_id = p.id and pp.currency = $2
      join categories c on c.id = p.category_id
      ${ratings ? RATING_JOIN : ''}
      where p.${by} = $1`,
  };
}

/**
 * Builds the statement that reads the categories, parents first. All products are
 * counted by their index alone, and those off sale, which are few, are taken away.
 */
export function categoriesStatement(language: Language): Statement {
  return {
    name: `categories_${language}`,
    text: `
      select c.id, c.parent_id, c.slug, c.name_${language} as name,
        (coalesce(direct.products, 0) - coalesce(archived.products, 0))::int as product_count
      from categories c
      left join (
        select category_id, count(*) as products from products group by category_id
      ) direct on direct.category_id = c.id
      left join (
        select category_id, count(*) as products from products
        where archived_at is not null group by category_id
      ) archived on archived.category_id = c.id
      order by cardinality(string_to_array(c.path, '/')), c.position, c.id`,
  };
}

/** Read which versions products have, of many at once. Parameters: ids or slugs. */
export const versionsStatements: Record<'id' | 'slug', Statement> = {
  id: {
    name: 'versions_by_id',
    text: 'select id, slug, version::int from products where id = any($1::uuid[])',
  },
  slug: {
    name: 'versions_by_slug',
    text: 'select id, slug, version::int from products where slug = any($1::text[])',
  },
};

/** Builds the statement that finds the id of a product. Parameters: id or slug, whether one off sale counts. */
export function resolveStatement(by: 'id' | 'slug'): Statement {
  return {
    name: `resolve_by_${by}`,
    text: `select id from products where ${by} = $1 and ($2::boolean or archived_at is null)`,
  };
}

/** Asks whether a category exists. */
export const hasCategoryStatement: Statement = {
  name: 'has_category',
  text: 'select 1 as found from categories where slug = $1',
};
