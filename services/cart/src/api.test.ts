import {
  migrateDatabase,
  newId,
  revertDatabase,
  type Statement,
} from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import pg from 'pg';
import { migrations } from './migrations/index.ts';
import * as statements from './store/statements.ts';
import { Neighbours } from './testing/Neighbours.ts';
import { serveCart, type ServedCart } from './testing/serveCart.ts';

const NOWHERE = '0198c0de-0000-7000-8000-0000000000ff';

describe('cart', () => {
  let test: TestDatabase;
  let issuer: TestIssuer;
  let neighbours: Neighbours;
  let cart: ServedCart;
  let guests = 0;

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateDatabase({
      connectionString: test.connectionString,
      lockName: 'cart',
      migrations,
    });
    issuer = await TestIssuer.create();
    neighbours = await Neighbours.start();
    cart = await serveCart({
      connectionString: test.connectionString,
      issuer,
      neighbours,
    });
  });

  afterAll(async () => {
    await cart?.close();
    await neighbours?.close();
    await test.drop();
  });

  beforeEach(() => {
    neighbours.prices.clear();
    neighbours.stock.clear();
    neighbours.productsDown = false;
    neighbours.inventoryDown = false;
    for (const [sku, amount] of [
      ['OAK-1', 1895],
      ['TEA-2', 500],
      ['CUP-3', 999],
    ] as const) {
      neighbours.prices.set(sku, { EUR: amount, USD: amount + 100 });
      neighbours.stock.set(sku, 12);
    }
    cart.offers.forget(['OAK-1', 'TEA-2', 'CUP-3', 'NEW-4']);
  });

  /** Somebody who shops, with a shopper's requests. */
  async function shopper(person: { guest: string } | { customer: string }) {
    const headers = await issuer.headers(person);
    const send = async (
      method: string,
      url: string,
      payload?: unknown,
      more?: Record<string, string>,
    ) => {
      const response = await cart.client.request({
        method,
        url,
        payload,
        headers: { ...headers, ...more },
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        body: response.body ? response.json() : undefined,
      };
    };
    return {
      send,
      create: async (currency = 'EUR') =>
        (await send('POST', '/carts', { currency })).body.cartId as string,
      set: (cartId: string, sku: string, quantity: number) =>
        send('PUT', `/carts/${cartId}/lines/${sku}`, { quantity }),
      read: (cartId: string) => send('GET', `/carts/${cartId}`),
    };
  }

  const guest = () => shopper({ guest: `g${(guests += 1)}` });
  const quantities = (body: any) =>
    Object.fromEntries(
      body.lines.map((line: any) => [line.sku, line.quantity]),
    );

  describe('a shopper', () => {
    it('fills a cart and reads it, one statement each', async () => {
      const { send, set, read } = await guest();
      cart.statements.length = 0;
      const created = await send('POST', '/carts', {
        currency: 'EUR',
        country: 'DE',
      });
      expect(created.status).toBe(201);
      expect(created.headers).toMatchObject({ etag: '"1"' });
      const { cartId } = created.body;
      expect(created.headers.location).toBe(`/carts/${cartId}`);
      await set(cartId, 'OAK-1', 2);
      await set(cartId, 'TEA-2', 1);
      const { body, headers } = await read(cartId);
      expect(cart.statements).toEqual([
        'cart_create',
        'cart_set_line',
        'cart_set_line',
        'cart_read',
      ]);
      expect(headers).toMatchObject({
        etag: '"3"',
        'cache-control': 'private, no-store',
      });
      expect(body).toMatchObject({
        cartId,
        version: 3,
        currency: 'EUR',
        country: 'DE',
        subtotal: { amount: 4290, currency: 'EUR' },
        lines: [
          {
            sku: 'OAK-1',
            quantity: 2,
            unitPrice: { amount: 1895, currency: 'EUR' },
            name: { en: 'Thing OAK-1', zh: '东西 OAK-1' },
            available: 12,
          },
          { sku: 'TEA-2', quantity: 1 },
        ],
      });
      expect(body.lines[0]).not.toHaveProperty('priceStale');
    });

    it('sets and does not add: the same call again changes nothing', async () => {
      const { create, set } = await guest();
      const cartId = await create();
      await set(cartId, 'OAK-1', 2);
      const again = await set(cartId, 'OAK-1', 2);
      expect(again.body).toMatchObject({
        version: 2,
        lines: [{ quantity: 2 }],
      });
      expect((await set(cartId, 'OAK-1', 0)).body).toMatchObject({
        version: 3,
        lines: [],
      });
      expect((await set(cartId, 'OAK-1', 0)).body.version).toBe(3);
    });

    it('lists carts without their lines, the one used last first', async () => {
      const { create, set, send } = await guest();
      const [first, second] = [await create(), await create('USD')];
      await set(first, 'OAK-1', 3);
      expect((await send('GET', '/carts')).body.items).toEqual([
        expect.objectContaining({
          cartId: first,
          quantity: 3,
          currency: 'EUR',
        }),
        expect.objectContaining({
          cartId: second,
          quantity: 0,
          currency: 'USD',
        }),
      ]);
      expect((await send('GET', '/carts')).body.items[0]).not.toHaveProperty(
        'lines',
      );
    });

    it('replaces the whole only with the version that was read', async () => {
      const { create, set, send } = await guest();
      const cartId = await create();
      await set(cartId, 'OAK-1', 2);
      const body = {
        country: 'FR',
        lines: [
          { sku: 'CUP-3', quantity: 1 },
          { sku: 'OAK-1', quantity: 5 },
        ],
      };
      const put = (tag?: string, payload: unknown = body) =>
        send(
          'PUT',
          `/carts/${cartId}`,
          payload,
          tag ? { 'if-match': tag } : {},
        );
      expect(await put()).toMatchObject({
        status: 428,
        body: { code: 'if-match-required' },
      });
      expect(await put('"1"')).toMatchObject({
        status: 412,
        body: { code: 'version-changed' },
      });
      expect(await put('*')).toMatchObject({ status: 400 });
      const replaced = await put('"2"');
      expect(replaced.body).toMatchObject({
        version: 3,
        country: 'FR',
        lines: [{ sku: 'CUP-3' }, { sku: 'OAK-1', quantity: 5 }],
      });
      const gone = await put('"3"', { lines: [] });
      expect(gone.body).toMatchObject({ version: 4, lines: [] });
      expect(gone.body).not.toHaveProperty('country');
    });

    it('may name the version on a single line, too', async () => {
      const { create, set, send } = await guest();
      const cartId = await create();
      await set(cartId, 'OAK-1', 2);
      const put = (tag: string) =>
        send(
          'PUT',
          `/carts/${cartId}/lines/OAK-1`,
          { quantity: 3 },
          { 'if-match': tag },
        );
      expect((await put('"1"')).status).toBe(412);
      expect((await put('"2"')).body.version).toBe(3);
    });

    it('throws a cart away', async () => {
      const { create, read, send } = await guest();
      const cartId = await create();
      expect(
        (
          await send('DELETE', `/carts/${cartId}`, undefined, {
            'if-match': '"7"',
          })
        ).status,
      ).toBe(412);
      expect(await send('DELETE', `/carts/${cartId}`)).toMatchObject({
        status: 204,
        body: undefined,
      });
      expect((await read(cartId)).status).toBe(404);
      expect((await send('DELETE', `/carts/${cartId}`)).status).toBe(404);
    });

    it('is never told of a fresh answer that it is as it was: prices change under one version', async () => {
      const { create, set, send } = await guest();
      const cartId = await create();
      await set(cartId, 'OAK-1', 1);
      const again = await send('GET', `/carts/${cartId}`, undefined, {
        'if-none-match': '"2"',
      });
      expect(again.status).toBe(200);
      expect(again.body.lines).toHaveLength(1);
    });
  });

  describe('a stranger', () => {
    it('finds no cart, whatever is tried', async () => {
      const owner = await guest();
      const cartId = await owner.create();
      await owner.set(cartId, 'OAK-1', 1);
      for (const stranger of [
        await guest(),
        await shopper({ customer: 'c-stranger' }),
      ]) {
        const { send } = stranger;
        for (const [method, url, body, headers] of [
          ['GET', `/carts/${cartId}`],
          ['PUT', `/carts/${cartId}/lines/OAK-1`, { quantity: 9 }],
          ['PUT', `/carts/${cartId}/lines/OAK-1`, { quantity: 0 }],
          ['PUT', `/carts/${cartId}`, { lines: [] }, { 'if-match': '"2"' }],
          ['DELETE', `/carts/${cartId}`],
          ['POST', `/carts/${cartId}/merges`, { fromCartId: NOWHERE }],
        ] as const) {
          expect([
            method,
            await send(method, url, body, headers as never),
          ]).toEqual([
            method,
            expect.objectContaining({
              status: 404,
              body: expect.objectContaining({ code: 'cart-not-found' }),
            }),
          ]);
        }
      }
      expect(quantities((await owner.read(cartId)).body)).toEqual({
        'OAK-1': 1,
      });
    });

    it('without a token or with staff’s gets nothing', async () => {
      expect(
        (
          await cart.client.request({
            method: 'POST',
            url: '/carts',
            payload: { currency: 'EUR' },
          })
        ).statusCode,
      ).toBe(401);
      const headers = await issuer.headers({ staff: 's', roles: ['care'] });
      expect(
        (await cart.client.request({ url: '/carts', headers })).statusCode,
      ).toBe(403);
    });
  });

  describe('prices', () => {
    it('are those of products and never the client’s', async () => {
      const { create, send } = await guest();
      const cartId = await create();
      expect(
        await send('PUT', `/carts/${cartId}/lines/OAK-1`, {
          quantity: 1,
          unitPrice: { amount: 1, currency: 'EUR' },
        }),
      ).toMatchObject({
        status: 400,
        body: { errors: [{ field: '/unitPrice' }] },
      });
    });

    it('that changed are told until the shopper sets the line again', async () => {
      const { create, set, read } = await guest();
      const cartId = await create();
      await set(cartId, 'OAK-1', 2);
      neighbours.prices.set('OAK-1', { EUR: 2095 });
      expect((await read(cartId)).body.lines[0].unitPrice.amount).toBe(1895);
      cart.offers.forget(['OAK-1']);
      for (let time = 0; time < 2; time += 1) {
        const { body } = await read(cartId);
        expect(body).toMatchObject({
          version: 2,
          subtotal: { amount: 4190 },
          lines: [
            {
              unitPrice: { amount: 2095 },
              previousUnitPrice: { amount: 1895 },
            },
          ],
        });
      }
      const noted = await set(cartId, 'OAK-1', 2);
      expect(noted.body.version).toBe(2);
      expect(noted.body.lines[0]).not.toHaveProperty('previousUnitPrice');
    });

    it('of a SKU that is not sold in the currency refuse it', async () => {
      const { create, set, send } = await guest();
      const cartId = await create('JPY');
      expect(await set(cartId, 'OAK-1', 1)).toMatchObject({
        status: 422,
        body: { code: 'unknown-sku', errors: [{ in: 'path', field: 'sku' }] },
      });
      expect(
        await send(
          'PUT',
          `/carts/${cartId}`,
          { lines: [{ sku: 'NOPE', quantity: 1 }] },
          { 'if-match': '"1"' },
        ),
      ).toMatchObject({
        status: 422,
        body: { errors: [{ in: 'body', field: '/lines/0/sku' }] },
      });
    });

    it('of what is no longer sold count for nothing', async () => {
      const { create, set, read } = await guest();
      const cartId = await create();
      await set(cartId, 'OAK-1', 2);
      await set(cartId, 'TEA-2', 2);
      neighbours.prices.delete('OAK-1');
      cart.offers.forget(['OAK-1']);
      expect((await read(cartId)).body).toMatchObject({
        subtotal: { amount: 1000 },
        lines: [{ discontinued: true, available: 0 }, { sku: 'TEA-2' }],
      });
      expect((await set(cartId, 'OAK-1', 0)).status).toBe(200);
    });
  });

  describe('with products down', () => {
    it('everything works on the last known prices, but nothing new can be added', async () => {
      const { create, set, read, send } = await guest();
      const cartId = await create();
      await set(cartId, 'OAK-1', 2);
      cart.offers.forget(['OAK-1']);
      neighbours.productsDown = true;
      expect((await read(cartId)).body).toMatchObject({
        subtotal: { amount: 3790 },
        lines: [
          { priceStale: true, unitPrice: { amount: 1895 }, available: 12 },
        ],
      });
      expect((await set(cartId, 'OAK-1', 3)).body.lines[0]).toMatchObject({
        quantity: 3,
        priceStale: true,
      });
      expect(await set(cartId, 'NEW-4', 1)).toMatchObject({
        status: 503,
        headers: { 'retry-after': '1', 'x-not-done': 'true' },
        body: { code: 'products-unavailable' },
      });
      expect(
        (
          await send(
            'PUT',
            `/carts/${cartId}`,
            { lines: [{ sku: 'OAK-1', quantity: 1 }] },
            { 'if-match': '"3"' },
          )
        ).body.lines,
      ).toMatchObject([{ quantity: 1, priceStale: true }]);
      expect((await send('POST', '/carts', { currency: 'EUR' })).status).toBe(
        201,
      );
    });
  });

  it('with inventory down leaves the hint out and says the rest', async () => {
    const { create, set, read } = await guest();
    const cartId = await create();
    neighbours.prices.set('LONE-9', { EUR: 700 });
    neighbours.inventoryDown = true;
    const { body, status } = await set(cartId, 'LONE-9', 2);
    expect(status).toBe(200);
    expect(body.lines[0]).not.toHaveProperty('available');
    expect((await read(cartId)).body.subtotal.amount).toBe(1400);
  });

  describe('caps', () => {
    it('are told with the field and the number', async () => {
      const { create, set } = await guest();
      const cartId = await create();
      expect(await set(cartId, 'OAK-1', 100)).toMatchObject({
        status: 422,
        body: {
          code: 'quantity-above-cap',
          errors: [{ in: 'body', field: '/quantity' }],
        },
      });
      for (let index = 0; index < 5; index += 1) {
        neighbours.prices.set(`CAP-${index}`, { EUR: 100 });
        expect((await set(cartId, `CAP-${index}`, 99)).status).toBe(200);
      }
      expect(await set(cartId, 'OAK-1', 6)).toMatchObject({
        status: 422,
        body: { code: 'cart-above-cap' },
      });
      expect((await set(cartId, 'OAK-1', 5)).status).toBe(200);
    });

    it('hold among writers at once: one statement on one row', async () => {
      const { create, set, read } = await guest();
      const cartId = await create();
      const skus = Array.from({ length: 12 }, (_, index) => `RACE-${index}`);
      skus.forEach(sku => neighbours.prices.set(sku, { EUR: 100 }));
      const answers = await Promise.all(skus.map(sku => set(cartId, sku, 60)));
      // 500 units: eight lines of 60 fit.
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(8);
      expect(
        answers.filter(({ body }) => body.code === 'cart-above-cap'),
      ).toHaveLength(4);
      const { body } = await read(cartId);
      expect(body.lines).toHaveLength(8);
      expect(body.version).toBe(9);
    });

    it('of carts keep a shopper from filling the database', async () => {
      const { create, send } = await guest();
      for (let index = 0; index < 10; index += 1) {
        await create();
      }
      expect(await send('POST', '/carts', { currency: 'EUR' })).toMatchObject({
        status: 409,
        body: { code: 'too-many-carts' },
      });
    });

    it('that were lowered since do not keep anybody from taking out', async () => {
      const { create, set } = await guest();
      const cartId = await create();
      await set(cartId, 'OAK-1', 5);
      await set(cartId, 'TEA-2', 2);
      await test.query(
        `update carts set lines = jsonb_set(lines, '{OAK-1,quantity}', '900') where id = $1`,
        [cartId],
      );
      expect((await set(cartId, 'TEA-2', 1)).status).toBe(200);
      expect((await set(cartId, 'TEA-2', 2)).status).toBe(422);
      expect((await set(cartId, 'OAK-1', 99)).status).toBe(200);
    });
  });

  describe('merging at sign-in', () => {
    it('adds up, closes the source and is done once', async () => {
      const visitor = await guest();
      const source = await visitor.create();
      await visitor.set(source, 'OAK-1', 60);
      await visitor.set(source, 'TEA-2', 1);
      const customer = await shopper({ customer: 'c-merge' });
      const target = await customer.create();
      await customer.set(target, 'OAK-1', 50);
      const merge = () =>
        customer.send('POST', `/carts/${target}/merges`, {
          fromCartId: source,
        });
      const merged = await merge();
      expect(merged.status).toBe(200);
      expect(quantities(merged.body.cart)).toEqual({ 'OAK-1': 99, 'TEA-2': 1 });
      expect(merged.body.capped).toEqual([
        { sku: 'OAK-1', wanted: 110, quantity: 99 },
      ]);
      expect(merged.headers.etag).toBe('"3"');
      expect((await visitor.read(source)).status).toBe(404);
      expect((await merge()).body).toMatchObject({
        capped: [],
        cart: { version: 3 },
      });
      const other = await customer.create();
      expect(
        await customer.send('POST', `/carts/${other}/merges`, {
          fromCartId: source,
        }),
      ).toMatchObject({ status: 409, body: { code: 'merged-elsewhere' } });
    });

    it('many times at once adds once', async () => {
      const visitor = await guest();
      const source = await visitor.create();
      await visitor.set(source, 'OAK-1', 3);
      const customer = await shopper({ customer: 'c-many' });
      const target = await customer.create();
      const answers = await Promise.all(
        Array.from({ length: 12 }, () =>
          customer.send('POST', `/carts/${target}/merges`, {
            fromCartId: source,
          }),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(
        new Set([200]),
      );
      expect(quantities((await customer.read(target)).body)).toEqual({
        'OAK-1': 3,
      });
    });

    it('looks prices up anew where the currencies differ, and tells what is not sold', async () => {
      const visitor = await guest();
      const source = await visitor.create('USD');
      await visitor.set(source, 'OAK-1', 2);
      neighbours.prices.set('US-ONLY', { USD: 100 });
      await visitor.set(source, 'US-ONLY', 4);
      const customer = await shopper({ customer: 'c-currency' });
      const target = await customer.create('EUR');
      const { body } = await customer.send('POST', `/carts/${target}/merges`, {
        fromCartId: source,
      });
      expect(body.cart.lines).toMatchObject([
        { sku: 'OAK-1', unitPrice: { amount: 1895, currency: 'EUR' } },
      ]);
      expect(body.cart.lines[0]).not.toHaveProperty('previousUnitPrice');
      expect(body.capped).toEqual([{ sku: 'US-ONLY', wanted: 4, quantity: 0 }]);
    });

    it('never takes the cart of another customer', async () => {
      const victim = await shopper({ customer: 'c-victim' });
      const source = await victim.create();
      await victim.set(source, 'OAK-1', 1);
      const thief = await shopper({ customer: 'c-thief' });
      const target = await thief.create();
      expect(
        await thief.send('POST', `/carts/${target}/merges`, {
          fromCartId: source,
        }),
      ).toMatchObject({ status: 404, body: { code: 'source-cart-not-found' } });
      expect((await victim.read(source)).body.lines).toHaveLength(1);
      expect(
        await thief.send('POST', `/carts/${target}/merges`, {
          fromCartId: target,
        }),
      ).toMatchObject({ status: 422, body: { code: 'same-cart' } });
    });
  });

  describe('an abandoned cart', () => {
    it('is gone at its moment and deleted once, by however many sweep', async () => {
      const { create, set, read } = await guest();
      const cartId = await create();
      await set(cartId, 'OAK-1', 1);
      await test.query(
        `update carts set expires_at = now() - interval '1 second' where id = $1`,
        [cartId],
      );
      expect((await read(cartId)).status).toBe(404);
      expect((await set(cartId, 'OAK-1', 2)).status).toBe(404);
      const swept = await Promise.all([
        cart.store.sweep(100),
        cart.store.sweep(100),
      ]);
      expect(swept).toContainEqual({ total: 1, open: 1, orders: 0 });
      expect(swept).toContainEqual({ total: 0, open: 0, orders: 0 });
    });

    it('goes with the notes of orders that no replay can bring again', async () => {
      await test.query(
        `insert into subtracted_orders (order_id, subtracted_at)
         values (uuidv7(), now() - interval '29 days'), (uuidv7(), now() - interval '31 days')`,
      );
      expect(await cart.store.sweep(100)).toMatchObject({ orders: 1 });
      expect(await cart.store.sweep(100)).toMatchObject({ orders: 0 });
    });

    const hoursLeft = async (cartId: string) => {
      const [row] = await test.query<{ hours: number }>(
        `select extract(epoch from expires_at - now())::float8 / 3600 as hours from carts where id = $1`,
        [cartId],
      );
      return row.hours;
    };

    it('of a guest lives shorter than a customer’s', async () => {
      const made = async (person: { guest: string } | { customer: string }) =>
        hoursLeft(await (await shopper(person)).create());
      expect(Math.round(await made({ guest: 'short' }))).toBe(30 * 24 + 1);
      expect(Math.round(await made({ customer: 'c-long' }))).toBe(365 * 24 + 1);
    });

    it('lives on with each change, for its time at least', async () => {
      const { create, set } = await guest();
      const cartId = await create();
      for (const minutes of [30 * 24 * 60 - 1, 30 * 24 * 60 + 30, 1]) {
        await test.query(
          'update carts set expires_at = now() + make_interval(mins => $2) where id = $1',
          [cartId, minutes],
        );
        await set(cartId, 'OAK-1', 1);
        const hours = await hoursLeft(cartId);
        expect(hours).toBeGreaterThanOrEqual(30 * 24);
        expect(hours).toBeLessThanOrEqual(30 * 24 + 1);
      }
    });
  });

  it('shows lines in the order in which they were added, also after a merge', async () => {
    const source = await guest();
    const from = await source.create();
    await source.set(from, 'OAK-1', 1);
    await source.set(from, 'TEA-2', 1);
    const { create, send, set, read } = await shopper({ customer: 'c-order' });
    const cartId = await create();
    await send('POST', `/carts/${cartId}/merges`, { fromCartId: from });
    await set(cartId, 'CUP-3', 1);
    await set(cartId, 'OAK-1', 0);
    await set(cartId, 'OAK-1', 1);
    await set(cartId, 'TEA-2', 3);
    expect(Object.keys(quantities((await read(cartId)).body))).toEqual([
      'TEA-2',
      'CUP-3',
      'OAK-1',
    ]);
  });

  it('hands everything of a customer to the service that collects it', async () => {
    const customer = await shopper({ customer: 'c-export' });
    const cartId = await customer.create();
    await customer.set(cartId, 'OAK-1', 2);
    const { statusCode, json } = await cart.client.request('/exports/c-export');
    expect(statusCode).toBe(200);
    expect(json()).toEqual({
      service: 'cart',
      records: {
        carts: [
          expect.objectContaining({
            cartId,
            lines: [expect.objectContaining({ sku: 'OAK-1', quantity: 2 })],
          }),
        ],
      },
    });
    expect(
      (await cart.client.request('/exports/nobody')).json().records,
    ).toEqual({ carts: [] });
  });

  it.each([
    ['POST', '/carts', { currency: 'EURO' }, '/currency'],
    ['POST', '/carts', { currency: null }, '/currency'],
    ['POST', '/carts', {}, '/currency'],
    ['POST', '/carts', { currency: 'EUR', country: 'de' }, '/country'],
    ['POST', '/carts', { currency: 'EUR', owner: 'x' }, '/owner'],
    ['POST', '/carts', [], '/'],
    ['GET', '/carts?page=2', undefined, 'page'],
    ['GET', '/carts/1', undefined, 'cartId'],
    ['GET', `/carts/urn:uuid:${NOWHERE}`, undefined, 'cartId'],
    ['GET', `/carts/${NOWHERE.toUpperCase()}`, undefined, 'cartId'],
    ['PUT', `/carts/${NOWHERE}/lines/A`, { quantity: '1' }, '/quantity'],
    ['PUT', `/carts/${NOWHERE}/lines/A`, { quantity: 1.5 }, '/quantity'],
    ['PUT', `/carts/${NOWHERE}/lines/A`, { quantity: -1 }, '/quantity'],
    ['PUT', `/carts/${NOWHERE}/lines/A%00B`, { quantity: 1 }, 'sku'],
    [
      'PUT',
      `/carts/${NOWHERE}/lines/${'x'.repeat(101)}`,
      { quantity: 1 },
      'sku',
    ],
    [
      'PUT',
      `/carts/${NOWHERE}`,
      { lines: [{ sku: 'A' }] },
      '/lines/0/quantity',
    ],
    ['POST', `/carts/${NOWHERE}/merges`, { fromCartId: 'x' }, '/fromCartId'],
  ])('refuses %s %s %j and names %s', async (method, url, body, field) => {
    const { send } = await guest();
    const response = await send(method, url, body);
    expect(response.status).toBe(400);
    expect(response.body.errors.map((error: any) => error.field)).toContain(
      field,
    );
  });

  it('survives SKUs that have a meaning elsewhere', async () => {
    const { create, set, read } = await guest();
    const cartId = await create();
    for (const sku of ['__proto__', 'constructor', "'; --", '{a}', '$1', '%']) {
      neighbours.prices.set(sku, { EUR: 100 });
      expect((await set(cartId, encodeURIComponent(sku), 1)).status).toBe(200);
    }
    expect((await read(cartId)).body.lines).toHaveLength(6);
  });

  it('survives a restart of its database without one of its own', async () => {
    const { create, read } = await guest();
    const cartId = await create();
    await test.cutConnections();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) {
      statuses.push((await read(cartId)).status);
    }
    expect(statuses.filter(status => status !== 200 && status !== 503)).toEqual(
      [],
    );
    expect(statuses.at(-1)).toBe(200);
  });

  it('keeps who shops and what for out of its logs', async () => {
    const { create, set } = await shopper({ customer: 'c-secret' });
    const cartId = await create();
    neighbours.productsDown = true;
    await set(cartId, 'PRIVATE-WISH', 1);
    expect(cart.lines.length).toBeGreaterThan(0);
    expect(cart.lines.join()).not.toMatch(/c-secret|PRIVATE-WISH|Bearer|eyJ/);
  });
});

