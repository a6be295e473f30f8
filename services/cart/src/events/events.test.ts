import {
  createEventLog,
  loadConfig,
  eventsConfigSpec,
  migrateDatabase,
  migrateEventLog,
  newId,
  type EventLog,
} from '@shopfloor/service-kit';
import {
  dataSchemaOf,
  type EventData,
  type EventType,
} from '@shopfloor/contracts';
import { readFixtures } from '@shopfloor/contracts/src/contractFiles.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { migrations } from '../migrations/index.ts';
import { createHandlers } from './handlers.ts';
import { Neighbours } from '../testing/Neighbours.ts';
import { serveCart, type ServedCart } from '../testing/serveCart.ts';

describe('events of other services', () => {
  let test: TestDatabase;
  let logDatabase: TestDatabase;
  let log: EventLog;
  let issuer: TestIssuer;
  let neighbours: Neighbours;
  let one: ServedCart;
  let two: ServedCart;

  beforeAll(async () => {
    [test, logDatabase] = await Promise.all([
      TestDatabase.create(),
      TestDatabase.create(),
    ]);
    await migrateEventLog({
      adminConnectionString: logDatabase.connectionString,
    });
    await migrateDatabase({
      connectionString: test.connectionString,
      lockName: 'cart',
      migrations,
    });
    issuer = await TestIssuer.create();
    neighbours = await Neighbours.start();
    log = await createEventLog(
      loadConfig(eventsConfigSpec, {
        EVENTS_DATABASE_URL: logDatabase.connectionString,
      }),
    );
    const options = {
      connectionString: test.connectionString,
      issuer,
      neighbours,
      log,
    };
    one = await serveCart(options);
    two = await serveCart(options);
    neighbours.prices.set('OAK-1', { EUR: 1895 });
    neighbours.prices.set('TEA-2', { EUR: 500 });
  });

  afterAll(async () => {
    await one?.close();
    await two?.close();
    await log?.close();
    await neighbours?.close();
    await test.drop();
    await logDatabase.drop();
  });

  async function publish<Type extends EventType>(
    type: Type,
    topic: string,
    data: EventData<Type>,
    id = newId(),
  ): Promise<string> {
    const key = newId();
    await log.append([
      {
        topic,
        key,
        id,
        value: JSON.stringify({
          specversion: '1.0',
          id,
          source: 'test',
          type,
          subject: key,
          time: new Date().toISOString(),
          datacontenttype: 'application/json',
          dataschema: dataSchemaOf(type),
          aggregateversion: 1,
          partitionkey: key,
          data,
        }),
      },
    ]);
    return id;
  }

  const handled = (id: string) =>
    until(
      async () =>
        (await test.query('select 1 from inbox where event_id = $1', [id]))
          .length > 0,
    );

  async function shopper(person: { guest: string } | { customer: string }) {
    const headers = await issuer.headers(person);
    const send = async (
      served: ServedCart,
      method: string,
      url: string,
      payload?: unknown,
    ) => {
      const response = await served.client.request({
        method,
        url,
        payload,
        headers,
      });
      return response.body ? response.json() : undefined;
    };
    return {
      send,
      create: async () =>
        (await send(one, 'POST', '/carts', { currency: 'EUR' }))
          .cartId as string,
      set: (cartId: string, sku: string, quantity: number) =>
        send(one, 'PUT', `/carts/${cartId}/lines/${sku}`, { quantity }),
      read: (cartId: string, served = one) =>
        send(served, 'GET', `/carts/${cartId}`),
    };
  }

  const confirmed = (
    cartId: string,
    cartVersion: number,
    lines: { sku: string; quantity: number }[],
  ): EventData<'shop.order.confirmed.v1'> => ({
    orderId: newId(),
    orderNumber: 'SF-1',
    cartId,
    cartVersion,
    lines,
    total: { amount: 1, currency: 'EUR' },
  });

  it('a confirmed order takes out exactly what was ordered, once', async () => {
    const { create, set, read } = await shopper({ guest: 'orders' });
    const cartId = await create();
    await set(cartId, 'OAK-1', 2);
    const { version } = await set(cartId, 'TEA-2', 1);
    // Meanwhile the shopper goes on.
    await set(cartId, 'OAK-1', 5);
    const data = confirmed(cartId, version, [
      { sku: 'OAK-1', quantity: 2 },
      { sku: 'TEA-2', quantity: 1 },
    ]);
    const id = newId();
    await publish('shop.order.confirmed.v1', 'shop.orders', data, id);
    await publish('shop.order.confirmed.v1', 'shop.orders', data, id);
    await handled(id);
    await handled(
      await publish(
        'shop.order.confirmed.v1',
        'shop.orders',
        confirmed(newId(), 1, [{ sku: 'OAK-1', quantity: 1 }]),
      ),
    );
    const cart = await read(cartId);
    expect(cart).toMatchObject({ lines: [{ sku: 'OAK-1', quantity: 3 }] });
    expect(cart.version).toBe(5);
  });

  it('a confirmed order is one round trip, and is not taken out again when the log is replayed', async () => {
    const { create, set, read } = await shopper({ guest: 'replay' });
    const cartId = await create();
    const { version } = await set(cartId, 'OAK-1', 2);
    const data = confirmed(cartId, version, [{ sku: 'OAK-1', quantity: 2 }]);
    one.statements.length = 0;
    two.statements.length = 0;
    await handled(
      await publish('shop.order.confirmed.v1', 'shop.orders', data),
    );
    const ran = [...one.statements, ...two.statements];
    expect(ran).toEqual(
      expect.arrayContaining(['inbox_admit_new', 'cart_subtract_order']),
    );
    expect(ran).not.toContain('transaction');
    await set(cartId, 'OAK-1', 2);
    // Another event of the same order, as after a replay, when the inbox no longer knows it.
    await handled(
      await publish('shop.order.confirmed.v1', 'shop.orders', data),
    );
    expect((await read(cartId)).lines).toMatchObject([{ quantity: 2 }]);
  });

  it.each([
    ['all of it', { 'OAK-1': 2, 'TEA-2': 1 }, 'OAK-1 2, TEA-2 1', {}],
    [
      'a part',
      { 'OAK-1': 5, 'TEA-2': 1 },
      'OAK-1 2',
      { 'OAK-1': 3, 'TEA-2': 1 },
    ],
    ['more than is there', { 'OAK-1': 1 }, 'OAK-1 2', {}],
    ['what is not there', { 'OAK-1': 1 }, 'TEA-2 2', { 'OAK-1': 1 }],
    ['a SKU in two lines', { 'OAK-1': 5 }, 'OAK-1 2, OAK-1 2', { 'OAK-1': 1 }],
    ['out of an empty cart', {}, 'OAK-1 2', {}],
  ])('an order takes out %s', async (name, held, ordered, left) => {
    const { create, set, read } = await shopper({ guest: `take-${name}` });
    const cartId = await create();
    for (const [sku, quantity] of Object.entries(held)) {
      await set(cartId, sku, quantity);
    }
    const { version } = await read(cartId);
    const lines = ordered.split(', ').map(text => {
      const [sku, quantity] = text.split(' ');
      return { sku, quantity: Number(quantity) };
    });
    const { statement, values } = one.store.subtractOrder({
      orderId: newId(),
      cartId,
      lines,
    });
    await one.database.query(statement, values);
    const cart = await read(cartId);
    expect(
      Object.fromEntries(
        cart.lines.map(
          ({ sku, quantity }: { sku: string; quantity: number }) => [
            sku,
            quantity,
          ],
        ),
      ),
    ).toEqual(left);
    expect(cart.version).toBe(version + 1);
  });

  it('an order waits for a change of its cart, and takes out of what that left', async () => {
    const { create, set, read } = await shopper({ guest: 'at-once' });
    const cartId = await create();
    await set(cartId, 'OAK-1', 2);
    const { statement, values } = one.store.subtractOrder({
      orderId: newId(),
      cartId,
      lines: [{ sku: 'OAK-1', quantity: 2 }],
    });
    let subtracted: Promise<unknown> | undefined;
    await two.database.transaction(async tx => {
      await tx.query(
        {
          name: 'test_change',
          text: `update carts set lines = jsonb_set(lines, '{OAK-1,quantity}', '7') where id = $1`,
        },
        [cartId],
      );
      subtracted = one.database.query(statement, values);
      await until(
        async () =>
          (
            await test.query(
              `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
            )
          ).length > 0,
      );
    });
    await subtracted;
    expect((await read(cartId)).lines).toMatchObject([{ quantity: 5 }]);
  });

  it('an order of a cart that was merged meanwhile takes out of the cart it went into', async () => {
    const guest = await shopper({ guest: 'merged' });
    const source = await guest.create();
    const { version } = await guest.set(source, 'OAK-1', 2);
    const customer = await shopper({ customer: 'c-merged' });
    const target = await customer.create();
    await customer.set(target, 'OAK-1', 1);
    await customer.send(one, 'POST', `/carts/${target}/merges`, {
      fromCartId: source,
    });
    await handled(
      await publish(
        'shop.order.confirmed.v1',
        'shop.orders',
        confirmed(source, version, [{ sku: 'OAK-1', quantity: 2 }]),
      ),
    );
    expect((await customer.read(target)).lines).toMatchObject([
      { quantity: 1 },
    ]);
  });

  it('an erased customer is gone from every table, and it is told', async () => {
    const guest = await shopper({ guest: 'before' });
    const source = await guest.create();
    await guest.set(source, 'OAK-1', 1);
    const customer = await shopper({ customer: 'c-erased' });
    const target = await customer.create();
    await customer.send(one, 'POST', `/carts/${target}/merges`, {
      fromCartId: source,
    });
    await handled(
      await publish('shop.customer.erased.v1', 'shop.customers', {
        customerId: 'c-erased',
      }),
    );
    expect(
      await test.query(
        `select id from carts where owner = 'customer:c-erased' or id = any($1)`,
        [[source, target]],
      ),
    ).toEqual([]);
    let received: any;
    const consumer = await log.consume({
      group: 'test',
      topics: ['shop.customers'],
      onBatch: async events => {
        received ??= events
          .map(event => JSON.parse(event.value))
          .find(({ type }) => type === 'shop.erasure.completed.v1');
      },
    });
    await until(() => received !== undefined);
    await consumer.close();
    expect(received).toMatchObject({
      source: 'cart',
      subject: 'c-erased',
      data: { customerId: 'c-erased', service: 'cart' },
    });
  });

  it('a changed product makes every replica look its price up anew', async () => {
    const { create, set, read } = await shopper({ guest: 'prices' });
    const cartId = await create();
    await set(cartId, 'OAK-1', 1);
    await read(cartId, two);
    neighbours.prices.set('OAK-1', { EUR: 2000 });
    expect((await read(cartId, two)).lines[0].unitPrice.amount).toBe(1895);
    await publish('shop.product.changed.v1', 'shop.products', {
      productId: newId(),
      slug: 'oak',
      deleted: false,
      names: { en: 'Oak', zh: '橡木' },
      descriptions: { en: '', zh: '' },
      brand: 'Larkfield',
      categories: [],
      skus: ['OAK-1'],
      prices: { EUR: { from: 2000, to: 2000 } },
      sample: true,
      createdAt: new Date().toISOString(),
    });
    for (const served of [one, two]) {
      await until(
        async () =>
          (await read(cartId, served)).lines[0].unitPrice.amount === 2000,
      );
    }
    expect((await read(cartId, two)).lines[0].previousUnitPrice.amount).toBe(
      1895,
    );
  });

  it('of every published revision are understood', async () => {
    const handlers = createHandlers({ store: one.store });
    for (const type of [
      'shop.order.confirmed.v1',
      'shop.customer.erased.v1',
      'shop.product.changed.v1',
    ] as const) {
      const fixtures = readFixtures(type);
      expect(fixtures.length).toBeGreaterThan(0);
      for (const { content } of fixtures) {
        await one.database.transaction(tx =>
          handlers[type]!(content as never, tx),
        );
      }
    }
  });

  it('that cannot be handled are shown to care alone', async () => {
    const url = '/events/groups/cart/dead-letters';
    const care = await issuer.headers({ staff: 's', roles: ['care'] });
    expect((await one.client.request({ url, headers: care })).json()).toEqual({
      items: [],
    });
    const finance = await issuer.headers({ staff: 's', roles: ['finance'] });
    expect(
      (await one.client.request({ url, headers: finance })).statusCode,
    ).toBe(403);
  });
});
