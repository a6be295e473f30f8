import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { decodeJwt } from 'jose';
import { migrateStorefront } from './migrateStorefront.ts';
import { TestProvider } from './testing/TestProvider.ts';
import {
  Browser,
  startStorefront,
  type TestStorefront,
} from './testing/TestStorefront.ts';
import { TestShop } from './testing/TestShop.ts';

const ANNA = '5f0c7c52-7d0e-4d0b-9d5e-2f6f1a1c0a03';
const SHOP_URL = 'http://shop.example';
const GUEST_CART = '0192f8a0-0000-7000-8000-0000000000c1';
const OWN_CART = '0192f8a0-0000-7000-8000-0000000000c2';

describe('sign-in at the storefront', () => {
  let test: TestDatabase;
  let shop: TestShop;
  let provider: TestProvider;
  let storefront: TestStorefront;
  let ownCarts: object[];

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateStorefront(test.connectionString);
  });

  afterAll(() => test.drop());

  beforeEach(async () => {
    ownCarts = [];
    shop = await TestShop.start();
    shop.answers('cart', ({ method, path, body, headers }) => {
      const { kind } = decodeJwt(headers.authorization!.slice(7));
      if (path === '/carts' && method === 'GET') {
        return { body: { items: kind === 'customer' ? ownCarts : [] } };
      }
      if (path === '/carts') {
        return {
          status: 201,
          body: {
            cartId: kind === 'guest' ? GUEST_CART : OWN_CART,
            ...JSON.parse(body),
          },
        };
      }
      return { body: { path } };
    });
    provider = await TestProvider.start({
      account: { sub: ANNA, email: 'anna@example.com', email_verified: true },
      redirectUri: `${SHOP_URL}/auth/callback`,
      secret: 'client-secret',
    });
    storefront = await startStorefront({
      shop,
      connectionString: test.connectionString,
      env: {
        SHOP_URL,
        SHOP_ISSUER_URL: provider.issuer,
        SHOP_ISSUER_CLIENT_SECRET: 'client-secret',
      },
    });
  });

  afterEach(async () => {
    await storefront.close();
    await provider.close();
    await shop.close();
    await test.query('delete from sessions');
  });

  const browser = () => new Browser(storefront.client, { origin: SHOP_URL });

  const begin = async (who: Browser, returnTo = '/basket') => {
    const response = await who.request(
      'GET',
      `/auth/sign-in?returnTo=${encodeURIComponent(returnTo)}`,
    );
    expect(response.statusCode).toBe(302);
    return response.headers.location!;
  };

  const comeBack = async (who: Browser, address: string) => {
    expect(address.startsWith(`${SHOP_URL}/auth/callback?`)).toBe(true);
    return who.request('GET', address.slice(SHOP_URL.length));
  };

  const signIn = async (who: Browser, returnTo?: string) =>
    comeBack(who, await provider.walk(await begin(who, returnTo)));

  it('leads through the issuer and back, to a customer’s session', async () => {
    const anna = browser();
    const back = await signIn(anna);
    expect(back.statusCode).toBe(302);
    expect(back.headers.location).toBe('/basket');
    expect((await anna.request('GET', '/api/session')).json()).toEqual({
      kind: 'customer',
      customerId: ANNA,
      email: 'anna@example.com',
      emailVerified: true,
      signInAvailable: true,
    });
    shop.answers('customers', () => ({ body: { me: true } }));
    expect((await anna.request('GET', '/api/me')).statusCode).toBe(200);
    expect(
      decodeJwt(shop.of('customers')[0].headers.authorization!.slice(7)),
    ).toMatchObject({
      sub: `customer:${ANNA}`,
      kind: 'customer',
      email: 'anna@example.com',
      email_verified: true,
    });
  });

  it('asks with code, PKCE, state and nonce', async () => {
    const url = new URL(await begin(browser()));
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'storefront',
      redirect_uri: `${SHOP_URL}/auth/callback`,
      scope: 'openid email',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.any(String),
    });
  });

  it('changes the session: the secret of before is worth nothing', async () => {
    const anna = browser();
    await anna.request('POST', '/api/session');
    const before = anna.cookies.get('sf_session')!;
    await signIn(anna);
    expect(anna.cookies.get('sf_session')).not.toBe(before);
    const thief = browser();
    thief.cookies.set('sf_session', before);
    expect((await thief.request('GET', '/api/session')).json().kind).toBe(
      'none',
    );
  });

  it.each([
    ['has no cart', [], OWN_CART],
    [
      'has one',
      [{ cartId: '0192f8a0-0000-7000-8000-0000000000c3', currency: 'USD' }],
      '0192f8a0-0000-7000-8000-0000000000c3',
    ],
  ])(
    'puts the guest’s cart into that of a customer who %s, once',
    async (_, carts, target) => {
      ownCarts = carts;
      const anna = browser();
      await anna.request('PUT', '/api/cart/lines/A-1?currency=JPY', {
        quantity: 1,
      });
      await signIn(anna);
      // The cart service is away at first: nothing is lost.
      shop.down('cart');
      expect((await anna.request('GET', '/api/cart')).statusCode).toBe(503);
      shop.down('cart', false);
      expect((await anna.request('GET', '/api/cart')).json().path).toBe(
        `/carts/${target}`,
      );
      await anna.request('GET', '/api/cart');
      const merges = shop
        .of('cart')
        .filter(({ path }) => path.endsWith('/merges'));
      expect(merges.map(({ path, body }) => [path, body])).toEqual([
        [`/carts/${target}/merges`, JSON.stringify({ fromCartId: GUEST_CART })],
      ]);
      const made = shop
        .of('cart')
        .filter(({ path, method }) => method === 'POST' && path === '/carts');
      expect(made.map(({ body }) => JSON.parse(body).currency)).toEqual(
        carts.length === 0 ? ['JPY', 'JPY'] : ['JPY'],
      );
    },
  );

  it('cannot be ended in another browser, twice, or with a made-up state', async () => {
    const anna = browser();
    const address = await provider.walk(await begin(anna));
    const code = async (who: Browser, url: string) => {
      const response = await comeBack(who, url);
      return [response.statusCode, response.json().code];
    };
    const refused = [400, 'sign-in-not-begun'];
    expect(await code(browser(), address)).toEqual(refused);
    const other = browser();
    await begin(other);
    expect(await code(other, address)).toEqual(refused);
    const cookies = new Map(anna.cookies);
    expect((await comeBack(anna, address)).statusCode).toBe(302);
    cookies.forEach((value, name) => anna.cookies.set(name, value));
    expect(await code(anna, address)).toEqual(refused);
    const forged = browser();
    await begin(forged);
    expect(
      await code(forged, `${SHOP_URL}/auth/callback?state=x&code=y`),
    ).toEqual(refused);
  });

  it('is too old after ten minutes', async () => {
    const anna = browser();
    const address = await provider.walk(await begin(anna));
    await test.query('update sign_ins set expires_at = now()');
    expect((await comeBack(anna, address)).json().code).toBe(
      'sign-in-not-begun',
    );
  });

  it('that the person refuses ends without a session', async () => {
    provider.refuses = true;
    const anna = browser();
    const response = await signIn(anna);
    expect([response.statusCode, response.json().code]).toEqual([
      401,
      'sign-in-refused',
    ]);
    expect(anna.cookies.has('sf_session')).toBe(false);
  });

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'x'])(
    'never leads to %s',
    async returnTo => {
      expect((await signIn(browser(), returnTo)).headers.location).toBe('/');
    },
  );

  it('is an outage while the issuer is away, and works again after', async () => {
    const { issuer } = provider;
    await provider.close();
    const response = await browser().request('GET', '/auth/sign-in');
    expect([response.statusCode, response.json().code]).toEqual([
      503,
      'sign-in-unavailable',
    ]);
    expect(issuer).toMatch(/^http/);
    expect((await browser().request('GET', '/api/session')).statusCode).toBe(
      200,
    );
  });

  it('takes an access token of a program, and gives services a session token instead', async () => {
    shop.answers('customers', () => ({ body: {} }));
    const call = (token: string) =>
      storefront.client.request({
        url: '/api/me',
        headers: { authorization: `Bearer ${token}` },
      });
    for (const token of [
      'nonsense',
      await provider.accessToken('another-api'),
    ]) {
      expect((await call(token)).statusCode).toBe(401);
    }
    expect(shop.of('customers')).toEqual([]);
    const token = await provider.accessToken();
    expect((await call(token)).statusCode).toBe(200);
    const passed = shop.of('customers')[0].headers.authorization!.slice(7);
    expect(passed).not.toBe(token);
    expect(decodeJwt(passed)).toMatchObject({
      iss: 'http://storefront',
      sub: `customer:${ANNA}`,
      kind: 'customer',
      email: 'anna@example.com',
    });
    expect(decodeJwt(passed).roles).toBeUndefined();
    // A program has no cookie that another site could use.
    const write = await storefront.client.request({
      method: 'PUT',
      url: '/api/cart/lines/A-1',
      payload: { quantity: 1 },
      headers: {
        authorization: `Bearer ${token}`,
        origin: 'https://tool.example',
      },
    });
    expect(write.statusCode).toBe(200);
    expect(write.headers['set-cookie']).toBeUndefined();
  });

  it('ends every session of a customer who asks to be forgotten', async () => {
    shop.answers('customers', () => ({ status: 202, body: {} }));
    const [one, two] = [browser(), browser()];
    await signIn(one);
    await signIn(two);
    expect((await one.request('POST', '/api/me/erasures', {})).statusCode).toBe(
      202,
    );
    for (const who of [one, two]) {
      expect((await who.request('GET', '/api/session')).json().kind).toBe(
        'none',
      );
    }
    expect(await test.query('select 1 from sessions')).toEqual([]);
  });

  it('leaves no secret and no address in the log', async () => {
    await signIn(browser());
    const log = storefront.lines.join('\n');
    for (const secret of ['anna@example.com', 'client-secret', 'code=']) {
      expect(log).not.toContain(secret);
    }
  });
});

describe('without an issuer', () => {
  it('sign-in is said not to be set up, and shopping works', async () => {
    const test = await TestDatabase.create();
    await migrateStorefront(test.connectionString);
    const shop = await TestShop.start();
    const storefront = await startStorefront({
      shop,
      connectionString: test.connectionString,
    });
    for (const url of ['/auth/sign-in', '/auth/callback?state=a&code=b']) {
      const response = await storefront.client.request(url);
      expect([response.statusCode, response.json().code]).toEqual([
        503,
        'sign-in-not-configured',
      ]);
    }
    const session = await storefront.client.request('/api/session');
    expect(session.json().signInAvailable).toBe(false);
    await storefront.close();
    await shop.close();
    await test.drop();
  });
});
