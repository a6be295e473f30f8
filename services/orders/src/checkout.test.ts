import { newId } from '@shopfloor/service-kit';
import type { TestPerson } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { ADDRESS, OrdersWorld, serveOrders } from './testing/serveOrders.ts';

const ADA: TestPerson = { guest: 'ada' };

let world: OrdersWorld;
let served: Awaited<ReturnType<typeof serveOrders>>;

beforeAll(async () => {
  world = await OrdersWorld.create();
  served = await serveOrders(world);
}, 60_000);

afterAll(async () => {
  await served?.close();
  await world?.close();
});

beforeEach(() => {
  const { inventory, payments, products, fulfilment, cart } = world.shop;
  world.shop.calm();
  payments.capturePolicy = 'each-shipment';
  payments.refuseCaptures = undefined;
  products.pricesIncludeTax = true;
  for (const neighbour of [inventory, payments, products, fulfilment, cart]) {
    neighbour.calls.length = 0;
  }
  products.add('CUP', 1999, { taxCategory: 'standard' });
  products.add('TEA', 549, { taxCategory: 'reduced', categories: ['tea'] });
  inventory.stock.set('CUP', 1000);
  inventory.stock.set('TEA', 1000);
});

async function send(
  method: string,
  url: string,
  options: {
    as?: TestPerson;
    payload?: unknown;
    headers?: Record<string, string>;
  } = {},
) {
  const response = await served.client.request({
    method,
    url,
    payload: options.payload,
    headers: {
      ...(options.as && (await world.issuer.headers(options.as))),
      ...options.headers,
    },
  });
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.body ? response.json() : undefined,
  };
}

function quoteBody(cartId: string, changes: object = {}) {
  return {
    cartId,
    email: 'ada@example.org',
    language: 'en',
    shippingAddress: ADDRESS,
    ...changes,
  };
}

async function quote(
  quantities: Record<string, number> = { CUP: 2, TEA: 1 },
  as = ADA,
  changes: object = {},
) {
  const cart = world.shop.cart.add(quantities);
  const answer = await send('POST', '/quotes', {
    as,
    payload: quoteBody(cart.cartId, changes),
  });
  expect(answer).toMatchObject({ status: 201 });
  return { cart, quote: answer.body };
}

function place(
  quoteId: string,
  options: { as?: TestPerson; key?: string; token?: string } = {},
) {
  return send('POST', '/orders', {
    as: options.as ?? ADA,
    headers: { 'idempotency-key': options.key ?? newId() },
    payload: { quoteId, payment: { token: options.token ?? 'tok_ok' } },
  });
}

async function placed(quantities?: Record<string, number>, token = 'tok_ok') {
  const { quote: made } = await quote(quantities);
  const answer = await place(made.quoteId, { token });
  expect(answer.status).toBe(token === 'tok_ok' ? 201 : 202);
  return answer.body;
}

async function row(orderId: string) {
  const [found] = await world.database.query<any>(
    'select * from orders where id = $1',
    [orderId],
  );
  return found;
}

function reaches(orderId: string, state: string) {
  return until(async () => {
    const found = await row(orderId);
    return found.state === state && found;
  });
}

async function eventsOf(orderId: string): Promise<any[]> {
  const rows = await world.events.query<{ value: string }>(
    `select value::text as value from event_log.events order by 1`,
  );
  return rows
    .map(({ value }) => JSON.parse(value))
    .filter(
      ({ subject, source }) => subject === orderId && source === 'orders',
    );
}

