import { validateEvent } from '@shopfloor/contracts';
import { newId } from '@shopfloor/service-kit';
import type { TestPerson } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { OrdersClient } from './testing/OrdersClient.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { ADDRESS, OrdersWorld, serveOrders } from './testing/serveOrders.ts';

const ADA: TestPerson = { guest: 'ada' };
const CARE: TestPerson = { staff: 'carol', roles: ['care'] };
const MERCHANT: TestPerson = { staff: 'mei', roles: ['catalog-admin'] };

let world: OrdersWorld;
let served: Awaited<ReturnType<typeof serveOrders>>;
let client: OrdersClient;

beforeAll(async () => {
  world = await OrdersWorld.create();
  served = await serveOrders(world);
  client = new OrdersClient({ world, http: served.client });
}, 60_000);

afterAll(async () => {
  await served?.close();
  await world?.close();
});

beforeEach(() => {
  const { inventory, payments, products } = world.shop;
  world.shop.calm();
  payments.capturePolicy = 'each-shipment';
  payments.refuseCaptures = undefined;
  products.add('CUP', 1000, { taxCategory: 'standard' });
  products.add('TEA', 500, { taxCategory: 'reduced' });
  inventory.stock.set('CUP', 1000);
  inventory.stock.set('TEA', 1000);
});

function shipped(order: any, lines: Record<string, number>, last = true) {
  return world.dispatch(
    { orderId: order.id, shipmentId: order.shipment_id },
    Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity })),
    last,
  );
}

/** An order of 3 cups and a tea, 39.90 in all, all of it sent and captured. */
async function sold(as = ADA) {
  const order = await client.ordered({ CUP: 3, TEA: 1 }, { as });
  await shipped(order, { CUP: 3, TEA: 1 });
  return client.rowWhere(
    order.id,
    row => row.state === 'shipped' && row.captured === '3990',
  );
}

function refund(
  orderId: string,
  amount: number,
  refundId = newId(),
  currency = 'EUR',
) {
  return client.send('POST', `/care/orders/${orderId}/refunds`, {
    as: CARE,
    payload: {
      refundId,
      amount: { amount, currency },
      reason: 'A scratch on the cup',
    },
  });
}

async function caseFile(orderId: string) {
  return (await client.send('GET', `/care/orders/${orderId}`, { as: CARE }))
    .body;
}

/** Decides on what the case file shows; looks again when the order has moved meanwhile. */
async function resolve(orderId: string, payload: object) {
  for (;;) {
    const file = await client.send('GET', `/care/orders/${orderId}`, {
      as: CARE,
    });
    const answer = await client.send(
      'POST',
      `/care/orders/${orderId}/resolutions`,
      {
        as: CARE,
        headers: { 'if-match': file.headers.etag as string },
        payload: { reason: 'Looked at it', ...payload },
      },
    );
    if (answer.status !== 412) {
      return answer;
    }
  }
}

