import { revertDatabase } from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { type Feature, parseFeatures } from './features.ts';
import { migrateProducts } from './migrateProducts.ts';
import { migrationsFor } from './migrations/index.ts';
import { serveProducts, type ServedProducts } from './testing/serveProducts.ts';

const version1: ReadonlySet<Feature> = new Set();
const version2: ReadonlySet<Feature> = new Set(['ratings']);

const serve = (connectionString: string, features: ReadonlySet<Feature>) =>
  serveProducts({
    connectionString,
    features,
    env: { DATABASE_CONNECT_TIMEOUT_MS: '500' },
  });

describe('products', () => {
  let test: TestDatabase;
  let v1: ServedProducts;
  let v2: ServedProducts;
  let before: object;
  const outcomes: object[] = [];

  beforeAll(async () => {
    test = await TestDatabase.create();
    const migrate = (features: ReadonlySet<Feature>) =>
      migrateProducts({
        connectionString: test.connectionString,
        features,
        sampleData: true,
      });
    outcomes.push(await migrate(version1));
    v1 = await serve(test.connectionString, version1);
    before = (await v1.client.request('/products?limit=5')).json();
    // Version 1 keeps serving while the schema grows under it.
    outcomes.push(await migrate(version2), await migrate(version1));
    v2 = await serve(test.connectionString, version2);
  }, 60_000);

  afterAll(async () => {
    await v1?.close();
    await v2?.close();
    await test.drop();
  });

  const get = async (url: string, headers?: Record<string, string>) =>
    v2.client.request({ url, headers });
  const json = async (url: string, headers?: Record<string, string>) => {
    const response = await get(url, headers);
    expect([url, response.statusCode]).toEqual([url, 200]);
    return response.json();
  };

  async function everyPage(url: string): Promise<any[]> {
    const items: any[] = [];
    let cursor: string | undefined;
    do {
      const page = await json(
        `${url}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    return items;
  }

  describe('lists', () => {
    it.each(['newest', 'name', 'price', '-price'])(
      'gives every product once by pages, in the order %s',
      async sort => {
        const items = await everyPage(`/products?limit=100&sort=${sort}`);
        expect(items).toHaveLength(2400);
        expect(new Set(items.map(item => item.id)).size).toBe(2400);
        const prices = items.map(item => item.price.from.amount);
        const orders: Record<string, (a: number, b: number) => number> = {
          price: (a, b) => a - b,
          '-price': (a, b) => b - a,
        };
        expect(prices).toEqual([...prices].sort(orders[sort] ?? (() => 0)));
      },
      30_000,
    );

    it('keeps pages stable while a product is added before them', async () => {
      const first = await json('/products?limit=3&sort=price');
      const rest = await json(
        `/products?limit=3&sort=price&cursor=${first.nextCursor}`,
      );
      const id = '00000000-0000-8000-8000-000000000001';
      await test.query(
        `insert into products (id, slug, category_id, brand, name_en, name_zh, description_en, description_zh)
         values ($1, 'cheapest', 2, 'Larkfield', 'Cheapest', '最便宜', '', '')`,
        [id],
      );
      await test.query(
        `insert into product_prices values ($1, 'EUR', 1, 1, 1)`,
        [id],
      );
      try {
        expect(
          await json(`/products?limit=3&sort=price&cursor=${first.nextCursor}`),
        ).toEqual(rest);
        const [cheapest] = (await json('/products?limit=1&sort=price')).items;
        expect(cheapest).toMatchObject({ slug: 'cheapest', sample: false });
      } finally {
        await test.query('delete from products where id = $1', [id]);
      }
    });

    it('filters by a category with all below it and by price in the given currency', async () => {
      const items = await everyPage(
        '/products?limit=100&category=kitchen&minPrice=2000&maxPrice=4000&currency=USD',
      );
      expect(items.length).toBeGreaterThan(10);
      const leaves = new Set<string>();
      for (const { price, category } of items) {
        leaves.add(category.slug);
        expect(price.from.currency).toBe('USD');
        expect(price.from.amount).toBeGreaterThanOrEqual(2000);
        expect(price.from.amount).toBeLessThanOrEqual(4000);
      }
      expect(leaves.size).toBe(5);
    });

    it('has whole minor units only', async () => {
      for (const { price } of (await json('/products?limit=100')).items) {
        expect(Number.isSafeInteger(price.from.amount)).toBe(true);
        expect(price.to.amount).toBeGreaterThanOrEqual(price.from.amount);
      }
    });
  });

  describe('search', () => {
    const names = async (text: string, language = 'en') =>
      (
        await json(`/products?limit=5&q=${encodeURIComponent(text)}`, {
          'accept-language': language,
        })
      ).items.map((item: { name: string }) => item.name);

    it('finds by words, whatever their form', async () => {
      const found = await names('oak chopping boards');
      expect(found[0]).toMatch(/Oak Chopping Board/);
      for (const name of found) {
        expect(name).toMatch(/Chopping Board/);
      }
    });

    it('forgives a misspelling', async () => {
      expect((await names('notebok')).join()).toMatch(/Notebook/);
    });

    it('finds any part of a Chinese name', async () => {
      const found = await names('橡木砧板', 'zh-CN');
      expect(found.length).toBeGreaterThan(0);
      for (const name of found) {
        expect(name).toContain('橡木砧板');
      }
    });

    it('pages through what it finds, each once', async () => {
      const items = await everyPage('/products?limit=7&q=teapot');
      expect(items.length).toBeGreaterThan(7);
      expect(new Set(items.map(item => item.id)).size).toBe(items.length);
    });

    it.each([
      '%',
      '_',
      "'; drop table products; --",
      '"',
      '\\',
      ':*',
      '!&|',
      '()',
      '的'.repeat(100),
      '💥',
    ])('takes %p as text and nothing else', async text => {
      await json(`/products?q=${encodeURIComponent(text)}`);
      expect(
        await json(
          `/products?sort=name&q=${encodeURIComponent(`橡${text}`.slice(0, 100))}`,
        ),
      ).toMatchObject({ items: [] });
    });
  });

  describe('one product', () => {
    it('is the same by id and by slug, with variants, path and both languages', async () => {
      const [{ id, slug }] = (await json('/products?category=kitchen&limit=1'))
        .items;
      const product = await json(`/products/${slug}`);
      expect(await json(`/products/${id}`)).toEqual(product);
      expect(product.categoryPath).toHaveLength(2);
      expect(product.categoryPath[0].slug).toBe('kitchen');
      expect(product.variants).toHaveLength(product.variantCount);
      expect(product.sample).toBe(true);
      const chinese = await get(`/products/${slug}`, {
        'accept-language': 'zh-CN',
      });
      expect(chinese.headers['content-language']).toBe('zh-CN');
      expect(chinese.headers.vary).toBe('Accept-Language');
      expect(chinese.json().categoryPath[0].name).toBe('厨房');
    });

    it('is not sent again to a client that has it, and is when it changed', async () => {
      const [{ slug, id }] = (await json('/products?limit=1')).items;
      const { etag } = (await get(`/products/${slug}`)).headers;
      const again = () =>
        get(`/products/${slug}`, { 'if-none-match': etag as string });
      expect((await again()).statusCode).toBe(304);
      await test.query(
        `update products set brand = 'Other', version = version + 1 where id = $1`,
        [id],
      );
      expect((await again()).statusCode).toBe(200);
      expect((await again()).json().brand).toBe('Other');
    });

    it('is the newest, whoever asks with others at the same time, and gone as soon as it is gone', async () => {
      const [one, other] = (await json('/products?limit=2&sort=name')).items;
      const ask = () =>
        Promise.all(
          [one.slug, other.id, one.id, other.slug].flatMap(name =>
            ['EUR', 'JPY'].map(async currency => {
              const url = `/products/${name}?currency=${currency}`;
              const { statusCode, headers, body } = await get(url);
              return { name, currency, statusCode, etag: headers.etag, body };
            }),
          ),
        );
      const first = await ask();
      expect(await ask()).toEqual(first);
      const touch = `update products set version = version + 1 where id = $1`;
      const [{ amounts }] = await test.query<{ amounts: unknown }>(
        `with gone as (
           delete from product_prices where product_id = $1 and currency = 'EUR' returning *
         ), touched as (${touch})
         select json_agg(gone) as amounts from gone`,
        [one.id],
      );
      const after = await ask();
      await test.query(
        `with touched as (${touch})
         insert into product_prices select * from json_populate_recordset(null::product_prices, $2)`,
        [one.id, JSON.stringify(amounts)],
      );
      expect(after.map(({ statusCode }) => statusCode)).toEqual([
        404, 200, 200, 200, 404, 200, 200, 200,
      ]);
      expect(after.filter(({ statusCode }) => statusCode === 200)).toEqual(
        first.filter((_answer, index) => index !== 0 && index !== 4),
      );
      expect(await ask()).toEqual(first);
    });

    it('that does not exist is told as a problem', async () => {
      for (const name of ['nothing', '00000000-0000-0000-0000-000000000000']) {
        const response = await get(`/products/${name}`);
        expect(response.statusCode).toBe(404);
        expect(response.json().code).toBe('product-not-found');
      }
    });
  });

  it('gives the categories as a tree with how many products each holds', async () => {
    const { items } = await json('/categories');
    expect(items).toHaveLength(8);
    expect(items[0]).toMatchObject({ slug: 'kitchen', productCount: 300 });
    expect(items[0].children).toHaveLength(5);
    expect(items[0].children[0].productCount).toBe(60);
  });

  it.each([
    ['/products?colour=red', 'colour'],
    ['/products?limit=0', 'limit'],
    ['/products?limit=101', 'limit'],
    ['/products?limit=ten', 'limit'],
    ['/products?limit=1&limit=2', 'limit'],
    ['/products?minPrice=-1', 'minPrice'],
    ['/products?minPrice=1.5', 'minPrice'],
    ['/products?maxPrice=99999999999999999999', 'maxPrice'],
    ['/products?minPrice=2&maxPrice=1', 'minPrice'],
    ['/products?currency=XXX', 'currency'],
    ['/products?sort=random', 'sort'],
    ['/products?sort=relevance', 'sort'],
    ['/products?category=No%20Such', 'category'],
    ['/products?category=no-such', 'category'],
    ['/products?q=', 'q'],
    ['/products?q=%20', 'q'],
    ['/products?q=%00', 'q'],
    [`/products?q=${'x'.repeat(101)}`, 'q'],
    ['/products?cursor=abc', 'cursor'],
    ['/products/No_Slug', 'idOrSlug'],
    ['/products/x?currency=EURO', 'currency'],
    ['/categories?depth=2', 'depth'],
  ])('refuses %s and names %s', async (url, field) => {
    const response = await get(url);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toMatch(/problem\+json/);
    expect(
      response.json().errors.map((error: { field: string }) => error.field),
    ).toContain(field);
  });

  describe('version 2', () => {
    it('comes with a migration that version 1 does not notice', async () => {
      expect(outcomes).toEqual([
        {
          applied: [
            '20261101000000_kit_outbox',
            '20261101000000_products',
            '20261101000300_kit_documents',
            '20261126000000_catalogue',
            '20261126000000_kit_work_leases',
          ],
          sampleParts: ['shop'],
        },
        { applied: ['20261115000000_ratings'], sampleParts: ['reviews'] },
        { applied: [], sampleParts: [] },
      ]);
      const after = (await v1.client.request('/products?limit=5')).json();
      expect(after.items.map((item: { id: string }) => item.id)).toEqual(
        (before as typeof after).items.map((item: { id: string }) => item.id),
      );
    });

    it('shows ratings, which version 1 on the same database does not', async () => {
      const slug = (
        await test.query<{ slug: string }>(
          `select slug from products join product_ratings on product_id = id order by slug limit 1`,
        )
      )[0].slug;
      const [reviews] = await test.query<{ average: number; count: number }>(
        `select round(avg(stars), 1)::float as average, count(*)::int as count
         from reviews join products on products.id = product_id where slug = $1`,
        [slug],
      );
      expect((await json(`/products/${slug}`)).rating).toEqual(reviews);
      const old = (await v1.client.request(`/products/${slug}`)).json();
      expect(old.slug).toBe(slug);
      expect(old.rating).toBeUndefined();
    });

    it('leaves the rating out where nobody has reviewed', async () => {
      const [{ slug }] = await test.query<{ slug: string }>(
        `select slug from products left join product_ratings on product_id = id where review_count is null limit 1`,
      );
      expect(await json(`/products/${slug}`)).not.toHaveProperty('rating');
    });

    it('says in a header which version answered', async () => {
      expect((await get('/products')).headers['x-service-version']).toBe('v2');
      expect(
        (await v1.client.request('/products')).headers['x-service-version'],
      ).toBe('v1');
    });
  });

  it('survives a restart of its database without one of its own', async () => {
    await test.cutConnections();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      statuses.push((await get('/products?limit=1')).statusCode);
    }
    expect(statuses.filter(status => status !== 200 && status !== 503)).toEqual(
      [],
    );
    expect(statuses.at(-1)).toBe(200);
  });

  it('keeps the words of shoppers out of its logs', async () => {
    await get('/products?q=verysecretwish');
    await get('/products?q=verysecretwish&colour=red');
    expect(v2.lines.join()).not.toContain('verysecretwish');
  });
});

describe('without a database', () => {
  it('is alive, not ready, and answers 503 with a problem', async () => {
    const served = await serve(
      'postgresql://nobody:hunter2@127.0.0.1:9/none',
      version1,
    );
    const { client } = served;
    expect((await client.request('/health/live')).statusCode).toBe(200);
    expect((await client.request('/health/ready')).json()).toEqual({
      status: 'failing',
      checks: { database: 'the database does not answer' },
    });
    const response = await client.request('/products');
    expect(response.statusCode).toBe(503);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.json().code).toBe('database-unavailable');
    expect(served.lines.join()).not.toContain('hunter2');
    await served.close();
  });
});

describe('migrations', () => {
  it('go up and all the way down again, and up once more', async () => {
    const test = await TestDatabase.create();
    const { connectionString } = test;
    const options = { connectionString, features: version2, sampleData: true };
    const tables = async () =>
      (
        await test.query<{ tablename: string }>(
          `select tablename from pg_tables where schemaname = 'public' and tablename not like 'schema_migrations%'`,
        )
      ).map(({ tablename }) => tablename);
    await migrateProducts(options);
    expect((await tables()).sort()).toEqual([
      'categories',
      'document_versions',
      'documents',
      'outbox',
      'outbox_leases',
      'outbox_relays',
      'price_currencies',
      'price_list_prices',
      'price_lists',
      'prices',
      'product_media',
      'product_prices',
      'product_ratings',
      'products',
      'reviews',
      'sample_data',
      'variants',
      'work_leases',
    ]);
    await revertDatabase({
      connectionString,
      migrations: migrationsFor(version2),
    });
    expect(await tables()).toEqual([]);
    expect((await migrateProducts(options)).sampleParts).toEqual([
      'shop',
      'reviews',
    ]);
    await test.drop();
  }, 60_000);

  it('put the sample data in once when instances start together, and leave real products alone', async () => {
    const test = await TestDatabase.create();
    const options = {
      connectionString: test.connectionString,
      features: version2,
      sampleData: true,
    };
    const outcomes = await Promise.all([
      migrateProducts(options),
      migrateProducts(options),
      migrateProducts(options),
    ]);
    expect(outcomes.flatMap(({ sampleParts }) => sampleParts)).toEqual([
      'shop',
      'reviews',
    ]);
    await test.query(
      `insert into products (id, slug, category_id, brand, name_en, name_zh, description_en, description_zh)
       values (gen_random_uuid(), 'real', 2, 'Real', 'Real', '真', '', '')`,
    );
    await test.query('update sample_data set generator_version = 0');
    await migrateProducts(options);
    expect(
      await test.query(
        'select sample, count(*)::int from products group by sample order by sample',
      ),
    ).toEqual([
      { sample: false, count: 1 },
      { sample: true, count: 2400 },
    ]);
    await test.drop();
  }, 60_000);
});

describe('parseFeatures', () => {
  it('refuses a feature that this source does not know', () => {
    expect(() => parseFeatures(['rating'])).toThrow('rating is not known');
  });
});
