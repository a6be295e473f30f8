import { isInStock } from './domain/productIndex.ts';
import { judgements } from './testing/judgements.ts';
import { sampleProducts } from './testing/sampleProducts.ts';
import { type Replica, TestSearch } from './testing/TestSearch.ts';

const products = sampleProducts();

describe('what is found in the sample shop', () => {
  let search: TestSearch;
  let replica: Replica;

  beforeAll(async () => {
    search = await TestSearch.create();
    replica = await search.replica();
    const { store, indexing } = replica.parts;
    // As the handlers of events do it, but in two statements: that events come in is tested elsewhere.
    await replica.database.transaction(async tx => {
      await store.applyProducts(
        tx,
        products.map(product => ({ product, version: 1 })),
      );
      await store.applyStock(
        tx,
        products
          .filter((_, index) => index % 3 === 0)
          .map(({ skus, productId }) => ({
            sku: skus[0],
            productId,
            state: 'low',
            version: 1,
          })),
      );
    });
    indexing.nudge();
    await search.settled(products.length);
  }, 120_000);

  afterAll(async () => {
    await replica?.close();
    await search.drop();
  });

  const get = async (query: Record<string, string>, language = 'en') =>
    replica.client.request({
      url: `/search?${new URLSearchParams(query)}`,
      headers: { 'accept-language': language },
    });
  const json = async (query: Record<string, string>, language = 'en') => {
    const response = await get(query, language);
    expect([query, response.statusCode]).toEqual([query, 200]);
    return response.json();
  };

  it.each(judgements)('by $query ($why) is what was meant', async judgement => {
    const { query, meant } = judgement;
    const has = products.filter(
      ({ names }) => meant.test(names.en) || meant.test(names.zh),
    );
    expect(has.length).toBeGreaterThan(0);
    const wanted = Math.min(5, has.length);
    const { items } = await json({ q: query, limit: '5' });
    const names = items
      .slice(0, wanted)
      .map(({ id }: { id: string }) => products.find(p => p.productId === id)!)
      .map(({ names: own }: (typeof products)[number]) =>
        meant.test(own.en) || meant.test(own.zh) ? 'meant' : own.en,
      );
    expect(names).toEqual(Array.from({ length: wanted }, () => 'meant'));
  });

  it('finds the brand that was named', async () => {
    const { items } = await json({ q: 'mossgate lamp', limit: '5' });
    for (const { brand } of items) {
      expect(brand).toBe('Mossgate');
    }
  });

  it('counts as the products themselves do', async () => {
    const { total, facets } = await json({ limit: '1' });
    expect(total).toBe(2400);
    const kitchen = facets.categories.find(
      ({ value }: { value: string }) => value === 'kitchen',
    );
    expect(kitchen).toEqual({ value: 'kitchen', name: 'Kitchen', count: 300 });
    const brands = new Map<string, number>();
    for (const { brand } of products) {
      brands.set(brand, (brands.get(brand) ?? 0) + 1);
    }
    expect(facets.brands).toHaveLength(brands.size);
    for (const { value, count } of facets.brands) {
      expect([value, count]).toEqual([value, brands.get(value)]);
    }
    const prices = facets.prices.reduce(
      (sum: number, { count }: { count: number }) => sum + count,
      0,
    );
    expect(prices).toBe(2400);
    expect(facets.inStock).toBe(800);
    expect(facets.ratings[0].count).toBe(
      products.filter(({ rating }) => rating && rating.average >= 4).length,
    );
  });

  it('counts the other choices of a facet that is chosen', async () => {
    const all = await json({ limit: '1' });
    const chosen = await json({ limit: '1', brand: 'Mossgate' });
    expect(chosen.facets.brands).toEqual(all.facets.brands);
    expect(chosen.total).toBe(
      all.facets.brands.find(({ value }: any) => value === 'Mossgate').count,
    );
    expect(chosen.facets.inStock).toBeLessThan(all.facets.inStock);
  });

  it('keeps to every filter at once, in the given currency', async () => {
    const { items, total } = await json({
      q: 'knife',
      category: 'kitchen',
      minPrice: '2000',
      maxPrice: '9000',
      minRating: '3',
      inStock: 'true',
      currency: 'USD',
      sort: 'price',
      limit: '100',
    });
    expect(items.length).toBe(total);
    expect(total).toBeGreaterThan(2);
    let last = 0;
    for (const item of items) {
      expect(item.price.from).toEqual({
        amount: expect.any(Number),
        currency: 'USD',
      });
      expect(item.price.from.amount).toBeGreaterThanOrEqual(
        Math.max(2000, last),
      );
      expect(item.price.from.amount).toBeLessThanOrEqual(9000);
      expect(item.rating.average).toBeGreaterThanOrEqual(3);
      expect(item.inStock).toBe(true);
      last = item.price.from.amount;
    }
    expect(isInStock(['a'], {})).toBe(false);
  });

  it.each<[string, (item: any) => number]>([
    ['price', item => item.price.from.amount],
    ['-price', item => -item.price.from.amount],
    ['rating', item => -(item.rating?.average ?? 0)],
    [
      'newest',
      item =>
        -Date.parse(products.find(p => p.productId === item.id)!.createdAt),
    ],
  ])(
    'gives every product once by pages, in the order %s',
    async (sort, keyOf) => {
      const items: any[] = [];
      let cursor: string | undefined;
      do {
        const page = await json({
          limit: '100',
          sort,
          ...(cursor && { cursor }),
        });
        items.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor);
      expect(new Set(items.map(({ id }) => id)).size).toBe(2400);
      const keys = items.map(keyOf);
      expect(keys).toEqual([...keys].sort((a, b) => a - b));
    },
  );

  it('speaks Chinese when asked to', async () => {
    const response = await get({ q: '砧板', limit: '1' }, 'zh-CN');
    expect(response.headers['content-language']).toBe('zh-CN');
    const { items, facets } = response.json();
    expect(items[0].name).toMatch(/砧板/);
    expect(
      facets.categories.map(({ name }: { name: string }) => name),
    ).toContain('厨房');
  });

  it('is not sent again to a client that has it', async () => {
    const { etag } = (await get({ q: 'lamp' })).headers;
    const again = await replica.client.request({
      url: '/search?q=lamp',
      headers: { 'if-none-match': etag as string },
    });
    expect(again.statusCode).toBe(304);
  });

  it('suggests names in the language of the text', async () => {
    const suggest = async (q: string) =>
      (
        await replica.client.request(
          `/suggestions?${new URLSearchParams({ q, limit: '5' })}`,
        )
      )
        .json()
        .items.map(({ text }: { text: string }) => text);
    for (const text of await suggest('chopp')) {
      expect(text).toMatch(/Chopping/);
    }
    for (const text of await suggest('砧')) {
      expect(text).toMatch(/砧/);
    }
    expect(await suggest('chopp')).toHaveLength(5);
    expect((await suggest('saucepn')).join()).toMatch(/Saucepan/);
  });

  it.each([
    ['/search?colour=red', 'colour'],
    ['/search?limit=0', 'limit'],
    ['/search?limit=101', 'limit'],
    ['/search?limit=1&limit=2', 'limit'],
    ['/search?minPrice=-1', 'minPrice'],
    ['/search?minPrice=1.5', 'minPrice'],
    ['/search?minPrice=2&maxPrice=1', 'minPrice'],
    ['/search?minRating=6', 'minRating'],
    ['/search?inStock=perhaps', 'inStock'],
    ['/search?currency=XXX', 'currency'],
    ['/search?sort=random', 'sort'],
    ['/search?sort=relevance', 'sort'],
    ['/search?category=No%20Such', 'category/0'],
    ['/search?brand=%00', 'brand'],
    ['/search?q=', 'q'],
    ['/search?q=%20', 'q'],
    ['/search?q=%00', 'q'],
    [`/search?q=${'x'.repeat(101)}`, 'q'],
    ['/search?cursor=abc', 'cursor'],
    ['/suggestions', 'q'],
    ['/suggestions?q=a&limit=21', 'limit'],
  ])('refuses %s and names %s', async (url, field) => {
    const response = await replica.client.request(url);
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toMatch(/problem\+json/);
    expect(
      response.json().errors.map((error: { field: string }) => error.field),
    ).toContain(field);
  });

  it('takes any text as text and nothing else', async () => {
    for (const q of [
      '%',
      '_',
      "'; drop table x; --",
      '\\',
      ':*',
      '!&|',
      '()',
      '的'.repeat(100),
      '💥',
    ]) {
      await json({ q });
      const suggested = await replica.client.request(
        `/suggestions?${new URLSearchParams({ q })}`,
      );
      expect([q, suggested.statusCode]).toEqual([q, 200]);
    }
  });

  it('keeps the words of shoppers out of its logs', async () => {
    await get({ q: 'verysecretwish' });
    await get({ q: 'verysecretwish', colour: 'red' });
    expect(replica.lines.join()).not.toContain('verysecretwish');
  });

  it('plans its queries on indexes where few match', async () => {
    await search.test.query('analyze');
    const [{ 'QUERY PLAN': plan }] = await search.test.query<{
      'QUERY PLAN': unknown;
    }>(
      `explain (format json) select id from search_products_v1_1
       where not deleted and words @@ '''chop'' & ''oak'''::tsquery`,
    );
    expect(JSON.stringify(plan)).toContain('Bitmap Index Scan');
    const [{ 'QUERY PLAN': ordered }] = await search.test.query<{
      'QUERY PLAN': unknown;
    }>(
      `explain (format json) select id from search_products_v1_1
       where not deleted and n_price_eur is not null order by n_price_eur, id limit 25`,
    );
    expect(JSON.stringify(ordered)).toMatch(/"Index( Only)? Scan"/);
  });
});