describe('shipping', () => {
  it('counts a parcel once, however often its event is replayed', async () => {
    const order = await client.ordered({ CUP: 3, TEA: 1 }, { as: ADA });
    const parcel = {
      topic: 'shop.shipments',
      type: 'shop.shipment.dispatched.v1',
      source: 'fulfilment',
      subject: order.id,
      id: newId(),
      data: {
        shipmentId: order.shipment_id,
        orderId: order.id,
        lines: [
          { sku: 'CUP', quantity: 3 },
          { sku: 'TEA', quantity: 1 },
        ],
        carrier: 'test',
        trackingId: 'T1',
        last: true,
      },
    };
    await world.publish(parcel);
    await client.rowWhere(order.id, row => row.captured === '3990');
    // As a replay does, and as retention does after a while.
    await world.database.query('delete from inbox');
    await world.publish(parcel);
    await world.publish({
      topic: 'shop.shipments',
      type: 'shop.shipment.delivered.v1',
      source: 'fulfilment',
      subject: order.id,
      data: { shipmentId: order.shipment_id, orderId: order.id },
    });
    const done = await client.rowWhere(
      order.id,
      row => row.state === 'completed' || row.state === 'care',
    );
    expect(done).toMatchObject({
      state: 'completed',
      shipped_value: '3990',
      captured: '3990',
    });
  });

  it('captures what each parcel is worth, the whole total in the end', async () => {
    // 3 x 10.00 and 5.00 gross, delivery 4.90 goes with the first parcel.
    const order = await client.ordered({ CUP: 3, TEA: 1 }, { as: ADA });
    await shipped(order, { CUP: 1 }, false);
    await client.rowWhere(order.id, row => row.captured === '1490');
    await shipped(order, { CUP: 2, TEA: 1 });
    const done = await client.rowWhere(
      order.id,
      row => row.captured === '3990',
    );
    expect(done).toMatchObject({ state: 'shipped', shipped_value: '3990' });
    const payment = world.shop.payments.payments.get(order.payment_id)!;
    expect(payment.state).toBe('captured');
    expect(payment.captures!.map(({ amount }) => amount.amount)).toEqual([
      1490, 2500,
    ]);
    await world.publish({
      topic: 'shop.shipments',
      type: 'shop.shipment.delivered.v1',
      source: 'fulfilment',
      subject: order.id,
      data: { shipmentId: order.shipment_id, orderId: order.id },
    });
    await client.reaches(order.id, 'completed');
    const events = await until(async () => {
      const all = await client.events(order.id);
      return all.length === 3 && all;
    });
    expect(
      events
        .sort((a, b) => a.aggregateversion - b.aggregateversion)
        .map(({ type, data }) => [type, data.complete]),
    ).toEqual([
      ['shop.order.confirmed.v1', undefined],
      ['shop.order.shipped.v1', false],
      ['shop.order.shipped.v1', true],
    ]);
  });

  it('captures once, with the last parcel, where the provider cannot do more', async () => {
    world.shop.payments.capturePolicy = 'once-at-last-shipment';
    const order = await client.ordered({ CUP: 2 }, { as: ADA });
    await shipped(order, { CUP: 1 }, false);
    await client.rowWhere(order.id, row => row.shipped_value === '1490');
    await shipped(order, { CUP: 1 });
    await client.rowWhere(order.id, row => row.captured === '2490');
    const payment = world.shop.payments.payments.get(order.payment_id)!;
    expect(payment.captures).toHaveLength(1);
  });

  it('hands an order to care when less was sent than ordered, or the capture is refused', async () => {
    const short = await client.ordered({ CUP: 2 }, { as: ADA });
    await shipped(short, { CUP: 1 });
    expect(await client.reaches(short.id, 'care')).toMatchObject({
      care_reason: 'shipped-less-than-ordered',
      care_from: 'fulfilling',
    });
    await client.rowWhere(short.id, row => row.captured === '1490');

    world.shop.payments.refuseCaptures = 'authorisation-expired';
    const refused = await client.ordered({ CUP: 1 }, { as: ADA });
    await shipped(refused, { CUP: 1 });
    expect(await client.reaches(refused.id, 'care')).toMatchObject({
      care_reason: 'capture-failed: authorisation-expired',
      care_from: 'shipped',
      captured: '0',
    });
    const event = await until(async () =>
      (await client.events(refused.id)).find(
        ({ type }) => type === 'shop.order.care-needed.v1',
      ),
    );
    expect(event.data.reason).toBe('capture-failed: authorisation-expired');

    world.shop.payments.refuseCaptures = undefined;
    const retried = await resolve(refused.id, { action: 'retry-step' });
    expect(retried).toMatchObject({
      status: 200,
      body: { order: { state: 'shipped' } },
    });
    await client.rowWhere(refused.id, row => row.captured === '1490');
  });
});