describe('a quote', () => {
  it('prices a cart by what products says, with tax, shipping and a hint of stock', async () => {
    const { cart, quote: made } = await quote();
    // Worked by hand in packages/pricing: 2 x 19.99 at 19 %, 5.49 at 7 %, 4.90 delivery.
    expect(made).toMatchObject({
      cartId: cart.cartId,
      cartVersion: 1,
      currency: 'EUR',
      pricesIncludeTax: true,
      totals: {
        items: { amount: 4547, currency: 'EUR' },
        discounts: { amount: 0 },
        shipping: { amount: 490 },
        tax: { amount: 747 },
        total: { amount: 5037 },
      },
      taxes: [
        { ratePpm: 190_000, tax: { amount: 707 } },
        { ratePpm: 70_000, tax: { amount: 40 } },
      ],
      lines: [
        { sku: 'CUP', quantity: 2, total: { amount: 3998 }, available: 5 },
        { sku: 'TEA', quantity: 1, total: { amount: 549 } },
      ],
      shippingOptionId: 'standard',
    });
    expect(made.shippingOptions).toHaveLength(2);
    const left = Date.parse(made.expiresAt) - Date.now();
    expect(left).toBeGreaterThan(590_000);
    expect(left).toBeLessThanOrEqual(601_000);
  });

  it.each<[string, object, number, string, string]>([
    [
      'an unknown country',
      { shippingAddress: { ...ADDRESS, country: 'AQ' } },
      422,
      'no-delivery',
      '/shippingAddress/country',
    ],
    [
      'a state of the US that is missing',
      { shippingAddress: { ...ADDRESS, country: 'US' } },
      422,
      'no-delivery',
      '/shippingAddress/region',
    ],
    [
      'an unknown way of delivery',
      { shippingOptionId: 'drone' },
      422,
      'unknown-shipping-option',
      '/shippingOptionId',
    ],
    ['a price of its own', { total: 1 }, 400, 'validation-failed', '/total'],
    ['no e-mail address', { email: 'ada' }, 400, 'validation-failed', '/email'],
  ])('refuses %s', async (_what, changes, status, code, field) => {
    const cart = world.shop.cart.add({ CUP: 1 });
    const answer = await send('POST', '/quotes', {
      as: ADA,
      payload: quoteBody(cart.cartId, changes),
    });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.body.errors[0].field).toBe(field);
  });

  it('refuses a cart that is empty, unknown, or holds what is not sold', async () => {
    const ask = async (cartId: string) => {
      const { status, body } = await send('POST', '/quotes', {
        as: ADA,
        payload: quoteBody(cartId),
      });
      return [status, body.code];
    };
    expect(await ask(world.shop.cart.add({}).cartId)).toEqual([
      422,
      'cart-empty',
    ]);
    expect(await ask(newId())).toEqual([404, 'cart-not-found']);
    expect(await ask(world.shop.cart.add({ GONE: 1 }).cartId)).toEqual([
      409,
      'lines-unavailable',
    ]);
  });

  it('asks products and fulfilment at once when it knows the weights, and again when it guessed wrong', async () => {
    const { fulfilment, products } = world.shop;
    const cart = world.shop.cart.add({ CUP: 1 });
    cart.subtotal = { amount: 1999, currency: 'EUR' };
    const ask = () =>
      send('POST', '/quotes', { as: ADA, payload: quoteBody(cart.cartId) });
    await ask();
    fulfilment.calls.length = 0;
    await ask();
    expect(fulfilment.calls).toHaveLength(1);
    fulfilment.calls.length = 0;
    products.add('CUP', 1999, { weightGrams: 900 });
    expect((await ask()).status).toBe(201);
    expect(fulfilment.calls.map(({ body }) => body.weightGrams)).toEqual([
      400, 900,
    ]);
  });
});

