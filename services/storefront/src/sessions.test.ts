import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { revertDatabase } from '@shopfloor/service-kit';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { migrateStorefront } from './migrateStorefront.ts';
import { migrations } from './migrations/index.ts';
import { DatabaseSessionStore } from './session/DatabaseSessionStore.ts';
import {
  Browser,
  newSigningKey,
  startStorefront,
  type TestStorefront,
} from './testing/TestStorefront.ts';
import { TestShop } from './testing/TestShop.ts';

const CART = '0192f8a0-0000-7000-8000-0000000000c1';
const OTHER_CART = '0192f8a0-0000-7000-8000-0000000000c2';

describe('sessions of the storefront', () => {
  let test: TestDatabase;
  let shop: TestShop;
  let storefront: TestStorefront;
  let carts: string[];

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateStorefront(test.connectionString);
  });

  afterAll(() => test.drop());

  const start = async (env: Record<string, string> = {}) => {
    carts = [CART, OTHER_CART];
    shop = await TestShop.start();
    shop.answers('cart', ({ method, path, body }) => {
      if (method === 'POST' && path === '/carts') {
        return {
          status: 201,
          headers: { etag: '"1"' },
          body: { cartId: carts.shift(), version: 1, ...JSON.parse(body) },
        };
      }
      return {
        headers: { etag: '"2"', 'x-service-version': 'v1' },
        body: `{ "path": "${path}" , "body":${body || 'null'}}`,
      };
    });
    storefront = await startStorefront({
      shop,
      connectionString: test.connectionString,
      env,
    });
  };

  const browser = (headers = {}) => new Browser(storefront.client, headers);

  afterEach(async () => {
    await storefront.close();
    await shop.close();
    await test.query('delete from sessions');
  });

  it('begin with the first thing that needs one, not before', async () => {
    await start();
    const anna = browser();
    await anna.request('GET', '/api/session');
    expect((await anna.request('GET', '/api/me')).statusCode).toBe(401);
    expect(anna.cookies.size).toBe(0);
    const response = await anna.request('PUT', '/api/cart/lines/A-1', {
      quantity: 2,
    });
    expect(response.statusCode).toBe(200);
    const [cookie] = response.headers['set-cookie']!;
    expect(cookie).toMatch(
      /^sf_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect((await anna.request('GET', '/api/session')).json()).toEqual({
      kind: 'guest',
      signInAvailable: false,
    });
  });

  it.each([
    ['PUT', '/api/cart/lines/A-1', { quantity: 2 }],
    ['POST', '/api/cart?currency=JPY', undefined],
  ])(
    'begin by %s %s with their cart in one write',
    async (method, url, body) => {
      await start();
      const anna = browser();
      await anna.request(method, url, body);
      const ran = await storefront.metrics.registry
        .getSingleMetric('db_client_operation_duration_seconds')!
        .get();
      const statements = ran.values.flatMap(
        ({ labels }) => labels.statement ?? [],
      );
      expect([...new Set(statements)]).toEqual(['session_create_guest']);
      const stored = () =>
        test.query('select kind, cart_id, cart_currency from sessions');
      expect(await stored()).toEqual([
        {
          kind: 'guest',
          cart_id: CART,
          cart_currency: method === 'PUT' ? 'EUR' : 'JPY',
        },
      ]);
      // And is found again by its cookie.
      await anna.request('GET', '/api/cart');
      expect(shop.of('cart').at(-1)!.path).toBe(`/carts/${CART}`);
      expect(await stored()).toHaveLength(1);
    },
  );

  it('stay the same guest when no cart can be made at first', async () => {
    await start();
    const anna = browser();
    shop.down('cart');
    const refused = await anna.request('PUT', '/api/cart/lines/A-1', {
      quantity: 1,
    });
    expect(refused.statusCode).toBeGreaterThanOrEqual(500);
    const cookie = anna.cookies.get('sf_session');
    const rows = () =>
      test.query<{ subject: string; cart_id: string | null }>(
        'select subject, cart_id from sessions',
      );
    const [begun] = await rows();
    expect(begun.cart_id).toBeNull();
    shop.down('cart', false);
    const response = await anna.request('PUT', '/api/cart/lines/A-1', {
      quantity: 1,
    });
    expect(response.statusCode).toBe(200);
    expect(anna.cookies.get('sf_session')).toBe(cookie);
    expect(await rows()).toEqual([{ subject: begun.subject, cart_id: CART }]);
  });

  it('keep no secret that could be used', async () => {
    await start();
    const anna = browser();
    await anna.request('POST', '/api/session');
    const secret = anna.cookies.get('sf_session')!;
    const [row] = await test.query<{ all: string }>(
      'select sessions::text as all from sessions',
    );
    expect(row.all).not.toContain(secret);
    expect(row.all).not.toContain(Buffer.from(secret).toString('hex'));
    expect(storefront.lines.join()).not.toContain(secret);
  });

  it('find the cart of the session and pass bytes and tags through', async () => {
    await start();
    const anna = browser();
    const set = await anna.request(
      'PUT',
      '/api/cart/lines/A%201?currency=JPY&country=JP',
      '{"quantity" : 2}',
      { 'content-type': 'application/json', 'if-match': '"1"' },
    );
    expect(set.body).toBe(
      `{ "path": "/carts/${CART}/lines/A%201" , "body":{"quantity" : 2}}`,
    );
    expect(set.headers.etag).toBe('"2"');
    expect(set.headers['cache-control']).toBe('private, no-store');
    const [create, put] = shop.of('cart');
    expect(JSON.parse(create.body)).toEqual({ currency: 'JPY', country: 'JP' });
    expect(put.headers).toMatchObject({
      'if-match': '"1"',
      'content-type': 'application/json',
    });
    expect(put.headers.cookie).toBeUndefined();
    await anna.request('GET', '/api/cart');
    expect(shop.of('cart')).toHaveLength(3);
    expect(shop.of('cart')[2].path).toBe(`/carts/${CART}`);
  });

  it('give services a token of five minutes that the published keys verify, and use it again', async () => {
    await start();
    const anna = browser();
    await anna.request('PUT', '/api/cart/lines/A-1', { quantity: 1 });
    await anna.request('GET', '/api/cart');
    const tokens = shop
      .of('cart')
      .map(({ headers }) => headers.authorization!.replace('Bearer ', ''));
    expect(new Set(tokens).size).toBe(1);
    const keys = (await anna.request('GET', '/.well-known/jwks.json')).json();
    expect(JSON.stringify(keys)).not.toContain('"d"');
    const { payload, protectedHeader } = await jwtVerify(
      tokens[0],
      createLocalJWKSet(keys),
      { issuer: 'http://storefront', audience: 'shop' },
    );
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({ kind: 'guest', scope: 'shop' });
    expect(payload.sub).toMatch(/^guest:[0-9a-f-]{36}$/);
    expect(payload.exp! - payload.iat!).toBe(300);
  });

  it('publish every key and sign with the first, so that keys can be exchanged', async () => {
    const [next, old] = await Promise.all([newSigningKey(), newSigningKey()]);
    await start({
      SESSION_SIGNING_KEY: `{"keys":[${next},${old}]}`,
    });
    const { keys } = (
      await storefront.client.request('/.well-known/jwks.json')
    ).json();
    expect(keys).toHaveLength(2);
    expect(keys[0].x).toBe(JSON.parse(next).x);
  });

  it.each(['', '{', '{"kty":"RSA"}', '{"keys":[]}'])(
    'do not start with the signing key %j, and do not repeat it',
    async key => {
      shop = await TestShop.start();
      await expect(
        startStorefront({
          shop,
          connectionString: test.connectionString,
          env: { SESSION_SIGNING_KEY: key },
        }),
      ).rejects.toThrow('SESSION_SIGNING_KEY');
      await start();
    },
  );

  it('make one cart of a session, however many lines are set at once', async () => {
    await start();
    const anna = browser();
    await anna.request('POST', '/api/session');
    await Promise.all([
      anna.request('PUT', '/api/cart/lines/A-1', { quantity: 1 }),
      anna.request('PUT', '/api/cart/lines/A-2', { quantity: 1 }),
    ]);
    const lines = shop.of('cart').filter(({ method }) => method === 'PUT');
    expect(new Set(lines.map(({ path }) => path.split('/')[2])).size).toBe(1);
  });

  it('make a new cart when theirs is gone', async () => {
    await start();
    const anna = browser();
    await anna.request('PUT', '/api/cart/lines/A-1', { quantity: 1 });
    shop.answers('cart', ({ path, method, body }) => {
      if (path.includes(CART)) {
        return { status: 404, body: { status: 404, code: 'cart-not-found' } };
      }
      return method === 'POST'
        ? { status: 201, body: { cartId: OTHER_CART, ...JSON.parse(body) } }
        : { body: { path } };
    });
    const set = await anna.request('PUT', '/api/cart/lines/A-1', {
      quantity: 1,
    });
    expect(set.json()).toEqual({ path: `/carts/${OTHER_CART}/lines/A-1` });
    expect((await anna.request('GET', '/api/cart')).json().path).toBe(
      `/carts/${OTHER_CART}`,
    );
  });

  it('have no cart before something was put in', async () => {
    await start();
    const response = await browser().request('GET', '/api/cart');
    expect([response.statusCode, response.json().code]).toEqual([
      404,
      'cart-not-found',
    ]);
  });

  it('end at sign-out', async () => {
    await start();
    const anna = browser();
    await anna.request('POST', '/api/session');
    const secret = anna.cookies.get('sf_session')!;
    expect((await anna.request('DELETE', '/api/session')).statusCode).toBe(204);
    expect(anna.cookies.size).toBe(0);
    const thief = browser({ cookie: `sf_session=${secret}` });
    expect((await thief.request('GET', '/api/session')).json().kind).toBe(
      'none',
    );
  });

  it('expire by the clock of the database', async () => {
    await start();
    const anna = browser();
    await anna.request('POST', '/api/session');
    await test.query('update sessions set expires_at = now()');
    expect((await anna.request('GET', '/api/session')).json().kind).toBe(
      'none',
    );
    const store = DatabaseSessionStore.create({
      database: {
        query: async (statement, values) =>
          test.query(statement.text, [...(values ?? [])]) as never,
      },
      ttlHours: 1,
    });
    expect(await store.trim()).toBe(1);
  });

  describe('against other sites', () => {
    const put = (headers: Record<string, string>, method = 'PUT') =>
      storefront.client.request({
        method,
        url: '/api/cart/lines/A-1',
        payload: { quantity: 1 },
        headers,
      });

    const env = {
      SHOP_URL: 'https://shop.example',
      CORS_ORIGINS: 'https://front.example',
    };

    it.each<[string, Record<string, string>]>([
      ['of another origin', { origin: 'https://evil.example' }],
      ['of no origin', { origin: 'null' }],
      ['of a sibling', { 'sec-fetch-site': 'same-site' }],
      ['that tells nothing', {}],
    ])('a write %s is refused and begins nothing', async (_, headers) => {
      await start(env);
      const response = await put(headers);
      expect([response.statusCode, response.json().code]).toEqual([
        403,
        'cross-site-request',
      ]);
      expect(response.headers['set-cookie']).toBeUndefined();
      expect(shop.of('cart')).toEqual([]);
    });

    it.each<[string, Record<string, string>]>([
      ['of the shop', { origin: 'https://shop.example' }],
      ['of an allowed origin', { origin: 'https://front.example' }],
      ['of the same page', { 'sec-fetch-site': 'same-origin' }],
      ['of a program', { 'x-shop-request': '1' }],
    ])('a write %s is carried out', async (_, headers) => {
      await start(env);
      const response = await put(headers);
      expect(response.statusCode).toBe(200);
      expect(response.headers['set-cookie']![0]).toContain('; Secure');
    });

    it('nothing is allowed to pages of other origins unless configured', async () => {
      await start({ CORS_ORIGINS: 'https://front.example' });
      const preflight = (origin: string) =>
        storefront.client.request({
          method: 'OPTIONS',
          url: '/api/cart',
          headers: { origin, 'access-control-request-method': 'PUT' },
        });
      const allowed = await preflight('https://front.example');
      expect(allowed.statusCode).toBe(204);
      expect(allowed.headers).toMatchObject({
        'access-control-allow-origin': 'https://front.example',
        'access-control-allow-credentials': 'true',
      });
      const refused = await preflight('https://evil.example');
      expect(refused.headers['access-control-allow-origin']).toBeUndefined();
      expect(refused.statusCode).toBe(405);
    });
  });

  it('send security headers and request ids with everything', async () => {
    await start({ SHOP_URL: 'https://shop.example' });
    for (const url of ['/api/session', '/nothing']) {
      expect((await storefront.client.request(url)).headers).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }
  });

  describe('limits of a client', () => {
    const reads = async (address: string, times: number) => {
      const statuses: number[] = [];
      let last;
      for (let i = 0; i < times; i += 1) {
        last = await storefront.client.request({
          url: '/api/session',
          headers: { 'x-forwarded-for': `6.6.6.6, ${address}` },
        });
        statuses.push(last.statusCode);
      }
      return { statuses, last: last! };
    };

    it('are by address, and say when to come again', async () => {
      await start({ RATE_LIMIT_READS: '3' });
      const { statuses, last } = await reads('10.0.0.1', 4);
      expect(statuses).toEqual([200, 200, 200, 429]);
      expect(last.json().code).toBe('too-many-requests');
      expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
      expect((await reads('10.0.0.2', 1)).statuses).toEqual([200]);
      expect((await storefront.client.request('/health/live')).statusCode).toBe(
        200,
      );
    });

    it('are stricter for new sessions', async () => {
      await start({ RATE_LIMIT_SESSIONS: '2' });
      const statuses = [];
      for (let i = 0; i < 3; i += 1) {
        statuses.push(
          (await browser().request('POST', '/api/session')).statusCode,
        );
      }
      expect(statuses).toEqual([201, 201, 429]);
    });
  });

  describe('what is passed on', () => {
    it('reaches the service that decides, with the key, and comes back as it is', async () => {
      await start();
      shop.answers('orders', ({ method, path, headers, body }) =>
        method === 'POST'
          ? {
              status: 202,
              headers: { 'idempotency-replayed': 'true', etag: '"7"' },
              body: `{"nextAction": 1,"got":${body},"key":"${headers['idempotency-key']}"}`,
            }
          : {
              status: 404,
              body: { status: 404, code: 'order-not-found', path },
            },
      );
      const anna = browser();
      const placed = await anna.request(
        'POST',
        '/api/orders',
        '{"quoteId":"q", "extra":null}',
        {
          'content-type': 'application/json',
          'idempotency-key': 'key-00001',
        },
      );
      expect(placed.statusCode).toBe(202);
      expect(placed.body).toBe(
        '{"nextAction": 1,"got":{"quoteId":"q", "extra":null},"key":"key-00001"}',
      );
      expect(placed.headers).toMatchObject({
        'idempotency-replayed': 'true',
        etag: '"7"',
      });
      const missing = await anna.request(
        'GET',
        `/api/orders/${CART}?expand=lines`,
      );
      expect(missing.statusCode).toBe(404);
      expect(missing.json()).toEqual({
        status: 404,
        code: 'order-not-found',
        path: `/orders/${CART}?expand=lines`,
      });
    });

    it('needs a key where an order is placed, and a UUID where one is read', async () => {
      await start();
      const anna = browser();
      const placed = await anna.request('POST', '/api/orders', {});
      expect(placed.json().errors[0]).toMatchObject({
        in: 'header',
        field: 'idempotency-key',
      });
      const read = await anna.request('GET', '/api/orders/1');
      expect(read.json().errors[0]).toMatchObject({
        in: 'path',
        field: 'orderId',
      });
      expect(shop.of('orders')).toEqual([]);
    });

    it('is answered 504 when its outcome is not known, 503 when nothing was done', async () => {
      await start({ ORDERS_TIMEOUT_MS: '200' });
      const anna = browser();
      shop.answers('orders', () => new Promise(() => {}));
      const order = await anna.request('POST', '/api/quotes', {});
      expect([order.statusCode, order.json().code]).toEqual([
        504,
        'orders-outcome-unknown',
      ]);
      shop.answers('cart', ({ method }) =>
        method === 'POST'
          ? { status: 201, body: { cartId: CART } }
          : {
              status: 503,
              headers: { 'retry-after': '7', 'x-not-done': 'true' },
              body: { status: 503, code: 'products-unavailable' },
            },
      );
      const line = await anna.request('PUT', '/api/cart/lines/A-1', {
        quantity: 1,
      });
      expect([
        line.statusCode,
        line.json().code,
        line.headers['retry-after'],
      ]).toEqual([503, 'cart-unavailable', '7']);
      // Its own trouble says nothing of the sort.
      shop.answers('cart', () => ({
        status: 503,
        body: { status: 503, code: 'database-unavailable' },
      }));
      const unknown = await anna.request('PUT', '/api/cart/lines/A-1', {
        quantity: 2,
      });
      expect([unknown.statusCode, unknown.json().code]).toEqual([
        504,
        'cart-outcome-unknown',
      ]);
    });

    it('is refused when it is too large', async () => {
      await start();
      const response = await browser().request('POST', '/api/quotes', {
        x: 'x'.repeat(300_000),
      });
      expect(response.statusCode).toBe(413);
    });

    it('of a link in a message needs no session and begins none', async () => {
      await start();
      shop.answers('messages', ({ path, method, headers }) => ({
        headers: { 'content-type': 'text/html' },
        body: `<p>${method} ${path} ${decodeJwt(headers.authorization!.slice(7)).kind}</p>`,
      }));
      const response = await storefront.client.request({
        method: 'POST',
        url: '/unsubscribe?token=abc',
        payload: 'List-Unsubscribe=One-Click',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(response.body).toBe('<p>POST /unsubscribe?token=abc guest</p>');
      expect(response.headers['content-type']).toBe('text/html');
      expect(response.headers['set-cookie']).toBeUndefined();
      expect(await test.query('select 1 from sessions')).toEqual([]);
    });
  });

  it('write no token and no cookie into the log', async () => {
    await start();
    const anna = browser();
    await anna.request('PUT', '/api/cart/lines/A-1', { quantity: 1 });
    await anna.request('POST', '/api/quotes', { email: 'a@b.example' });
    const token = shop.of('cart')[0].headers.authorization!.slice(7);
    const log = storefront.lines.join('\n');
    expect(log).toContain('Request answered');
    for (const secret of [
      anna.cookies.get('sf_session')!,
      token,
      'a@b.example',
    ]) {
      expect(log).not.toContain(secret);
    }
  });

  it('can be migrated back', async () => {
    await start();
    const other = await TestDatabase.create();
    await migrateStorefront(other.connectionString);
    await revertDatabase({
      connectionString: other.connectionString,
      migrations,
    });
    expect(
      await other.query(
        `select relname from pg_class where relname in ('sessions', 'sign_ins')`,
      ),
    ).toEqual([]);
    await other.drop();
  });
});