describe('cancelling', () => {
  it('before dispatch takes shipment, payment and stock back, in that order', async () => {
    const order = await client.ordered({ CUP: 2 }, { as: ADA });
    const answer = await client.send('POST', `/orders/${order.id}/cancel`, {
      as: ADA,
    });
    expect(answer).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    const { fulfilment, inventory, payments } = world.shop;
    expect(fulfilment.shipments.get(order.shipment_id)!.state).toBe(
      'cancelled',
    );
    expect(payments.payments.get(order.payment_id)!.state).toBe('voided');
    expect(inventory.stock.get('CUP')).toBe(1000);
    expect(
      (await caseFile(order.id)).history.map((entry: any) => entry.to),
    ).toEqual([
      'reserving',
      'authorising',
      'confirming',
      'requesting-shipment',
      'fulfilling',
      'cancelling',
      'voiding',
      'releasing',
      'cancelled',
    ]);
    const cancelled = await until(async () =>
      (await client.events(order.id)).find(
        ({ type }) => type === 'shop.order.cancelled.v1',
      ),
    );
    expect(cancelled.data.reason).toBe('cancelled-by-shopper');
    const again = await client.send('POST', `/orders/${order.id}/cancel`, {
      as: ADA,
    });
    expect(again.body.state).toBe('cancelled');
  });

  it('is refused once something has left, and to strangers', async () => {
    const order = await client.ordered({ CUP: 2 }, { as: ADA });
    await shipped(order, { CUP: 1 }, false);
    await client.rowWhere(order.id, row => row.shipped_value !== '0');
    const cancel = (as: TestPerson) =>
      client.send('POST', `/orders/${order.id}/cancel`, { as });
    expect(await cancel(ADA)).toMatchObject({
      status: 409,
      body: { code: 'already-dispatched' },
    });
    expect(await cancel({ guest: 'eve' })).toMatchObject({ status: 404 });
  });

  it('goes back to fulfilling when the parcel was faster', async () => {
    const order = await client.ordered({ CUP: 1 }, { as: ADA });
    world.shop.fulfilment.shipments.get(order.shipment_id)!.state =
      'dispatched';
    const answer = await client.send('POST', `/orders/${order.id}/cancel`, {
      as: ADA,
    });
    expect(answer.body.state).toBe('fulfilling');
    await shipped(order, { CUP: 1 });
    await client.rowWhere(order.id, row => row.captured === '1490');
  });
});

describe('refunds', () => {
  it('of twenty at once stay within what was captured', async () => {
    const order = await sold();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refund(order.id, 500)),
    );
    // 39.90 hold seven times 5.00.
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(7).fill(202), ...Array(13).fill(409)]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe(
      'refund-exceeds-captured',
    );
    await until(
      async () =>
        world.shop.payments.payments.get(order.payment_id)!.refunded.amount ===
        3500,
    );
    expect((await client.row(order.id)).refunded).toBe('3500');
    const events = await until(async () => {
      const all = (await client.events(order.id)).filter(
        ({ type }) => type === 'shop.order.refunded.v1',
      );
      return all.length === 7 && all;
    });
    expect(events[0].data.amount).toEqual({ amount: 500, currency: 'EUR' });
  });

  it('are the same under the same id, and never in another currency', async () => {
    const order = await sold();
    const id = newId();
    expect((await refund(order.id, 100, id)).status).toBe(202);
    expect((await refund(order.id, 100, id)).status).toBe(202);
    expect(await refund(order.id, 200, id)).toMatchObject({
      status: 409,
      body: { code: 'id-reused' },
    });
    expect(await refund(order.id, 100, newId(), 'USD')).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/amount/currency' }] },
    });
    expect((await client.row(order.id)).refunded).toBe('100');
    expect(
      await client.send('POST', `/care/orders/${order.id}/refunds`, {
        as: ADA,
        payload: {},
      }),
    ).toMatchObject({ status: 403 });
  });

  it('leave out what is in dispute, until it is won', async () => {
    const order = await sold();
    const tell = (state: string) =>
      world.publish({
        topic: 'shop.payments',
        type: 'shop.payment.disputed.v1',
        source: 'payments',
        subject: order.payment_id,
        data: {
          paymentId: order.payment_id,
          orderId: order.id,
          disputeId: 'dp_1',
          amount: { amount: 3000, currency: 'EUR' },
          state,
        },
      });
    await tell('opened');
    await client.rowWhere(order.id, row => row.disputed === '3000');
    expect((await refund(order.id, 1000)).status).toBe(409);
    expect((await refund(order.id, 990)).status).toBe(202);
    const listed = await client.send('GET', '/care/orders?state=disputed', {
      as: CARE,
    });
    expect(listed.body.items.map((item: any) => item.orderId)).toContain(
      order.id,
    );
    await tell('won');
    await client.rowWhere(order.id, row => row.disputed === '0');
    expect((await refund(order.id, 3000)).status).toBe(202);
  });
});