describe('migrations', () => {
  it('let the changes of a visit change no index', async () => {
    const test = await TestDatabase.create();
    const { connectionString } = test;
    await migrateDatabase({ connectionString, lockName: 'cart', migrations });
    const client = new pg.Client(connectionString);
    await client.connect();
    try {
      const run = ({ text }: Statement, values: readonly unknown[]) =>
        client.query(text, [...values]);
      await client.query('begin');
      const owner = 'guest:hot';
      const month = 30 * 86_400;
      await run(statements.createStatement, [
        NOWHERE,
        owner,
        'EUR',
        'DE',
        month,
        10,
      ]);
      const offer = { productId: NOWHERE, name: {}, unitAmount: 1 };
      const line = [NOWHERE, owner, 'OAK-1'];
      for (const quantity of [1, 2]) {
        await run(statements.setLineStatement, [
          ...line,
          quantity,
          JSON.stringify(offer),
          null,
          100,
          500,
          month,
        ]);
      }
      await run(statements.subtractOrderStatement, [
        newId(),
        NOWHERE,
        '{"OAK-1":2}',
      ]);
      const { rows } = await client.query(
        `select n_tup_upd::int as updates, n_tup_hot_upd::int as hot
         from pg_stat_xact_user_tables where relname = 'carts'`,
      );
      expect(rows).toEqual([{ updates: 3, hot: 3 }]);
    } finally {
      await client.end();
      await test.drop();
    }
  });

  it.each([
    [`owner = 'staff:x'`],
    [`owner = 'guest:'`],
    [`state = 'closed'`],
    [`state = 'merged'`],
    [`merged_into = id`],
    [`lines = '[]'`],
    [`state = 'merged', merged_into = id, lines = '{"a": {}}'`],
  ])('let no program break a cart: %s', async change => {
    const test = await TestDatabase.create();
    const { connectionString } = test;
    try {
      await migrateDatabase({ connectionString, lockName: 'cart', migrations });
      await test.query(
        `insert into carts (id, owner, currency, expires_at) values ($1, 'guest:a', 'EUR', now())`,
        [NOWHERE],
      );
      await expect(test.query(`update carts set ${change}`)).rejects.toThrow(
        /carts_sound/,
      );
      await test.query(
        `update carts set owner = 'customer:c', state = 'merged', merged_into = id, lines = '{}'`,
      );
    } finally {
      await test.drop();
    }
  });

  it('go up and all the way down again, and up once more', async () => {
    const test = await TestDatabase.create();
    const { connectionString } = test;
    const tables = async () =>
      (
        await test.query<{ tablename: string }>(
          `select tablename from pg_tables where schemaname = 'public' and tablename not like 'schema_migrations%' order by 1`,
        )
      ).map(({ tablename }) => tablename);
    const migrate = () =>
      migrateDatabase({ connectionString, lockName: 'cart', migrations });
    await migrate();
    const before = await tables();
    expect(before).toEqual(
      expect.arrayContaining(['carts', 'outbox', 'inbox']),
    );
    await revertDatabase({ connectionString, migrations });
    expect(await tables()).toEqual([]);
    expect((await migrate()).applied).toHaveLength(migrations.length);
    expect(await tables()).toEqual(before);
    await test.drop();
  });
});
