import { validateEventData } from '@shopfloor/contracts';
import {
  migrateDatabase,
  newId,
  outboxMigration,
  WorkLease,
} from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { CatalogueJobs } from './domain/CatalogueJobs.ts';
import { parseFeatures } from './features.ts';
import { migrateProducts } from './migrateProducts.ts';
import { productsMigration } from './migrations/20261101000000_products.ts';
import { ratingsMigration } from './migrations/20261115000000_ratings.ts';
import { DatabasePriceListWriter } from './store/DatabasePriceListWriter.ts';
import { DatabaseProductWriter } from './store/DatabaseProductWriter.ts';
import { serveProducts } from './testing/serveProducts.ts';

const features = parseFeatures(['ratings']);

async function serve(connectionString: string) {
  const served = await serveProducts({ connectionString, features });
  const { database } = served;
  const replica = () => {
    const jobs = CatalogueJobs.create({
      products: DatabaseProductWriter.create({ database, ratings: true }),
      priceLists: DatabasePriceListWriter.create({ database, ratings: true }),
    });
    const lease = WorkLease.create({
      database,
      name: 'catalogue',
      seconds: 30,
    });
    return {
      async run() {
        while ((await lease.take()) && (await jobs.round())) {
          // There is more.
        }
      },
    };
  };
  const replicas = { a: replica(), b: replica() };
  return { ...served, replicas };
}

const draft = (slug: string, more: object = {}) => ({
  slug,
  category: 'kitchen',
  brand: 'Larkfield',
  names: { en: 'Copper Pan', zh: '铜锅' },
  descriptions: { en: 'A pan.', zh: '一口锅。' },
  media: [
    {
      kind: 'image',
      url: 'https://media.example/pan.jpg',
      alt: { en: 'A pan', zh: '锅' },
    },
  ],
  variants: [
    {
      sku: `${slug}-s`,
      names: { en: 'Small', zh: '小号' },
      options: { en: { size: 'Small' }, zh: { 尺寸: '小号' } },
      taxCategory: 'standard',
      weightGrams: 900,
    },
    {
      sku: `${slug}-l`,
      names: { en: 'Large', zh: '大号' },
      options: { en: { size: 'Large' }, zh: { 尺寸: '大号' } },
      taxCategory: 'reduced',
      weightGrams: 1500,
    },
  ],
  ...more,
});