describe('returns', () => {
  const ask = (order: any, quantity: number, returnId = newId()) =>
    client.send('POST', `/orders/${order.id}/returns`, {
      as: ADA,
      payload: {
        returnId,
        lines: [{ sku: 'CUP', quantity }],
        reason: 'Too small',
      },
    });

  it('are asked for within what was sent, and refunded by what was paid when the goods are there', async () => {
    const order = await sold();
    const returnId = newId();
    expect(await ask(order, 4)).toMatchObject({
      status: 422,
      body: {
        code: 'too-many-units',
        errors: [{ field: '/lines/0/quantity' }],
      },
    });
    expect(await ask(order, 2, returnId)).toMatchObject({
      status: 201,
      body: { returnId, state: 'requested' },
    });
    expect((await ask(order, 2, returnId)).status).toBe(201);
    expect((await ask(order, 1, returnId)).body.code).toBe('id-reused');
    expect((await ask(order, 2)).body.code).toBe('too-many-units');
    await world.publish({
      topic: 'shop.shipments',
      type: 'shop.return.received.v1',
      source: 'fulfilment',
      subject: order.id,
      data: {
        returnId,
        orderId: order.id,
        lines: [{ sku: 'CUP', quantity: 2, restock: true }],
      },
    });
    await until(
      async () =>
        world.shop.payments.payments.get(order.payment_id)!.refunded.amount ===
        2000,
    );
    const file = await caseFile(order.id);
    expect(file.returns[0]).toMatchObject({
      returnId,
      state: 'received',
      refundId: file.moves.find((move: any) => move.kind === 'refund').moveId,
    });
    expect(file.order.lines[0]).toMatchObject({ shipped: 3, returned: 2 });
  });

  it('never share a unit, and one id is one return, however many ask at once', async () => {
    const order = await sold();
    const returnId = newId();
    const answers = await Promise.all([
      ...Array.from({ length: 6 }, () => ask(order, 2, returnId)),
      ...Array.from({ length: 6 }, () => ask(order, 2)),
    ]);
    const same = answers.slice(0, 6).map(({ status }) => status);
    expect([
      [201, 201, 201, 201, 201, 201],
      [422, 422, 422, 422, 422, 422],
    ]).toContainEqual(same);
    const { returns } = await caseFile(order.id);
    expect(returns).toHaveLength(1);
  });

  it('are refused after the window, and of what has not left', async () => {
    const order = await sold();
    await world.database.query(
      `update orders set shipped_at = now() - interval '31 days' where id = $1`,
      [order.id],
    );
    expect(await ask(order, 1)).toMatchObject({
      status: 409,
      body: { code: 'return-window-closed' },
    });
    const fresh = await client.ordered({ CUP: 1 }, { as: ADA });
    expect((await ask(fresh, 1)).status).toBe(422);
  });
});

