/**
 * Reads of products as their number grows: `node bench/products/growth.mts --products
 * 2400,100000,1000000` needs SHOPFLOOR_TEST_POSTGRES_URL, a scratch PostgreSQL. The
 * sample shop is copied under other names; each statement is then run as the service
 * runs it, prepared and with its own parameters. `--plans` prints how each was done.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import {
  createLogger,
  loadConfig,
  PooledDatabase,
  ServiceMetrics,
  type Statement,
  Tracing,
} from '../../packages/service-kit/src/index.ts';
import { TestDatabase } from '../../packages/service-kit/src/testing/TestDatabase.ts';
import { productsConfigSpec } from '../../services/products/src/config.ts';
import type { ProductQuery } from '../../services/products/src/domain/types.ts';
import { parseFeatures } from '../../services/products/src/features.ts';
import { migrateProducts } from '../../services/products/src/migrateProducts.ts';
import { DatabaseProductStore } from '../../services/products/src/store/DatabaseProductStore.ts';
import { DatabaseProductWriter } from '../../services/products/src/store/DatabaseProductWriter.ts';

const SAMPLES = 2400;
const RUNS = 25;
const features = parseFeatures(['ratings']);

/** Copies the sample shop until there are so many products. */
async function grow(test: TestDatabase, products: number): Promise<void> {
  const client = new pg.Client(test.connectionString);
  await client.connect();
  try {
    for (let copy = 1; copy * SAMPLES < products; copy += 1) {
      const rows = Math.min(SAMPLES, products - copy * SAMPLES);
      const chosen = `(select * from products where sample order by id limit ${rows}) p`;
      const id = `md5(p.id::text || '${copy}')::uuid`;
      await client.query(`
        insert into products (id, slug, category_id, brand, name_en, name_zh,
          description_en, description_zh, created_at, announced_version)
        select ${id}, p.slug || '-${copy}', p.category_id, p.brand,
          p.name_en || ' No ' || ${copy}, p.name_zh || '${copy}号', p.description_en,
          p.description_zh, p.created_at + interval '${copy} hours', 1 from ${chosen};
        insert into variants (sku, product_id, position, name_en, name_zh, options, tax_category, weight_grams)
        select v.sku || '-${copy}', ${id}, v.position, v.name_en, v.name_zh, v.options,
          v.tax_category, v.weight_grams
        from variants v join ${chosen} on p.id = v.product_id;
        insert into prices (sku, currency, amount)
        select price.sku || '-${copy}', price.currency, price.amount + ${copy}
        from prices price join variants v on v.sku = price.sku
        join ${chosen} on p.id = v.product_id where price.currency in ('EUR', 'CNY');
        insert into product_prices (product_id, currency, min_amount, max_amount, variant_count)
        select ${id}, pp.currency, pp.min_amount + ${copy}, pp.max_amount + ${copy}, pp.variant_count
        from product_prices pp join ${chosen} on p.id = pp.product_id
        where pp.currency in ('EUR', 'CNY')`);
    }
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

interface Case {
  name: string;
  run: (store: DatabaseProductStore) => Promise<unknown>;
}

const list =
  (more: Partial<ProductQuery>, after?: { key: string; id: string }) =>
  (store: DatabaseProductStore) =>
    store.list(
      { currency: 'EUR', sort: 'newest', language: 'en', limit: 24, ...more },
      after,
    );

/** Reads that shoppers and checkouts do. */
async function casesOf(test: TestDatabase): Promise<Case[]> {
  const [middle] = await test.query<{ id: string; key: string; slug: string }>(
    `select id, slug, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key
     from products order by created_at desc, id desc
     offset (select count(*) / 2 from products) limit 1`,
  );
  const [leaf] = await test.query<{ slug: string }>(
    'select slug from categories where parent_id is not null order by id desc limit 1',
  );
  const skus = (
    await test.query<{ sku: string }>(
      'select sku from variants order by md5(sku) limit 3',
    )
  ).map(({ sku }) => sku);
  return [
    { name: 'newest', run: list({}) },
    { name: 'newest, in the middle', run: list({}, middle) },
    { name: 'by name', run: list({ sort: 'name' }) },
    { name: 'by name, Chinese', run: list({ sort: 'name', language: 'zh' }) },
    { name: 'cheapest', run: list({ sort: 'price' }) },
    { name: 'a leaf, newest', run: list({ category: leaf.slug }) },
    { name: 'no such category', run: list({ category: 'no-such' }) },
    { name: 'a department, newest', run: list({ category: 'kitchen' }) },
    {
      name: 'a department, cheapest',
      run: list({ category: 'kitchen', sort: 'price' }),
    },
    {
      name: 'a department, 20 to 40 euros',
      run: list({ category: 'kitchen', minPrice: 2000, maxPrice: 4000 }),
    },
    {
      name: 'search, two words',
      run: list({ text: 'oak board', sort: 'relevance' }),
    },
    {
      name: 'search, a common word',
      run: list({ text: 'classic', sort: 'relevance' }),
    },
    {
      name: 'search, misspelt',
      run: list({ text: 'notebok', sort: 'relevance' }),
    },
    {
      name: 'search, Chinese',
      run: list({ text: '橡木', sort: 'relevance', language: 'zh' }),
    },
    {
      name: 'search, nothing there',
      run: list({ text: 'zzyzx', sort: 'relevance' }),
    },
    {
      name: 'one product',
      run: store =>
        store.find({ idOrSlug: middle.slug, currency: 'EUR', language: 'en' }),
    },
    { name: 'categories', run: store => store.categories('en') },
    {
      name: 'lookup of three SKUs',
      run: store => store.lookup({ skus, currency: 'EUR' }),
    },
  ];
}

async function measure(products: number, plans: boolean): Promise<string[][]> {
  const test = await TestDatabase.create();
  try {
    const { connectionString } = test;
    await migrateProducts({ connectionString, features, sampleData: true });
    const began = performance.now();
    await grow(test, products);
    process.stderr.write(
      `${products} products after ${Math.round((performance.now() - began) / 1000)} s\n`,
    );
    const config = loadConfig(productsConfigSpec, {
      DATABASE_URL: connectionString,
      DATABASE_STATEMENT_TIMEOUT_MS: '60000',
      DATABASE_POOL_MAX: '1',
    });
    const service = {
      name: 'products',
      version: '0',
      release: 'v2',
      environment: 'bench',
      instance: 'bench',
    };
    const database = PooledDatabase.create({
      config,
      applicationName: 'bench',
      metrics: ServiceMetrics.create({ processMetrics: false }),
      tracing: Tracing.create({ service }),
      logger: createLogger({ service, level: 'fatal' }),
    });
    let last: { statement: Statement; values: readonly unknown[] } | undefined;
    const noting = {
      query: async (statement: Statement, values: readonly unknown[] = []) => {
        last = { statement, values };
        return database.query(statement, values);
      },
    } as unknown as PooledDatabase;
    const store = DatabaseProductStore.create({
      database: noting,
      ratings: true,
    });
    const results: string[][] = [];
    for (const { name, run } of await casesOf(test)) {
      const times: number[] = [];
      for (let turn = 0; turn < RUNS; turn += 1) {
        const started = performance.now();
        await run(store);
        times.push(performance.now() - started);
        if (times[0] > 2000 && turn >= 2) {
          break;
        }
      }
      times.sort((a, b) => a - b);
      results.push([
        name,
        times[Math.floor(times.length / 2)].toFixed(1),
        times[Math.floor(times.length * 0.95)].toFixed(1),
      ]);
      if (plans && last) {
        const { statement, values } = last;
        await test.query('select 1');
        const client = new pg.Client({
          connectionString,
          options: '-c random_page_cost=1.1',
        });
        await client.connect();
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(
          `explain (analyze, buffers, costs off) ${statement.text}`,
          values as unknown[],
        );
        await client.end();
        process.stdout.write(
          `\n### ${name}, ${products} products\n\n${rows.map(row => row['QUERY PLAN']).join('\n')}\n`,
        );
      }
    }
    const writer = DatabaseProductWriter.create({ database, ratings: true });
    const started = performance.now();
    await writer.announce(500);
    results.push([
      'looking for what is to be told',
      (performance.now() - started).toFixed(1),
      '',
    ]);
    await database.close();
    return results;
  } finally {
    await test.drop();
  }
}

const { values } = parseArgs({
  options: {
    products: { type: 'string', default: '2400,100000,1000000' },
    plans: { type: 'boolean', default: false },
  },
});
const sizes = values.products.split(',').map(Number);
const columns: string[][][] = [];
for (const size of sizes) {
  columns.push(await measure(size, values.plans));
}
process.stdout.write(
  `\n| statement | ${sizes.map(size => `${size}: median | P95`).join(' | ')} |\n| --- | ${sizes.map(() => '---: | ---:').join(' | ')} |\n`,
);
columns[0].forEach(([name], index) => {
  const cells = columns.map(
    column => `${column[index][1]} | ${column[index][2]}`,
  );
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
});