describe('the catalogue', () => {
  let test: TestDatabase;
  let served: Awaited<ReturnType<typeof serve>>;
  let staff: { authorization: string };

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateProducts({
      connectionString: test.connectionString,
      features,
      sampleData: true,
    });
    served = await serve(test.connectionString);
    staff = await served.issuer.headers({
      staff: 'user:mei',
      roles: ['catalog-admin'],
    });
  }, 60_000);

  afterAll(async () => {
    await served?.close();
    await test.drop();
  });

  const send = async (
    method: string,
    url: string,
    payload?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await served.client.request({
      method,
      url,
      payload,
      headers: { ...staff, ...headers },
    });
    return {
      status: response.statusCode,
      etag: response.headers.etag as string,
      body: response.body ? response.json() : undefined,
    };
  };
  const events = async (productId: string) =>
    test.query<{ data: any; version: number }>(
      `select data, aggregate_version::int as version from outbox
       where aggregate_id = $1 order by id`,
      [productId],
    );
  const lookup = async (skus: string[], currency = 'EUR') =>
    (await send('POST', '/lookups', { skus, currency })).body;
  const price = async (list: string, prices: object[]) => {
    const { etag } = await send('GET', `/admin/price-lists/${list}`);
    return send(
      'PUT',
      `/admin/price-lists/${list}/prices`,
      { prices },
      { 'if-match': etag },
    );
  };

  it('makes, prices, changes, archives and deletes a product, and tells of each', async () => {
    const productId = newId();
    const made = await send('POST', '/admin/products', {
      productId,
      ...draft('copper-pan'),
    });
    expect([made.status, made.etag]).toEqual([201, '"1"']);
    expect(made.body).toMatchObject({
      productId,
      version: 1,
      state: 'published',
      sample: false,
      ...draft('copper-pan'),
    });
    const again = await send('POST', '/admin/products', {
      productId,
      ...draft('copper-pan'),
    });
    expect([again.status, again.body]).toEqual([201, made.body]);
    // Without a price nobody can buy it.
    expect((await send('GET', '/products/copper-pan')).status).toBe(404);
    expect((await lookup(['copper-pan-s'])).items).toEqual([]);

    const priced = await price('eur', [
      { sku: 'copper-pan-s', amount: 4900 },
      { sku: 'copper-pan-l', amount: 6900 },
    ]);
    expect(priced.status).toBe(200);
    const shown = await send('GET', '/products/copper-pan');
    expect(shown.body).toMatchObject({
      id: productId,
      price: {
        from: { amount: 4900, currency: 'EUR' },
        to: { amount: 6900, currency: 'EUR' },
      },
      media: [{ kind: 'image', alt: 'A pan' }],
    });
    expect(await lookup(['copper-pan-l', 'no-such', 'copper-pan-s'])).toEqual({
      pricesIncludeTax: true,
      items: [
        {
          sku: 'copper-pan-l',
          productId,
          slug: 'copper-pan',
          name: { en: 'Copper Pan, Large', zh: '铜锅，大号' },
          price: { amount: 6900, currency: 'EUR' },
          taxCategory: 'reduced',
          weightGrams: 1500,
          categories: ['kitchen'],
          sample: false,
        },
        expect.objectContaining({
          sku: 'copper-pan-s',
          taxCategory: 'standard',
        }),
      ],
    });

    const current = await send('GET', `/admin/products/${productId}`);
    expect(current.body.variants[0].prices).toEqual({ EUR: 4900 });
    // Places are exchanged, one variant goes, one comes.
    const [small, large] = draft('copper-pan').variants;
    const fresh = { ...small, sku: 'copper-pan-xl' };
    const changed = await send(
      'PUT',
      `/admin/products/${productId}`,
      draft('copper-pan', {
        brand: 'Tidewell',
        media: [],
        variants: [large, fresh],
      }),
      { 'if-match': current.etag },
    );
    expect(changed.status).toBe(200);
    expect(changed.body.variants.map((v: any) => v.sku)).toEqual([
      'copper-pan-l',
      'copper-pan-xl',
    ]);
    expect(changed.body.media).toEqual([]);
    expect((await lookup(['copper-pan-s'])).items).toEqual([]);

    const stale = await send(
      'PUT',
      `/admin/products/${productId}`,
      draft('copper-pan'),
      { 'if-match': current.etag },
    );
    expect([stale.status, stale.body.code]).toEqual([412, 'version-changed']);
    const unnamed = await send(
      'PUT',
      `/admin/products/${productId}`,
      draft('copper-pan'),
    );
    expect([unnamed.status, unnamed.body.errors[0].field]).toEqual([
      428,
      'if-match',
    ]);

    const archived = await send(
      'PUT',
      `/admin/products/${productId}/archived`,
      { archived: true },
      { 'if-match': changed.etag },
    );
    expect(archived.body.state).toBe('archived');
    expect((await send('GET', '/products/copper-pan')).status).toBe(404);
    expect((await lookup(['copper-pan-l'])).items).toEqual([]);
    expect(
      (await send('GET', '/admin/products?state=archived')).body.items,
    ).toMatchObject([{ productId, state: 'archived' }]);
    const back = await send(
      'PUT',
      `/admin/products/${productId}/archived`,
      { archived: false },
      { 'if-match': archived.etag },
    );
    expect((await send('GET', '/products/copper-pan')).status).toBe(200);

    const gone = await send(
      'DELETE',
      `/admin/products/${productId}`,
      undefined,
      {
        'if-match': back.etag,
      },
    );
    expect(gone.status).toBe(204);
    expect((await send('GET', `/admin/products/${productId}`)).status).toBe(
      404,
    );

    const told = await events(productId);
    expect(told.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(told.map(({ data }) => data.deleted)).toEqual([
      false,
      false,
      false,
      true,
      false,
      true,
    ]);
    for (const { data } of told) {
      expect(validateEventData('shop.product.changed.v1', data)).toEqual([]);
    }
    expect(told[1].data).toMatchObject({
      slug: 'copper-pan',
      names: { en: 'Copper Pan', zh: '铜锅' },
      categories: [{ slug: 'kitchen', names: { en: 'Kitchen', zh: '厨房' } }],
      skus: ['copper-pan-s', 'copper-pan-l'],
      prices: { EUR: { from: 4900, to: 6900 } },
      sample: false,
    });
    expect(told[2].data.skus).toEqual(['copper-pan-l', 'copper-pan-xl']);
  });

  it('changes nothing by half: what is refused leaves no trace', async () => {
    const productId = newId();
    const make = (more: object) =>
      send('POST', '/admin/products', {
        productId,
        ...draft('half-pan'),
        ...more,
      });
    const [{ slug, sku }] = await test.query<{ slug: string; sku: string }>(
      'select slug, sku from products join variants on product_id = id limit 1',
    );
    const [first] = draft('half-pan').variants;
    for (const [more, status, code, field] of [
      [{ category: 'no-such' }, 422, 'unknown-category', '/category'],
      [{ slug }, 409, 'slug-taken', '/slug'],
      [{ variants: [first, { ...first, sku }] }, 409, 'sku-taken', '/variants'],
    ] as const) {
      const { status: got, body } = await make(more);
      expect([got, body.code, body.errors[0].field]).toEqual([
        status,
        code,
        field,
      ]);
    }
    expect(await events(productId)).toEqual([]);
    expect((await make({})).status).toBe(201);
    const other = await make({ brand: 'Other' });
    expect([other.status, other.body.code]).toEqual([409, 'id-reused']);
  });

  it('of many writers based on one version lets one through', async () => {
    const productId = newId();
    const { etag } = await send('POST', '/admin/products', {
      productId,
      ...draft('busy-pan'),
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        send(
          'PUT',
          `/admin/products/${productId}`,
          draft('busy-pan', { brand: `Brand ${index}` }),
          { 'if-match': etag },
        ),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array(19).fill(412)]);
    expect((await events(productId)).map(({ version }) => version)).toEqual([
      1, 2,
    ]);
  });

  it('arranges categories; those below move along, and their products are told of', async () => {
    const put = (slug: string, body: object, etag?: string) =>
      send(
        'PUT',
        `/admin/categories/${slug}`,
        body,
        etag ? { 'if-match': etag } : {},
      );
    const names = { en: 'Pans', zh: '锅' };
    const body = { names, parent: 'kitchen', position: 90 };
    const pans = await put('pans', body);
    expect([pans.status, pans.etag]).toEqual([200, '"1"']);
    expect((await put('pans', body)).etag).toBe('"1"');
    expect((await put('pans', { ...body, position: 1 })).status).toBe(428);
    await put('small-pans', { names, parent: 'pans', position: 0 });
    const productId = newId();
    await send('POST', '/admin/products', {
      productId,
      ...draft('small-pan', { category: 'small-pans' }),
    });
    const cycle = await put('pans', { ...body, parent: 'small-pans' }, '"1"');
    expect([cycle.status, cycle.body.code]).toEqual([409, 'category-cycle']);
    expect(
      (await put('pans', { ...body, parent: 'no-such' }, '"1"')).status,
    ).toBe(422);
    const moved = await put(
      'pans',
      { names: { en: 'All pans', zh: '锅具' }, parent: 'garden', position: 1 },
      '"1"',
    );
    expect(moved.etag).toBe('"2"');
    await served.replicas.a.run();
    const told = (await events(productId)).at(-1)!;
    expect(told.version).toBe(2);
    expect(told.data.categories.map((c: any) => c.slug)).toEqual([
      'garden',
      'pans',
      'small-pans',
    ]);
    await price('eur', [{ sku: 'small-pan-s', amount: 900 }]);
    const [item] = (await lookup(['small-pan-s'])).items;
    expect(item.categories).toEqual(['garden', 'pans', 'small-pans']);
    const used = await send(
      'DELETE',
      '/admin/categories/small-pans',
      undefined,
      {
        'if-match': '"1"',
      },
    );
    expect([used.status, used.body.code]).toEqual([409, 'category-in-use']);
    await put('empty', { names, position: 5 });
    const gone = await send('DELETE', '/admin/categories/empty', undefined, {
      'if-match': '"1"',
    });
    expect(gone.status).toBe(204);
  });

  it('shows of the price lists that are valid the one that began last, by the clock of the database', async () => {
    const productId = newId();
    await send('POST', '/admin/products', { productId, ...draft('sale-pan') });
    await price('gbp', [{ sku: 'sale-pan-s', amount: 4000 }]);
    const list = {
      currency: 'GBP',
      pricesIncludeTax: true,
      validFrom: '2098-01-01T00:00:00Z',
      validUntil: '2098-02-01T00:00:00Z',
    };
    expect((await send('PUT', '/admin/price-lists/sale', list)).etag).toBe(
      '"1"',
    );
    expect((await send('PUT', '/admin/price-lists/sale', list)).etag).toBe(
      '"1"',
    );
    await price('sale', [
      { sku: 'sale-pan-s', amount: 3000 },
      { sku: 'sale-pan-l', amount: 3500 },
    ]);
    const amounts = async () =>
      (await lookup(['sale-pan-s', 'sale-pan-l'], 'GBP')).items.map(
        (item: any) => item.price.amount,
      );
    const during = async (from: string, until: string) => {
      await test.query(
        `update price_lists set valid_from = now() + $1::interval, valid_until = now() + $2::interval where id = 'sale'`,
        [from, until],
      );
      // Two instances; one has the lease.
      await Promise.all([served.replicas.a.run(), served.replicas.b.run()]);
      return amounts();
    };
    expect(await amounts()).toEqual([4000]);
    expect(await during('-1 second', '1 hour')).toEqual([3000, 3500]);
    const { body } = await send('GET', '/admin/price-lists/sale');
    expect(body).toMatchObject({ applied: true, priceCount: 2 });
    expect((await events(productId)).at(-1)!.data.prices.GBP).toEqual({
      from: 3000,
      to: 3500,
    });
    // A price of a list that is valid is shown at once, one of a list below is not.
    await price('sale', [{ sku: 'sale-pan-s', amount: 2900 }]);
    await price('gbp', [{ sku: 'sale-pan-s', amount: 4100 }]);
    expect(await amounts()).toEqual([2900, 3500]);
    await price('sale', [{ sku: 'sale-pan-s' }]);
    expect(await amounts()).toEqual([4100, 3500]);
    expect(await during('-2 seconds', '-1 second')).toEqual([4100]);
    expect((await events(productId)).at(-1)!.data.prices.GBP).toEqual({
      from: 4100,
      to: 4100,
    });
  });

  it('keeps the prices of a currency all gross or all net', async () => {
    const list = {
      currency: 'USD',
      pricesIncludeTax: true,
      validFrom: '2026-01-01T00:00:00Z',
    };
    const refused = await send('PUT', '/admin/price-lists/usd-gross', list);
    expect([refused.status, refused.body.code]).toEqual([
      409,
      'tax-mode-differs',
    ]);
    const { etag } = await send('GET', '/admin/price-lists/usd');
    for (const [body, code] of [
      [{ ...list, pricesIncludeTax: true }, 'tax-mode-differs'],
      [{ ...list, currency: 'EUR' }, 'currency-fixed'],
    ] as const) {
      const fixed = await send('PUT', '/admin/price-lists/usd', body, {
        'if-match': etag,
      });
      expect([fixed.status, fixed.body.code]).toEqual([409, code]);
    }
    const unknown = await price('usd', [{ sku: 'no-such', amount: 1 }]);
    expect([unknown.status, unknown.body.errors[0].field]).toEqual([
      422,
      '/prices/0/sku',
    ]);
    const [{ sku }] = await test.query<{ sku: string }>(
      `select sku from variants join products on id = product_id where sample limit 1`,
    );
    for (const [currency, gross] of [
      ['USD', false],
      ['JPY', true],
      ['KWD', true],
    ] as const) {
      const { pricesIncludeTax, items } = await lookup([sku], currency);
      expect([currency, pricesIncludeTax]).toEqual([currency, gross]);
      expect(items[0].price.currency).toBe(currency);
      expect(items[0].weightGrams).toBeGreaterThan(0);
    }
  });

  it('keeps long texts by language with their versions, and shows them in the best language', async () => {
    const productId = newId();
    const { etag: productTag } = await send('POST', '/admin/products', {
      productId,
      ...draft('wordy-pan'),
    });
    const place = (rest: string) =>
      `/admin/products/${productId}/documents/${rest}`;
    const care = { title: 'Care', body: 'Wash by **hand**.' };
    const made = await send('PUT', place('care-instructions/en'), care);
    expect([made.status, made.etag, made.body.body]).toEqual([
      200,
      '"1"',
      care.body,
    ]);
    // The same again is the answer that was lost; another text needs the version.
    const put = (body: object, tag?: string) =>
      send(
        'PUT',
        place('care-instructions/en'),
        body,
        tag ? { 'if-match': tag } : {},
      );
    expect((await put(care)).etag).toBe('"1"');
    expect((await put({ ...care, body: 'Other' })).status).toBe(428);
    expect((await put({ ...care, body: 'Dry it.' }, '"1"')).etag).toBe('"2"');
    const stale = await put(care, '"1"');
    expect([stale.status, stale.body.code]).toEqual([412, 'version-changed']);
    await send('PUT', place('story/zh'), { title: '故事', body: '很久以前。' });
    const shown = async (language: string) =>
      (
        await send('GET', '/products/wordy-pan/documents', undefined, {
          'accept-language': language,
        })
      ).body.items.map((item: any) => [item.kind, item.language, item.body]);
    expect(await shown('en')).toEqual([
      ['care-instructions', 'en', 'Dry it.'],
      ['story', 'zh', '很久以前。'],
    ]);
    const gone = await send(
      'DELETE',
      place('care-instructions/en'),
      undefined,
      {
        'if-match': '"2"',
      },
    );
    expect(gone.status).toBe(204);
    expect((await send('GET', place('care-instructions/en'))).status).toBe(404);
    const { items } = (await send('GET', place('care-instructions/en/history')))
      .body;
    expect(items.map((item: any) => [item.version, item.body])).toEqual([
      [3, undefined],
      [2, 'Dry it.'],
      [1, care.body],
    ]);
    for (const [url, field] of [
      [place('recipe/en'), 'kind'],
      [place('story/fr'), 'language'],
    ]) {
      const refused = await send('PUT', url, care);
      expect([refused.status, refused.body.errors[0].field]).toEqual([
        400,
        field,
      ]);
    }
    const empty = await send('PUT', place('story/en'), { ...care, body: '' });
    expect([empty.status, empty.body.errors[0].field]).toEqual([400, '/body']);
    const nowhere = await send(
      'PUT',
      `/admin/products/${newId()}/documents/story/en`,
      care,
    );
    expect([nowhere.status, nowhere.body.code]).toEqual([
      404,
      'product-not-found',
    ]);
    await send('DELETE', `/admin/products/${productId}`, undefined, {
      'if-match': productTag,
    });
    expect((await send('GET', place('story/zh'))).status).toBe(404);
  });

  const id = '01993b1e-0000-7000-8000-000000000001';
  const good = { productId: id, ...draft('a') };
  const [variant] = good.variants;
  const [media] = good.media;
  it.each([
    ['POST', '/admin/products', { ...good, productId: 'x' }, '/productId'],
    ['POST', '/admin/products', { ...good, slug: 'No Slug' }, '/slug'],
    ['POST', '/admin/products', { ...good, names: { en: 'A' } }, '/names/zh'],
    [
      'POST',
      '/admin/products',
      { ...good, names: { en: ' ', zh: 'A' } },
      '/names/en',
    ],
    ['POST', '/admin/products', { ...good, brand: 'a\0' }, '/brand'],
    ['POST', '/admin/products', { ...good, variants: [] }, '/variants'],
    [
      'POST',
      '/admin/products',
      { ...good, variants: [variant, variant] },
      '/variants/1/sku',
    ],
    [
      'POST',
      '/admin/products',
      { ...good, variants: [{ ...variant, weightGrams: -1 }] },
      '/variants/0/weightGrams',
    ],
    [
      'POST',
      '/admin/products',
      { ...good, variants: [{ ...variant, taxCategory: 'odd' }] },
      '/variants/0/taxCategory',
    ],
    [
      'POST',
      '/admin/products',
      { ...good, media: [{ ...media, url: 'http://a.example/x' }] },
      '/media/0/url',
    ],
    [
      'POST',
      '/admin/products',
      { ...good, media: [{ ...media, url: 'ftp://a.example/x' }] },
      '/media/0/url',
    ],
    [
      'POST',
      '/admin/products',
      { ...good, media: [{ ...media, kind: 'sound' }] },
      '/media/0/kind',
    ],
    ['POST', '/admin/products', { ...good, colour: 'red' }, '/colour'],
    [
      'PUT',
      '/admin/categories/kitchen',
      { names: good.names, position: -1 },
      '/position',
    ],
    [
      'PUT',
      '/admin/price-lists/x',
      {
        currency: 'XXX',
        pricesIncludeTax: true,
        validFrom: '2026-01-01T00:00:00Z',
      },
      '/currency',
    ],
    [
      'PUT',
      '/admin/price-lists/x',
      { currency: 'EUR', pricesIncludeTax: true, validFrom: 'soon' },
      '/validFrom',
    ],
    [
      'PUT',
      '/admin/price-lists/x',
      {
        currency: 'EUR',
        pricesIncludeTax: true,
        validFrom: '2026-01-02T00:00:00Z',
        validUntil: '2026-01-01T00:00:00Z',
      },
      '/validUntil',
    ],
    [
      'PUT',
      '/admin/price-lists/eur/prices',
      { prices: [{ sku: 'a', amount: 1.5 }] },
      '/prices/0/amount',
    ],
    ['GET', '/admin/products?state=odd', undefined, 'state'],
    ['POST', '/lookups', { skus: [], currency: 'EUR' }, '/skus'],
    ['POST', '/lookups', { skus: ['a'], currency: 'XXX' }, '/currency'],
    ['POST', '/lookups', { skus: ['a'] }, '/currency'],
    ['POST', '/lookups', { skus: ['a', 'a'], currency: 'EUR' }, '/skus'],
  ])('refuses %s %s %j and names %s', async (method, url, body, field) => {
    const refused = await send(method, url, body, { 'if-match': '"1"' });
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((e: any) => e.field)).toContain(field);
  });

  it('is closed to all but its staff; reads stay open', async () => {
    const care = await served.issuer.headers({ staff: 's', roles: ['care'] });
    const ask = async (
      method: string,
      url: string,
      headers: Record<string, string>,
    ) => (await served.client.request({ method, url, headers })).statusCode;
    for (const [method, url] of [
      ['GET', '/admin/products'],
      ['POST', '/admin/products'],
      ['PUT', `/admin/products/${id}`],
      ['DELETE', `/admin/products/${id}`],
      ['PUT', '/admin/categories/kitchen'],
      ['GET', '/admin/price-lists'],
      ['PUT', '/admin/price-lists/eur/prices'],
      ['GET', '/events/refused'],
    ]) {
      expect([
        url,
        await ask(method, url, {}),
        await ask(method, url, care),
      ]).toEqual([url, 401, 403]);
    }
    expect((await served.client.request('/products')).statusCode).toBe(200);
    const foreign = await send(
      'POST',
      '/lookups',
      { skus: ['a'], currency: 'EUR' },
      {
        'x-forwarded-client-cert':
          'By=spiffe://cluster.local/ns/production/sa/products;URI=spiffe://cluster.local/ns/production/sa/messages',
      },
    );
    expect(foreign.status).toBe(403);
  });
});