describe('placing', () => {
  it('reserves, authorises, confirms and asks for the shipment, and says so in one event', async () => {
    const order = await placed();
    expect(order).toMatchObject({
      orderNumber: expect.stringMatching(/^SF-[0-9A-Z]{4}-[0-9A-Z]{4}$/),
      confirmedAt: expect.any(String),
      totals: { total: { amount: 5037, currency: 'EUR' } },
      shippingAddress: ADDRESS,
    });
    const found = await reaches(order.orderId, 'fulfilling');
    const { inventory, payments, fulfilment } = world.shop;
    expect(inventory.reservations.get(order.orderId)).toMatchObject({
      state: 'confirmed',
    });
    expect(payments.payments.get(found.payment_id)).toMatchObject({
      state: 'authorised',
      authorised: { amount: 5037 },
    });
    expect(fulfilment.shipments.get(found.shipment_id)).toMatchObject({
      orderId: order.orderId,
    });
    const [event, ...others] = await until(async () => {
      const events = await eventsOf(order.orderId);
      return events.length > 0 && events;
    });
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: 'shop.order.confirmed.v1',
      data: {
        orderNumber: order.orderNumber,
        cartVersion: 1,
        total: { amount: 5037, currency: 'EUR' },
        lines: [
          { sku: 'CUP', quantity: 2 },
          { sku: 'TEA', quantity: 1 },
        ],
      },
    });
    expect(JSON.stringify(event)).not.toMatch(/ada|Lovelace/i);
  });

  it('never believes prices that changed after the quote, until the quote expires', async () => {
    const { quote: made } = await quote({ CUP: 1 });
    world.shop.products.add('CUP', 9999);
    const answer = await place(made.quoteId);
    expect(answer.body.totals.total.amount).toBe(1999 + 490);

    const { quote: late } = await quote({ CUP: 1 });
    world.shop.products.add('CUP', 2999);
    await world.database.query(
      `update quotes set expires_at = now() where id = $1`,
      [late.quoteId],
    );
    const refused = await place(late.quoteId);
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: 'quote-expired',
        newQuote: { totals: { items: { amount: 2999 } } },
      },
    });
    expect(
      (await place(refused.body.newQuote.quoteId)).body.totals.total.amount,
    ).toBe(2999 + 490);
  });

  it('refuses a cart that changed since, with a new quote, and gives the stock back', async () => {
    const { cart, quote: made } = await quote({ CUP: 1 });
    cart.version = 2;
    cart.lines[0].quantity = 3;
    const refused = await place(made.quoteId);
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: 'cart-changed',
        newQuote: { cartVersion: 2, lines: [{ sku: 'CUP', quantity: 3 }] },
      },
    });
    expect(world.shop.inventory.stock.get('CUP')).toBe(1000);
    expect(world.shop.payments.calls).toEqual([]);
    expect((await place(refused.body.newQuote.quoteId)).status).toBe(201);
  });

  it('answers the same key with the same order, another body with 422', async () => {
    const { quote: made } = await quote();
    const key = newId();
    const first = await place(made.quoteId, { key });
    const again = await place(made.quoteId, { key });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body.orderId).toBe(first.body.orderId);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(
      await place(made.quoteId, { key, token: 'tok_other' }),
    ).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
    // Another shopper's key is another key.
    expect(
      await place(made.quoteId, { key, as: { guest: 'bob' } }),
    ).toMatchObject({ status: 404, body: { code: 'quote-not-found' } });
    const missing = await send('POST', '/orders', {
      as: ADA,
      payload: { quoteId: made.quoteId, payment: { token: 'tok_ok' } },
    });
    expect(missing).toMatchObject({
      status: 400,
      body: { errors: [{ in: 'header', field: 'idempotency-key' }] },
    });
  });

  it('never asks for a person because a shopper repeated himself while a neighbour was away', async () => {
    const { quote: made } = await quote();
    const key = newId();
    world.shop.cart.intercept = () => 'error';
    // More often than the process itself tries before it is in care.
    for (let time = 0; time < 16; time += 1) {
      const answer = await place(made.quoteId, { key });
      expect(answer.status).toBe(503);
    }
    const [{ state, attempts }] = await world.database.query<any>(
      'select state, attempts from orders where idempotency_key = $1',
      [key],
    );
    expect({ state, attempts }).toEqual({ state: 'reserving', attempts: 0 });
    world.shop.calm();
    expect(
      await until(async () => {
        const answer = await place(made.quoteId, { key });
        return answer.status === 201 && answer.body;
      }),
    ).toMatchObject({ orderNumber: expect.any(String) });
  });

  it('makes one order of 50 same POSTs at once', async () => {
    const { quote: made } = await quote();
    const key = newId();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => place(made.quoteId, { key })),
    );
    const ids = new Set(
      answers.filter(({ status }) => status === 201).map(a => a.body.orderId),
    );
    expect(ids.size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set(
        answers.some(({ status }) => status === 409) ? [201, 409] : [201],
      ),
    );
    for (const { body, status } of answers) {
      expect(status === 201 || body.code === 'request-in-progress').toBe(true);
    }
    const [{ orders }] = await world.database.query<{ orders: number }>(
      'select count(*)::int as orders from orders where quote_id = $1',
      [made.quoteId],
    );
    expect(orders).toBe(1);
    expect(
      world.shop.payments.calls.filter(
        ({ path, method }) => path === '/payments' && method === 'POST',
      ),
    ).toHaveLength(1);
  });

  it('gives a cart to one order, whatever the keys', async () => {
    const { quote: made } = await quote();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => place(made.quoteId)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(
      answers
        .filter(({ status }) => status !== 201)
        .map(({ body }) => body.code),
    ).toEqual(Array(4).fill('cart-already-ordered'));
  });

  it('sells the last unit once', async () => {
    world.shop.inventory.stock.set('CUP', 1);
    const quotes = await Promise.all(
      Array.from({ length: 2 }, () => quote({ CUP: 1 })),
    );
    const answers = await Promise.all(
      quotes.map(({ quote: made }) => place(made.quoteId)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)!.body).toMatchObject({
      code: 'insufficient-stock',
      errors: [{ field: '/lines/0', message: expect.stringContaining('CUP') }],
    });
    expect(world.shop.inventory.stock.get('CUP')).toBe(0);
  });

  it('gives everything back when the card is declined, and lets the shopper try another', async () => {
    const { quote: made } = await quote();
    const key = newId();
    const declined = await place(made.quoteId, { token: 'tok_no', key });
    expect(declined).toMatchObject({
      status: 402,
      body: {
        code: 'payment-declined',
        detail: expect.stringContaining('insufficient-funds'),
      },
    });
    expect(world.shop.inventory.stock.get('CUP')).toBe(1000);
    expect((await place(made.quoteId, { token: 'tok_no', key })).status).toBe(
      402,
    );
    expect((await place(made.quoteId)).status).toBe(201);
  });

  it('stores the token nowhere and logs no person', async () => {
    const { quote: made } = await quote();
    await place(made.quoteId, { token: 'tok_SECRET_4242' });
    const tables = await world.database.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    for (const { name } of tables) {
      const rows = await world.database.query<{ text: string }>(
        `select t::text as text from ${name} t`,
      );
      expect([
        name,
        rows.some(({ text }) => text.includes('tok_SECRET')),
      ]).toEqual([name, false]);
    }
    expect(served.lines.join()).not.toMatch(/tok_SECRET|ada@example|Lovelace/);
  });
});