describe('care', () => {
  it('lists, shows the history, and takes an order back', async () => {
    const order = await client.ordered({ CUP: 1 }, { as: ADA });
    const file = await client.send('GET', `/care/orders/${order.id}`, {
      as: CARE,
    });
    const take = (etag?: string) =>
      client.send('POST', `/care/orders/${order.id}/care`, {
        as: CARE,
        headers: etag ? { 'if-match': etag } : {},
        payload: { reason: 'The shopper called' },
      });
    expect((await take()).status).toBe(428);
    expect((await take('"1"')).status).toBe(412);
    expect((await take(file.headers.etag as string)).status).toBe(200);
    const list = await client.send('GET', '/care/orders', { as: CARE });
    expect(list.body.items).toContainEqual(
      expect.objectContaining({
        orderId: order.id,
        careReason: 'The shopper called',
      }),
    );
    const byNumber = await client.send(
      'GET',
      `/care/orders?orderNumber=${order.order_number}`,
      { as: CARE },
    );
    expect(byNumber.body.items[0].orderId).toBe(order.id);
    expect(
      (await client.send('POST', `/orders/${order.id}/cancel`, { as: ADA }))
        .body.code,
    ).toBe('order-in-care');
    expect(
      (await resolve(order.id, { action: 'cancel-and-void' })).status,
    ).toBe(200);
    await client.reaches(order.id, 'cancelled');
    expect(world.shop.payments.payments.get(order.payment_id)!.state).toBe(
      'voided',
    );
    const entries = (await caseFile(order.id)).history;
    expect(entries.find((e: any) => e.to === 'care')).toMatchObject({
      actor: 'staff:carol',
      detail: { reason: 'The shopper called' },
    });
    expect((await resolve(order.id, { action: 'accept' })).body.code).toBe(
      'not-in-care',
    );
  });

  it('keeps money and state together when it accepts', async () => {
    const order = await client.ordered({ CUP: 2 }, { as: ADA });
    await shipped(order, { CUP: 1 });
    await client.rowWhere(
      order.id,
      row => row.state === 'care' && row.captured === '1490',
    );
    const unsettled = await resolve(order.id, {
      action: 'accept',
      as: 'cancelled',
    });
    expect(unsettled.body.code).toBe('money-not-settled');
    expect(
      (await resolve(order.id, { action: 'cancel-and-void' })).body.code,
    ).toBe('money-not-settled');
    await refund(order.id, 1490);
    const settled = await resolve(order.id, {
      action: 'accept',
      as: 'cancelled',
    });
    expect(settled.body.order.state).toBe('cancelled');
  });

  it('is not needed for a fulfilment that is away: the order is taken and goes on later', async () => {
    const { fulfilment } = world.shop;
    const { quoteId } = await client.quote({ CUP: 1 }, { as: ADA });
    fulfilment.intercept = () => 'error';
    const { body, status } = await client.place(quoteId, { as: ADA });
    // The shopper has the order: the rest is between us and fulfilment.
    expect(status).toBe(201);
    await client.rowWhere(body.orderId, row => row.attempts > 0);
    expect((await client.row(body.orderId)).state).toBe('requesting-shipment');
    world.shop.calm();
    await client.reaches(body.orderId, 'fulfilling');
  });

  it('has a history that nobody changes', async () => {
    await expect(
      world.database.query(`update order_history set actor = 'nobody'`),
    ).rejects.toThrow(/append-only/);
    await expect(
      world.database.query('delete from order_history'),
    ).rejects.toThrow(/goes with its order/);
  });
});

describe('the reconciliation', () => {
  const run = async () =>
    (await client.send('POST', '/care/reconciliation', { as: CARE })).body
      .report;

  it('finds planted differences, mends what it can and hands the rest to care', async () => {
    await run();
    const { payments } = world.shop;
    const lost = await sold();
    payments.payments.get(lost.payment_id)!.refunded.amount = 1;
    const gone = await client.ordered({ CUP: 1 }, { as: ADA });
    payments.payments.delete(gone.payment_id);
    const expired = await client.ordered({ CUP: 1 }, { as: ADA });
    payments.payments.get(expired.payment_id)!.state = 'expired';
    // A payment that lives although its order came to nothing.
    const late = await client.ordered({ CUP: 1 }, { as: ADA });
    await client.send('POST', `/orders/${late.id}/cancel`, { as: ADA });
    const payment = payments.payments.get(late.payment_id)!;
    Object.assign(payment, { state: 'authorised', version: 9 });
    // An order that nobody looks at any more.
    const stuck = await client.quote({ CUP: 1 }, { as: ADA });
    const { body } = await client.place(stuck.quoteId, {
      as: ADA,
      token: 'tok_redirect',
    });
    await world.database.query(
      `update orders set due_at = null, leased_until = now() where id = $1`,
      [body.orderId],
    );
    payments.approve((await client.row(body.orderId)).payment_id);

    expect(await run()).toMatchObject({
      woken: 1,
      latePayments: 1,
      care: 3,
      unanswered: 0,
    });
    const reasons = await Promise.all(
      [lost, gone, expired].map(
        async ({ id }) => (await client.reaches(id, 'care')).care_reason,
      ),
    );
    expect(reasons).toEqual([
      'books-differ-from-payment',
      'payment-missing',
      'authorisation-expired',
    ]);
    await until(async () => payment.state === 'voided');
    await client.reaches(late.id, 'cancelled');
    await client.reaches(body.orderId, 'fulfilling');
    expect(await run()).toMatchObject({ woken: 0, latePayments: 0, care: 0 });
  });
});

