/**
 * How search grows: loads products into the PostgreSQL search adapter as product-search holds them, then measures searches, lists and suggestions one
 * at a time, and prints their plans.
 *
 *     node bench/search/run.mts [--products 2000] [--rounds 50] [--plans]
 *
 * 2000, 100000 and 1000000 are the sizes of the growth table; a million needs about 6 GB of disk. SHOPFLOOR_TEST_POSTGRES_URL names a scratch server; the
 * bench makes a database of its own and drops it.
 */
import { parseArgs } from 'node:util';
import { loadConfig } from '../../packages/service-kit/src/config/defineConfig.ts';
import { databaseConfigSpec } from '../../packages/service-kit/src/config/serviceConfig.ts';
import { PooledDatabase } from '../../packages/service-kit/src/postgres/Database.ts';
import { migrateDatabase } from '../../packages/service-kit/src/postgres/migrate.ts';
import { PostgresSearchIndex } from '../../packages/service-kit/src/search/postgres/PostgresSearchIndex.ts';
import { searchMigration } from '../../packages/service-kit/src/search/postgres/searchMigration.ts';
import type { SearchQuery } from '../../packages/service-kit/src/search/types.ts';
import { TestDatabase } from '../../packages/service-kit/src/testing/TestDatabase.ts';
import { testMaterials } from '../../packages/service-kit/src/testing/testMaterials.ts';
import { Tracing } from '../../packages/service-kit/src/tracing/Tracing.ts';
import { portQuery } from '../../services/product-search/src/domain/portQuery.ts';
import {
  productDocument,
  productSchema,
} from '../../services/product-search/src/domain/productIndex.ts';
import type {
  IndexedProduct,
  ProductData,
} from '../../services/product-search/src/domain/types.ts';
import { sampleProducts } from '../../services/product-search/src/testing/sampleProducts.ts';

const BATCH = 1000;

const { values } = parseArgs({
  options: {
    products: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '50' },
    plans: { type: 'boolean', default: false },
  },
});
const size = Number(values.products);
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(size) || size < 1 || !(rounds >= 1)) {
  process.stderr.write('--products and --rounds are whole numbers above 0\n');
  process.exit(2);
}

/** The sample shop again and again, each time by other names of models, so that words grow with it. */
function* products(): Generator<ProductData> {
  const base = sampleProducts();
  for (let index = 0; index < size; index += 1) {
    const product = base[index % base.length];
    const series = Math.floor(index / base.length);
    const model = series === 0 ? '' : ` ${series.toString(36)}${index % 97}x`;
    yield {
      ...product,
      productId: `00000000-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
      slug: `${product.slug}-${index}`,
      names: {
        en: `${product.names.en}${model}`,
        zh: `${product.names.zh}${model}`,
      },
      createdAt: new Date(
        Date.parse(product.createdAt) + series * 60_000,
      ).toISOString(),
    };
  }
}

const common = { currency: 'EUR', language: 'en', limit: 24 } as const;
const queries: Record<string, SearchQuery> = {
  'two words': portQuery({ ...common, text: 'oak chopping board' }),
  'a common word': portQuery({ ...common, text: 'lamp' }),
  misspelt: portQuery({ ...common, text: 'coper sauecpan' }),
  Chinese: portQuery({ ...common, text: '橡木砧板' }),
  'a word and filters': portQuery({
    ...common,
    text: 'knife',
    categories: ['kitchen'],
    minPrice: 2000,
    maxPrice: 9000,
    inStock: true,
  }),
  'category by price': portQuery({
    ...common,
    categories: ['kitchen'],
    sort: 'price',
  }),
  'everything, newest first': portQuery(common),
};

function percentile(sorted: readonly number[], share: number): string {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
    .toFixed(1)
    .padStart(8);
}

async function measure(name: string, work: () => Promise<unknown>) {
  await work();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  process.stdout.write(
    `${name.padEnd(28)} p50 ${percentile(times, 0.5)} ms  p95 ${percentile(times, 0.95)} ms\n`,
  );
}

const test = await TestDatabase.create();
const { metrics, logger } = testMaterials();
const database = PooledDatabase.create({
  config: loadConfig(databaseConfigSpec, {
    DATABASE_URL: test.connectionString,
    DATABASE_STATEMENT_TIMEOUT_MS: '600000',
  }),
  applicationName: 'bench search',
  metrics,
  tracing: Tracing.create({
    service: {
      name: 'bench',
      version: '1',
      release: 'v1',
      environment: 'bench',
      instance: 'bench',
    },
  }),
  logger,
});
try {
  await migrateDatabase({
    connectionString: test.connectionString,
    lockName: 'bench-search',
    migrations: [searchMigration],
  });
  const index = PostgresSearchIndex.create<IndexedProduct>({
    schema: productSchema,
    database,
  });
  await index.prepare();
  const started = performance.now();
  let batch: ReturnType<typeof productDocument>[] = [];
  let number = 0;
  for (const product of products()) {
    number += 1;
    batch.push(
      productDocument({
        product,
        states: number % 3 ? { [product.skus[0]]: 'in-stock' } : {},
        version: 1,
      }),
    );
    if (batch.length === BATCH || number === size) {
      await index.upsert(batch);
      batch = [];
    }
  }
  const seconds = (performance.now() - started) / 1000;
  await test.query('vacuum analyze');
  const [{ bytes }] = await test.query<{ bytes: string }>(
    `select pg_size_pretty(pg_total_relation_size('search_products_v1_1')) as bytes`,
  );
  process.stdout.write(
    `${size} products in ${seconds.toFixed(1)} s (${Math.round(size / seconds)}/s), ${bytes} with indexes\n`,
  );
  for (const [name, query] of Object.entries(queries)) {
    await measure(name, () => index.query(query));
  }
  await measure('suggestions', () =>
    index.suggest({ text: 'chopp', limit: 8 }),
  );
  if (values.plans) {
    for (const [what, condition] of [
      ['text', `words @@ '''chop'' & ''oak'''::tsquery order by id`],
      ['category', `k_categories && '{kitchen}' order by n_price_eur, id`],
      ['price', 'n_price_eur is not null order by n_price_eur, id'],
    ]) {
      const rows = await test.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, costs off, timing off) select id from search_products_v1_1 where not deleted and ${condition} limit 25`,
      );
      process.stdout.write(
        `\n${what}\n${rows.map(row => row['QUERY PLAN']).join('\n')}\n`,
      );
    }
  }
} finally {
  await database.close();
  await test.drop();
}