describe('a redirect', () => {
  it('answers 202 and parks; coming back only makes us read the payment', async () => {
    const { quote: made } = await quote();
    const key = newId();
    const answer = await place(made.quoteId, { token: 'tok_redirect', key });
    expect(answer).toMatchObject({
      status: 202,
      body: {
        state: 'awaiting-payment',
        nextAction: { type: 'redirect', url: expect.stringMatching(/^http/) },
      },
    });
    const { orderId } = answer.body;
    const back = () =>
      send('POST', `/orders/${orderId}/payment-returns`, { as: ADA });
    expect((await back()).body).toMatchObject({
      state: 'awaiting-payment',
      nextAction: { type: 'redirect' },
    });
    expect(
      (await place(made.quoteId, { token: 'tok_redirect', key })).body
        .nextAction,
    ).toBeDefined();
    world.shop.payments.approve((await row(orderId)).payment_id);
    expect((await back()).body.confirmedAt).toBeDefined();
    expect(
      (await place(made.quoteId, { token: 'tok_redirect', key })).status,
    ).toBe(201);
  });

  it('goes on by an event before the shopper is back; an older event moves nothing', async () => {
    const { orderId } = await placed({ CUP: 1 }, 'tok_redirect');
    const { payment_id: paymentId } = await row(orderId);
    world.shop.payments.approve(paymentId);
    const tell = (version: number, state: string) =>
      world.publish({
        topic: 'shop.payments',
        type: 'shop.payment.updated.v1',
        source: 'payments',
        subject: paymentId,
        version,
        data: { paymentId, orderId, state },
      });
    await tell(2, 'authorised');
    const found = await reaches(orderId, 'fulfilling');
    await tell(1, 'requires-action');
    await tell(2, 'authorised');
    expect(found.payment_version).toBe('2');
    expect((await row(orderId)).state).toBe('fulfilling');
  });

  it('takes back what is not paid in time, and a success after that as well', async () => {
    const { orderId } = await placed({ CUP: 1 }, 'tok_redirect');
    const { payment_id: paymentId } = await row(orderId);
    await world.database.query(
      `update orders set payment_deadline = now(), due_at = now() where id = $1`,
      [orderId],
    );
    const ended = await reaches(orderId, 'rejected');
    expect(ended.failure).toEqual({ code: 'payment-deadline' });
    expect(world.shop.inventory.reservations.get(orderId)!.state).toBe(
      'released',
    );
    const payment = world.shop.payments.payments.get(paymentId)!;
    expect(payment.state).toBe('voided');
    // The provider says yes nevertheless: never an authorisation without an order.
    payment.state = 'authorised';
    payment.authorised = payment.amount;
    payment.version += 1;
    await world.publish({
      topic: 'shop.payments',
      type: 'shop.payment.updated.v1',
      source: 'payments',
      subject: paymentId,
      version: payment.version,
      data: { paymentId, orderId, state: 'authorised' },
    });
    await until(async () => payment.state === 'voided');
    await reaches(orderId, 'rejected');
  });

  it('reserves again when the payment comes after the reservation ended, else voids', async () => {
    for (const [stock, state, paid] of [
      [1000, 'fulfilling', 'authorised'],
      [0, 'rejected', 'voided'],
    ] as const) {
      const { orderId } = await placed({ CUP: 1 }, 'tok_redirect');
      const { payment_id: paymentId } = await row(orderId);
      world.shop.inventory.expire(orderId);
      world.shop.inventory.stock.set('CUP', stock);
      world.shop.payments.approve(paymentId);
      await send('POST', `/orders/${orderId}/payment-returns`, { as: ADA });
      await reaches(orderId, state);
      expect(world.shop.payments.payments.get(paymentId)!.state).toBe(paid);
    }
  });
});
