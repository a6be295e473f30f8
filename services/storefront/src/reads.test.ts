import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import { migrateStorefront } from './migrateStorefront.ts';
import {
  startStorefront,
  type TestStorefront,
} from './testing/TestStorefront.ts';
import { TestShop } from './testing/TestShop.ts';

const product = (slug: string, description = 'x'.repeat(3000)) => ({
  id: '0192f8a0-0000-7000-8000-000000000001',
  slug,
  description,
  variants: [{ sku: 'A-1' }, { sku: 'A-2' }],
});

describe('reads of the storefront', () => {
  let test: TestDatabase;
  let shop: TestShop;
  let storefront: TestStorefront;

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateStorefront(test.connectionString);
  });

  afterAll(() => test.drop());

  const start = async (env: Record<string, string> = {}) => {
    shop = await TestShop.start();
    shop.answers('products', ({ path }) => {
      if (path.startsWith('/products/')) {
        const slug = path.slice('/products/'.length).split('?')[0];
        return slug === 'missing'
          ? {
              status: 404,
              body: {
                type: 't',
                title: 'Not found',
                status: 404,
                code: 'product-not-found',
                requestId: 'theirs',
                traceId: 'theirs',
              },
            }
          : {
              headers: { 'x-service-version': 'v2' },
              body: product(slug),
            };
      }
      return path.startsWith('/categories')
        ? { body: { items: [{ slug: 'tea', productCount: 5 }] } }
        : { headers: { 'x-service-version': 'v1' }, body: { items: [path] } };
    });
    shop.answers('inventory', ({ body }) => ({
      body: {
        items: (JSON.parse(body).skus as string[]).map(sku => ({
          sku,
          available: 3,
          state: 'low',
          secretOfInventory: true,
        })),
      },
    }));
    storefront = await startStorefront({
      shop,
      connectionString: test.connectionString,
      env,
    });
  };

  afterEach(async () => {
    await storefront.close();
    await shop.close();
  });

  const get = (url: string, headers: Record<string, string> = {}) =>
    storefront.client.request({ url, headers });

  /** The bytes as they came. */
  const bytes = (url: string, headers: Record<string, string>) =>
    new Promise<{ headers: Record<string, unknown>; body: Buffer }>(
      (resolve, reject) => {
        request(
          {
            host: '127.0.0.1',
            port: storefront.client.port,
            path: url,
            headers,
          },
          response => {
            const chunks: Buffer[] = [];
            response.on('data', chunk => chunks.push(chunk));
            response.on('end', () =>
              resolve({
                headers: response.headers,
                body: Buffer.concat(chunks),
              }),
            );
          },
        )
          .on('error', reject)
          .end();
      },
    );

  describe('of a product', () => {
    it('bring it with its stock, and again from the cache', async () => {
      await start();
      const first = await get('/api/products/teapot');
      expect(first.statusCode).toBe(200);
      expect(first.json()).toEqual({
        ...product('teapot'),
        availability: [
          { sku: 'A-1', available: 3, state: 'low' },
          { sku: 'A-2', available: 3, state: 'low' },
        ],
      });
      expect(first.headers).toMatchObject({
        'x-cache': 'miss',
        'x-products-version': 'v2',
        'content-language': 'en',
        vary: 'Accept-Encoding, Accept-Language',
      });
      const second = await get('/api/products/teapot?currency=EUR');
      expect(second.headers['x-cache']).toBe('miss');
      const third = await get('/api/products/teapot');
      expect(third.headers['x-cache']).toBe('hit');
      expect(third.headers['x-products-version']).toBeUndefined();
      expect(third.body).toBe(first.body);
      expect(shop.of('products')).toHaveLength(2);
      expect(shop.of('inventory')).toHaveLength(1);
    });

    it('are loaded once for all who ask at the same time', async () => {
      await start();
      const responses = await Promise.all(
        Array.from({ length: 50 }, () => get('/api/products/teapot')),
      );
      expect(new Set(responses.map(({ body }) => body)).size).toBe(1);
      expect(shop.of('products')).toHaveLength(1);
    });

    it('are kept apart by language', async () => {
      await start();
      await get('/api/products/teapot', { 'accept-language': 'en-GB' });
      const chinese = await get('/api/products/teapot', {
        'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5',
      });
      expect(chinese.headers['content-language']).toBe('zh-CN');
      expect(
        shop.of('products').map(({ headers }) => headers['accept-language']),
      ).toEqual(['en', 'zh-CN']);
    });

    it('are compressed once, each encoding with a tag of its own', async () => {
      await start();
      const plain = await bytes('/api/products/teapot', {});
      const brotli = await bytes('/api/products/teapot', {
        'accept-encoding': 'gzip, deflate, br',
      });
      const gzipped = await bytes('/api/products/teapot', {
        'accept-encoding': 'gzip',
      });
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(brotli.headers['content-encoding']).toBe('br');
      expect(gzipped.headers['content-encoding']).toBe('gzip');
      expect(brotliDecompressSync(brotli.body)).toEqual(plain.body);
      expect(gunzipSync(gzipped.body)).toEqual(plain.body);
      expect(brotli.body.length).toBeLessThan(plain.body.length / 3);
      const tags = [plain, brotli, gzipped].map(({ headers }) => headers.etag);
      expect(new Set(tags).size).toBe(3);
      for (const tag of tags) {
        const known = await get('/api/products/teapot', {
          'if-none-match': tag as string,
        });
        expect([known.statusCode, known.body]).toEqual([304, '']);
      }
    });

    it('ask behind the cache for a client that wants that', async () => {
      await start();
      await get('/api/products/teapot');
      const fresh = await get('/api/products/teapot', {
        'cache-control': 'no-cache',
      });
      expect(fresh.headers).toMatchObject({
        'x-cache': 'bypass',
        'x-products-version': 'v2',
      });
      expect(fresh.json().availability).toHaveLength(2);
      expect(shop.of('products')).toHaveLength(2);
      expect(shop.of('inventory')).toHaveLength(1);
    });

    it('are confirmed by products without being sent again, and say at once what has changed', async () => {
      await start({ STOCK_FRESH_MS: '0' });
      let told = { tag: '"one"', text: 'y'.repeat(3000), available: 3 };
      shop.answers('products', ({ headers }) =>
        headers['if-none-match'] === told.tag
          ? { status: 304, headers: { 'x-service-version': 'v2' } }
          : {
              headers: { etag: told.tag, 'x-service-version': 'v2' },
              body: product('teapot', told.text),
            },
      );
      shop.answers('inventory', ({ body }) => ({
        body: {
          items: (JSON.parse(body).skus as string[]).map(sku => ({
            sku,
            available: told.available,
            state: 'low',
          })),
        },
      }));
      const ask = async () => {
        const { headers, body } = await bytes('/api/products/teapot', {
          'cache-control': 'no-cache',
          'accept-encoding': 'gzip',
        });
        expect(headers).toMatchObject({
          'x-cache': 'bypass',
          'x-products-version': 'v2',
          'content-encoding': 'gzip',
        });
        const { description, availability } = JSON.parse(
          gunzipSync(body).toString(),
        );
        return {
          tag: headers.etag,
          told: { text: description, available: availability[0].available },
        };
      };
      const first = await ask();
      expect(await ask()).toEqual(first);
      told = { ...told, available: 2 };
      const sold = await ask();
      expect(sold.told).toEqual({ text: told.text, available: 2 });
      expect(sold.tag).not.toBe(first.tag);
      told = { tag: '"two"', text: 'z'.repeat(3000), available: 2 };
      expect((await ask()).told).toEqual({ text: told.text, available: 2 });
      expect(
        shop.of('products').map(({ headers }) => headers['if-none-match']),
      ).toEqual([undefined, '"one"', '"one"', '"one"']);
      // What was just confirmed is what others are given.
      const cached = await get('/api/products/teapot');
      expect(cached.headers['x-cache']).toBe('hit');
      expect(cached.json().description).toBe(told.text);
    });

    it('ask inventory together for products that are wanted at the same time', async () => {
      await start();
      const slugs = Array.from({ length: 40 }, (_, index) => `pot-${index}`);
      shop.answers('products', ({ path }) => {
        const slug = path.slice('/products/'.length);
        return {
          body: { ...product(slug, ''), variants: [{ sku: `${slug}-s` }] },
        };
      });
      const answers = await Promise.all(
        slugs.map(async slug => (await get(`/api/products/${slug}`)).json()),
      );
      expect(answers.map(({ availability }) => availability)).toEqual(
        slugs.map(slug => [{ sku: `${slug}-s`, available: 3, state: 'low' }]),
      );
      const asked = shop
        .of('inventory')
        .map(({ body }) => JSON.parse(body).skus as string[]);
      expect(asked.flat().sort()).toEqual(slugs.map(s => `${s}-s`).sort());
      expect(asked.length).toBeLessThan(slugs.length);
    });

    it('are answered from the cache while products is down, never with a 500', async () => {
      await start({ READ_FRESH_MS: '0', READ_STALE_MS: '0' });
      const before = await get('/api/products/teapot');
      shop.down('products');
      const after = await get('/api/products/teapot');
      expect([after.statusCode, after.body]).toEqual([200, before.body]);
      const unknown = await get('/api/products/other');
      expect([unknown.statusCode, unknown.json().code]).toEqual([
        503,
        'products-unavailable',
      ]);
      expect(unknown.headers['retry-after']).toBe('1');
      shop.down('products', false);
      expect((await get('/api/products/other')).statusCode).toBe(200);
    });

    it('say so when the stock is not known', async () => {
      await start();
      shop.down('inventory');
      const response = await get('/api/products/teapot');
      expect(response.statusCode).toBe(200);
      expect(response.json()).toEqual({
        ...product('teapot'),
        unavailable: ['inventory'],
      });
    });

    it('pass a refusal on under the own request id, and forget a product that is gone', async () => {
      await start({ READ_FRESH_MS: '0', READ_STALE_MS: '0' });
      const response = await get('/api/products/missing', {
        'x-request-id': 'mine-1',
      });
      expect(response.statusCode).toBe(404);
      expect(response.json()).toEqual({
        type: 't',
        title: 'Not found',
        status: 404,
        code: 'product-not-found',
        instance: '/api/products/missing',
        requestId: 'mine-1',
      });
      expect(response.headers['content-type']).toMatch(/problem\+json/);
      await get('/api/products/teapot');
      shop.answers('products', () => ({
        status: 404,
        body: { status: 404, code: 'gone' },
      }));
      expect((await get('/api/products/teapot')).statusCode).toBe(404);
    });
  });

  describe('of lists and search', () => {
    it('have one key for equal queries', async () => {
      await start();
      const one = await get('/api/products?sort=price&category=tea');
      const two = await get('/api/products?category=tea&sort=price');
      expect(two.body).toBe(one.body);
      expect(shop.of('products').map(({ path }) => path)).toEqual([
        '/products?category=tea&sort=price',
      ]);
    });

    it('are not cached for texts and late pages', async () => {
      await start();
      for (const query of ['q=tea', 'q=tea', 'cursor=abc', 'cursor=abc']) {
        await get(`/api/products?${query}`);
      }
      expect(shop.of('products')).toHaveLength(4);
    });

    it.each([
      ['/api/products?colour=red', 'colour'],
      ['/api/products?limit=0', 'limit'],
      ['/api/products?currency=XXX', 'currency'],
      ['/api/products/teapot?x=1', 'x'],
      ['/api/home?x=1', 'x'],
      ['/api/categories?x=1', 'x'],
      [`/api/search?q=${'a'.repeat(1001)}`, 'q'],
      ['/api/search?q=a%00b', 'q'],
    ])('refuse %s by name, and ask nobody', async (url, field) => {
      await start();
      const response = await get(url);
      expect(response.statusCode).toBe(400);
      expect(response.json().errors[0]).toMatchObject({ in: 'query', field });
      expect(Object.values(shop.received).flat()).toEqual([]);
    });

    it('reach product-search with what was asked', async () => {
      await start();
      shop.answers('product-search', ({ path }) => ({ body: { path } }));
      expect((await get('/api/search?q=tea&facet=a&facet=b')).json().path).toBe(
        '/search?facet=a&facet=b&q=tea',
      );
      expect((await get('/api/search/suggestions?q=te')).json().path).toBe(
        '/suggestions?q=te',
      );
    });
  });

  describe('of the home page', () => {
    it('put the parts together', async () => {
      await start();
      expect((await get('/api/home?currency=JPY')).json()).toEqual({
        categories: { items: [{ slug: 'tea', productCount: 5 }] },
        newest: { items: ['/products?currency=JPY&limit=12&sort=newest'] },
        featured: { items: ['/products?currency=JPY&limit=12&category=tea'] },
        unavailable: [],
      });
    });

    it('name the parts that are down', async () => {
      await start({ HOME_FEATURED_CATEGORY: 'tea' });
      shop.answers('products', ({ path }) =>
        path.startsWith('/categories')
          ? { status: 500, body: {} }
          : { body: { items: [] } },
      );
      const home = await get('/api/home');
      expect(home.statusCode).toBe(200);
      expect(home.json()).toEqual({
        newest: { items: [] },
        featured: { items: [] },
        unavailable: ['categories'],
      });
    });

    it('show a part that is down as it was', async () => {
      await start({ READ_FRESH_MS: '0', READ_STALE_MS: '0' });
      const before = await get('/api/home');
      shop.answers('products', ({ path }) =>
        path.startsWith('/categories')
          ? { status: 500, body: {} }
          : { body: { items: ['new'] } },
      );
      expect((await get('/api/home')).json()).toEqual({
        categories: before.json().categories,
        newest: { items: ['new'] },
        featured: { items: ['new'] },
        unavailable: [],
      });
    });

    it('come from the cache while products is down', async () => {
      await start({ READ_FRESH_MS: '0', READ_STALE_MS: '0' });
      const before = await get('/api/home');
      shop.down('products');
      expect((await get('/api/home')).body).toBe(before.body);
      const other = await get('/api/home?currency=USD');
      expect(other.json()).toEqual({
        categories: before.json().categories,
        unavailable: ['newest', 'featured'],
      });
      const chinese = await get('/api/home', { 'accept-language': 'zh' });
      expect([chinese.statusCode, chinese.json().code]).toEqual([
        503,
        'products-unavailable',
      ]);
    });
  });
});