describe('a database of before', () => {
  it('is brought up to date without losing anything, and everything is told once', async () => {
    const test = await TestDatabase.create();
    const { connectionString } = test;
    // As the version before left it: its schema, its samples, and a product of the shop's own.
    await migrateDatabase({
      connectionString,
      lockName: 'products',
      migrations: [outboxMigration, productsMigration, ratingsMigration],
    });
    await test.query(`
      insert into categories (id, slug, path, position, name_en, name_zh)
        values (1, 'kitchen', 'kitchen', 0, 'Kitchen', '厨房');
      insert into products (id, slug, category_id, brand, name_en, name_zh, description_en, description_zh)
        values ('00000000-0000-8000-8000-000000000001', 'real', 1, 'Real', 'Real', '真', '', '');
      insert into variants values ('REAL-1', '00000000-0000-8000-8000-000000000001', 0, 'One', '一', '{"en": {}, "zh": {}}');
      insert into prices values ('REAL-1', 'EUR', 100), ('REAL-1', 'USD', 110);
      insert into product_prices values ('00000000-0000-8000-8000-000000000001', 'EUR', 100, 100, 1);
      insert into reviews (id, product_id, stars) values (gen_random_uuid(), '00000000-0000-8000-8000-000000000001', 5);
      insert into product_ratings values ('00000000-0000-8000-8000-000000000001', 5, 1);
      insert into sample_data (part, generator_version) values ('shop', 1), ('reviews', 1)`);
    const migrate = () =>
      migrateProducts({ connectionString, features, sampleData: true });
    expect(await migrate()).toEqual({
      applied: [
        '20261101000300_kit_documents',
        '20261126000000_catalogue',
        '20261126000000_kit_work_leases',
      ],
      sampleParts: ['shop', 'reviews'],
    });
    const counts = async () =>
      (
        await test.query<Record<string, number>>(`
          select (select count(*)::int from products) as products,
            (select count(*)::int from outbox) as events,
            (select count(distinct aggregate_id)::int from outbox) as told,
            (select count(*)::int from products where announced_version < version) as untold,
            (select count(*)::int from price_list_prices where sku = 'REAL-1') as prices,
            (select count(*)::int from reviews where not sample) as reviews`)
      )[0];
    expect(await counts()).toEqual({
      products: 2401,
      events: 2401,
      told: 2401,
      untold: 0,
      prices: 2,
      reviews: 1,
    });
    const all = await test.query<{ data: any }>('select data from outbox');
    for (const { data } of all) {
      expect(validateEventData('shop.product.changed.v1', data)).toEqual([]);
    }
    expect(all.find(({ data }) => data.slug === 'real')!.data).toMatchObject({
      rating: { average: 5, count: 1 },
      sample: false,
    });
    expect(await migrate()).toEqual({ applied: [], sampleParts: [] });
    expect((await counts()).events).toBe(2401);
    // A newer generator changes the samples in place: versions only grow.
    await test.query(`update sample_data set generator_version = 1`);
    await migrate();
    expect(await counts()).toMatchObject({
      products: 2401,
      events: 4801,
      reviews: 1,
    });
    const [{ least }] = await test.query<{ least: number }>(
      `select min(version)::int as least from products where sample`,
    );
    expect(least).toBeGreaterThan(1);
    await test.drop();
  }, 60_000);
});