describe('promotions', () => {
  const put = (promotionId: string, changes: object, version = '"0"') =>
    client.send('PUT', `/promotions/${promotionId}`, {
      as: MERCHANT,
      headers: { 'if-match': version },
      payload: {
        name: { en: 'Five off', zh: '减五' },
        scope: 'order',
        priority: 1,
        exclusivity: 'none',
        effect: { kind: 'amount-off', amount: 500, currency: 'EUR' },
        conditions: { code: 'FIVE' },
        active: true,
        ...changes,
      },
    });
  const withCode = (as: TestPerson) =>
    client.quote(
      { CUP: 1 },
      { as, changes: { promotionCodes: ['five', 'none'] } },
    );

  it('are used as often as their limits allow, and given back with the order', async () => {
    const id = newId();
    expect((await put(id, { limitTotal: 2, limitPerShopper: 1 })).status).toBe(
      200,
    );
    const people = ['u1', 'u2', 'u3'].map(guest => ({ guest }));
    const quotes = await Promise.all(people.map(withCode));
    expect(quotes[0]).toMatchObject({
      totals: { discounts: { amount: 500 }, total: { amount: 990 } },
      promotions: [{ promotionId: id, code: 'FIVE', amount: { amount: 500 } }],
      unusedCodes: ['none'],
    });
    const answers = await Promise.all(
      quotes.map(({ quoteId }, index) =>
        client.place(quoteId, { as: people[index] }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409]);
    const refused = answers.find(({ status }) => status === 409)!;
    expect(refused.body).toMatchObject({
      code: 'promotion-used-up',
      newQuote: { totals: { total: { amount: 1490 } } },
    });
    const used = async () =>
      (await client.send('GET', `/promotions/${id}`, { as: MERCHANT })).body
        .used;
    expect(await used()).toBe(2);
    // A shopper who cancels has the use back; no order, no second use by key or shopper.
    const first = answers.findIndex(({ status }) => status === 201);
    const { orderId } = answers[first].body;
    await client.reaches(orderId, 'fulfilling');
    await client.send('POST', `/orders/${orderId}/cancel`, {
      as: people[first],
    });
    await client.reaches(orderId, 'cancelled');
    expect(await used()).toBe(1);
  });

  it('of a category take off its lines alone', async () => {
    const as = { guest: newId() };
    world.shop.products.add('POT', 2000, { categories: ['kitchen', 'pots'] });
    world.shop.inventory.stock.set('POT', 10);
    const id = newId();
    const made = await put(id, {
      scope: 'line',
      effect: { kind: 'percentage', ratePpm: 250_000 },
      conditions: { code: 'POTS', categories: ['pots'] },
    });
    expect(made.status).toBe(200);
    const quote = await client.quote(
      { CUP: 1, POT: 2 },
      { as, changes: { promotionCodes: ['POTS'] } },
    );
    expect(quote).toMatchObject({
      lines: [
        { sku: 'CUP', discount: { amount: 0 } },
        { sku: 'POT', discount: { amount: 1000 } },
      ],
      promotions: [{ promotionId: id, amount: { amount: 1000 } }],
    });
    const { body } = await client.place(quote.quoteId, { as });
    expect(body.totals.discounts).toEqual({ amount: 1000, currency: 'EUR' });
  });

  it('are checked, versioned, and for their merchants alone', async () => {
    const id = newId();
    expect(
      await put(id, {
        scope: 'shipping',
        effect: { kind: 'buy-x-get-y', buy: 1, get: 1, ratePpm: 1 },
      }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/effect/kind' }] },
    });
    const code = { conditions: { code: 'ONLY-ONE' } };
    expect((await put(id, code)).status).toBe(200);
    expect((await put(id, code)).status).toBe(412);
    expect(
      (await put(id, { ...code, active: false }, '"1"')).body,
    ).toMatchObject({ active: false, version: 2 });
    expect(await put(newId(), code)).toMatchObject({
      status: 409,
      body: { code: 'code-taken' },
    });
    expect((await client.send('GET', '/promotions', { as: CARE })).status).toBe(
      403,
    );
  });
});

describe('people', () => {
  it('see their own orders alone, newest first, page by page', async () => {
    const as = { guest: newId() };
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      ids.unshift((await client.ordered({ CUP: 1 }, { as })).id);
    }
    const first = await client.send('GET', '/orders?limit=2', { as });
    const second = await client.send(
      'GET',
      `/orders?limit=2&cursor=${first.body.nextCursor}`,
      { as },
    );
    expect(
      [...first.body.items, ...second.body.items].map(item => item.orderId),
    ).toEqual(ids);
    expect(second.body.nextCursor).toBeUndefined();
    const asStranger = await client.send('GET', `/orders/${ids[0]}`, {
      as: ADA,
    });
    expect(asStranger).toMatchObject({
      status: 404,
      body: { code: 'order-not-found' },
    });
    expect((await client.send('GET', `/orders/${ids[0]}`)).status).toBe(401);
    expect((await client.send('GET', '/orders/nonsense', { as })).status).toBe(
      400,
    );
  });

  it('have their shipments kept for them, unless they are guests', async () => {
    const customerId = newId();
    const people: TestPerson[] = [{ customer: customerId }, { guest: newId() }];
    const keptFor = await Promise.all(
      people.map(async as => {
        const { id } = await client.ordered({ CUP: 1 }, { as });
        const { shipment_id: shipmentId } = await client.reaches(
          id,
          'fulfilling',
        );
        return world.shop.fulfilment.shipments.get(shipmentId)!.customerId;
      }),
    );
    expect(keptFor).toEqual([customerId, undefined]);
  });

  it('claim what they ordered as guests, export it, and are erased', async () => {
    const customerId = newId();
    const as = { customer: customerId };
    const email = `${customerId}@example.org`;
    const guest = { guest: newId() };
    const order = await client.ordered(
      { CUP: 1 },
      { as: guest, changes: { email } },
    );
    const claim = () =>
      client.send('POST', '/claims', {
        payload: { customerId, email: email.toUpperCase() },
      });
    expect((await claim()).body).toEqual({ orderIds: [order.id] });
    expect((await claim()).body).toEqual({ orderIds: [] });
    const told = await until(async () =>
      (await client.events(order.id)).find(
        ({ type }) => type === 'shop.order.claimed.v1',
      ),
    );
    expect(validateEvent(told)).toEqual([]);
    expect(told.data.customerId).toBe(customerId);
    expect(
      (await client.send('GET', `/orders/${order.id}`, { as })).status,
    ).toBe(200);
    const contact = () => client.send('GET', `/orders/${order.id}/contact`);
    expect((await contact()).body).toMatchObject({
      orderId: order.id,
      email,
      language: 'en',
      name: ADDRESS.name,
      customerId,
      lines: [{ sku: 'CUP', name: { zh: '此CUP' } }],
      totals: { total: { amount: 1490, currency: 'EUR' } },
    });
    await client.quote({ TEA: 1 }, { as, changes: { email } });
    const exported = await client.send('GET', `/exports/${customerId}`);
    expect(exported.body).toMatchObject({
      service: 'orders',
      records: {
        orders: [{ orderId: order.id, email, shippingAddress: ADDRESS }],
        quotes: [{ request: { email } }, { request: { email } }],
      },
    });

    await world.publish({
      topic: 'shop.customers',
      type: 'shop.customer.erased.v1',
      source: 'customers',
      subject: customerId,
      data: { customerId },
    });
    // Still on its way: it needs its address until it is over.
    await client.rowWhere(order.id, row => row.erase_for === customerId);
    expect((await contact()).status).toBe(200);
    await shipped(order, { CUP: 1 });
    await client.rowWhere(order.id, row => row.captured === '1490');
    await world.publish({
      topic: 'shop.shipments',
      type: 'shop.shipment.delivered.v1',
      source: 'fulfilment',
      subject: order.id,
      data: { shipmentId: order.shipment_id, orderId: order.id },
    });
    await client.reaches(order.id, 'completed');
    await client.send('POST', '/care/reconciliation', { as: CARE });
    const reported = await until(async () =>
      (await client.events(customerId)).find(
        ({ type }) => type === 'shop.erasure.completed.v1',
      ),
    );
    expect(reported.data).toEqual({ customerId, service: 'orders' });
    expect((await contact()).body.code).toBe('contact-erased');
    expect((await client.row(order.id)).address).toEqual({ country: 'DE' });
    const tables = await world.database.query<{ name: string }>(
      `select table_name as name from information_schema.tables
       where table_schema = 'public' and table_name not in ('erasures', 'inbox', 'outbox')`,
    );
    for (const { name } of tables) {
      const rows = await world.database.query<{ text: string }>(
        `select t::text as text from ${name} t`,
      );
      expect([
        name,
        rows.filter(({ text }) => text.includes(customerId)),
      ]).toEqual([name, []]);
    }
    // The amounts stay, as the law of invoices asks.
    expect((await client.row(order.id)).total).toBe('1490');
  });
});
