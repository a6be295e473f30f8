import { newId } from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { migrateFulfilment } from './migrateFulfilment.ts';
import {
  serveFulfilment,
  type ServedFulfilment,
} from './testing/serveFulfilment.ts';

let test: TestDatabase;
let served: ServedFulfilment;
let staff: { authorization: string };

beforeAll(async () => {
  test = await TestDatabase.create();
  await migrateFulfilment({ connectionString: test.connectionString });
  served = await serveFulfilment(test.connectionString);
  staff = await served.issuer.headers({
    staff: 'wei',
    roles: ['fulfilment-admin'],
  });
}, 60_000);

afterAll(async () => {
  await served?.close();
  await test?.drop();
});

const post = async (url: string, payload?: object, headers = {}) => {
  const response = await served.client.request({
    method: 'POST',
    url,
    payload,
    headers,
  });
  return { status: response.statusCode, body: response.json() };
};
const get = async (url: string, headers = {}) => {
  const response = await served.client.request({ url, headers });
  return { status: response.statusCode, body: response.json() };
};

const address = {
  name: 'Amira Haddad',
  line1: '1 Example Street',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
};

const newShipment = (overrides: object = {}) => ({
  shipmentId: newId(),
  orderId: newId(),
  customerId: 'amira',
  optionId: 'standard',
  address,
  lines: [
    { sku: 'tea-pot', quantity: 2 },
    { sku: 'cup', quantity: 4 },
  ],
  ...overrides,
});

async function create(overrides: object = {}) {
  const body = newShipment(overrides);
  expect((await post('/shipments', body)).status).toBe(201);
  return body;
}

/** Events of an order in the outbox, in their order. */
async function outbox(orderId: string) {
  const rows = await test.query<{
    type: string;
    topic: string;
    source: string;
    aggregate_version: string;
    data: any;
  }>(
    'select type, topic, source, aggregate_version, data from outbox where partition_key = $1 order by id',
    [orderId],
  );
  return rows;
}

describe('quotes', () => {
  const quote = (overrides: object) =>
    post('/shipping-quotes', {
      currency: 'EUR',
      country: 'DE',
      weightGrams: 400,
      subtotal: { amount: 1000, currency: 'EUR' },
      ...overrides,
    });

  it('have a price in the currency of the order and say which table they are from', async () => {
    expect(await quote({ postalCode: '10115' })).toEqual({
      status: 200,
      body: {
        options: [
          {
            optionId: 'standard',
            title: { en: 'Standard delivery', zh: '标准配送' },
            price: { amount: 490, currency: 'EUR' },
            minDays: 2,
            maxDays: 5,
          },
          {
            optionId: 'express',
            title: { en: 'Express delivery', zh: '特快配送' },
            price: { amount: 990, currency: 'EUR' },
            minDays: 1,
            maxDays: 2,
          },
        ],
        ratesVersion: '2026-11-01',
      },
    });
  });

  it.each([
    [{ country: 'AQ' }, 422, 'no-delivery', '/country'],
    [{ weightGrams: 30_001 }, 422, 'no-delivery', '/weightGrams'],
    [{ currency: 'USD' }, 422, 'currency-mismatch', '/subtotal/currency'],
    [{ country: 'de' }, 400, 'validation-failed', '/country'],
    [{ weightGrams: null }, 400, 'validation-failed', '/weightGrams'],
    [{ weightGrams: -1 }, 400, 'validation-failed', '/weightGrams'],
    [{ postcode: '1' }, 400, 'validation-failed', '/postcode'],
    [
      { subtotal: { amount: 1.5, currency: 'EUR' } },
      400,
      'validation-failed',
      '/subtotal/amount',
    ],
    [
      { currency: 'CHF', subtotal: { amount: 1, currency: 'CHF' } },
      400,
      'validation-failed',
      '/currency',
    ],
  ])(
    'for %j are refused with %i %s, naming %s',
    async (overrides, status, code, field) => {
      const answer = await quote(overrides);
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body.errors.map((error: any) => error.field)).toContain(
        field,
      );
    },
  );
});

describe('a shipment', () => {
  it('is made once by fifty requests at once, and told apart from another of its id', async () => {
    const body = newShipment();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post('/shipments', body)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set([201]),
    );
    expect(answers[0].body).toMatchObject({
      shipmentId: body.shipmentId,
      state: 'pending',
      carrier: 'manual',
      sample: false,
      version: 1,
      estimatedDelivery: { from: expect.stringMatching(/^\d{4}-/) },
    });
    expect(
      new Set(answers.map(answer => JSON.stringify(answer.body))).size,
    ).toBe(1);
    expect(JSON.stringify(answers[0].body)).not.toContain('Amira');

    const other = await post('/shipments', {
      ...body,
      address: { ...address, city: 'Bonn' },
    });
    expect(other).toMatchObject({ status: 409, body: { code: 'id-reused' } });
    // The order of keys is no difference.
    const { lines, ...rest } = body;
    expect((await post('/shipments', { lines, ...rest })).status).toBe(201);
  });

  it.each([
    [{ lines: [] }, '/lines'],
    [{ lines: [{ sku: 'a', quantity: 0 }] }, '/lines/0/quantity'],
    [
      {
        lines: [
          { sku: 'a', quantity: 1 },
          { sku: 'a', quantity: 1 },
        ],
      },
      '/lines/1/sku',
    ],
    [{ address: { ...address, name: 'a\u0000b' } }, '/address/name'],
    [{ address: { ...address, country: undefined } }, '/address/country'],
    [{ shipmentId: '1' }, '/shipmentId'],
    [{ optionId: 'drone' }, '/optionId'],
  ])('of %j is refused', async (overrides, field) => {
    const answer = await post('/shipments', newShipment(overrides));
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].field).toBe(field);
  });

  it('to a place of no zone is taken all the same, without an estimate: it is paid for', async () => {
    const { orderId } = await create({
      address: { ...address, country: 'AQ' },
    });
    const { body } = await get(`/orders/${orderId}/shipments`);
    expect(body.items[0].estimatedDelivery).toBeUndefined();
  });

  it('leaves in parts, each with an event, and the last says so', async () => {
    const { shipmentId, orderId } = await create();
    const first = {
      dispatchId: newId(),
      trackingId: 'TRACK-1',
      lines: [{ sku: 'cup', quantity: 3 }],
    };
    const url = `/shipments/${shipmentId}/dispatches`;
    const [once, twice] = await Promise.all([
      post(url, first, staff),
      post(url, first, staff),
    ]);
    expect(once).toMatchObject({
      status: 200,
      body: { state: 'partially-dispatched', version: 2 },
    });
    expect(twice).toEqual(once);
    expect(
      await post(url, { ...first, trackingId: 'TRACK-9' }, staff),
    ).toMatchObject({ status: 409, body: { code: 'id-reused' } });
    const tooMany = await post(
      url,
      {
        dispatchId: newId(),
        trackingId: 'TRACK-2',
        lines: [{ sku: 'cup', quantity: 2 }],
      },
      staff,
    );
    expect(tooMany).toMatchObject({
      status: 409,
      body: {
        code: 'lines-do-not-fit',
        errors: [{ field: '/lines/0', message: 'is more than there is' }],
      },
    });
    expect(await post(`/shipments/${shipmentId}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'already-dispatched' },
    });
    expect(
      await post(`/shipments/${shipmentId}/deliveries`, undefined, staff),
    ).toMatchObject({ status: 409, body: { code: 'wrong-state' } });

    const rest = { dispatchId: newId(), trackingId: 'TRACK-2' };
    expect((await post(url, rest, staff)).body).toMatchObject({
      state: 'dispatched',
      parcels: [
        { trackingId: 'TRACK-1', lines: [{ sku: 'cup', quantity: 3 }] },
        {
          trackingId: 'TRACK-2',
          lines: [
            { sku: 'tea-pot', quantity: 2 },
            { sku: 'cup', quantity: 1 },
          ],
        },
      ],
    });
    const delivered = () =>
      post(`/shipments/${shipmentId}/deliveries`, undefined, staff);
    expect((await delivered()).body.state).toBe('delivered');
    expect((await delivered()).body.version).toBe(4);

    const events = await outbox(orderId);
    expect(
      events.map(({ type, aggregate_version, data }) => [
        type,
        aggregate_version,
        data.trackingId,
        data.last,
      ]),
    ).toEqual([
      ['shop.shipment.dispatched.v1', '2', 'TRACK-1', false],
      ['shop.shipment.dispatched.v1', '3', 'TRACK-2', true],
      ['shop.shipment.delivered.v1', '4', undefined, undefined],
    ]);
    expect(events[0]).toMatchObject({
      topic: 'shop.shipments',
      source: 'fulfilment',
    });
    const { body } = await get(`/orders/${orderId}/shipments`);
    expect(
      body.items[0].events.map(({ code }: { code: string }) => code),
    ).toEqual(['dispatched', 'dispatched', 'delivered']);
    expect(body.items[0].parcels[1].deliveredAt).toMatch(/Z$/);
  });

  it('may close short: what is left is not sent', async () => {
    const { shipmentId, orderId } = await create();
    const closed = await post(
      `/shipments/${shipmentId}/dispatches`,
      {
        dispatchId: newId(),
        trackingId: 'T',
        lines: [{ sku: 'cup', quantity: 1 }],
        last: true,
      },
      staff,
    );
    expect(closed.body.state).toBe('dispatched');
    expect((await outbox(orderId))[0].data.last).toBe(true);
  });

  it('is the last of its order only when no other is still to leave, also when two leave at once', async () => {
    const one = await create();
    const two = await create({ orderId: one.orderId });
    await Promise.all(
      [one, two].map(({ shipmentId }) =>
        post(
          `/shipments/${shipmentId}/dispatches`,
          { dispatchId: newId(), trackingId: 'T' },
          staff,
        ),
      ),
    );
    expect((await outbox(one.orderId)).map(({ data }) => data.last)).toEqual([
      false,
      true,
    ]);
  });

  it('is either cancelled or dispatched when both are asked at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { shipmentId, orderId } = await create();
      const [cancelled, dispatched] = await Promise.all([
        post(`/shipments/${shipmentId}/cancel`),
        post(
          `/shipments/${shipmentId}/dispatches`,
          { dispatchId: newId(), trackingId: 'T' },
          staff,
        ),
      ]);
      expect([cancelled.status, dispatched.status].sort()).toEqual([200, 409]);
      expect(await outbox(orderId)).toHaveLength(
        cancelled.status === 200 ? 0 : 1,
      );
    }
  });

  it('once cancelled stays so', async () => {
    const { shipmentId } = await create();
    const cancel = () => post(`/shipments/${shipmentId}/cancel`);
    expect((await cancel()).body).toMatchObject({ state: 'cancelled' });
    expect((await cancel()).body).toMatchObject({
      state: 'cancelled',
      version: 2,
    });
    expect(
      await post(
        `/shipments/${shipmentId}/dispatches`,
        { dispatchId: newId(), trackingId: 'T' },
        staff,
      ),
    ).toMatchObject({ status: 409, body: { code: 'cancelled' } });
  });

  it('that is lost may still turn up', async () => {
    const { shipmentId } = await create();
    const at = `/shipments/${shipmentId}`;
    await post(
      `${at}/dispatches`,
      { dispatchId: newId(), trackingId: 'T' },
      staff,
    );
    expect((await post(`${at}/losses`, undefined, staff)).body.state).toBe(
      'lost',
    );
    expect((await post(`${at}/deliveries`, undefined, staff)).body.state).toBe(
      'delivered',
    );
  });
});

describe('a return', () => {
  async function sent() {
    const body = await create();
    await post(
      `/shipments/${body.shipmentId}/dispatches`,
      { dispatchId: newId(), trackingId: 'T' },
      staff,
    );
    return body;
  }

  it('is received once, at most what was sent, and told by an event', async () => {
    const { orderId, shipmentId } = await sent();
    const body = {
      returnId: newId(),
      orderId,
      lines: [
        { sku: 'cup', quantity: 2, restock: true },
        { sku: 'cup', quantity: 1, restock: false },
      ],
    };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post('/returns', body, staff)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect((await get(`/returns/${body.returnId}`, staff)).body).toEqual(
      answers[0].body,
    );
    expect(
      await post('/returns', { ...body, lines: body.lines.slice(0, 1) }, staff),
    ).toMatchObject({ status: 409, body: { code: 'id-reused' } });
    const rest = await post(
      '/returns',
      {
        returnId: newId(),
        orderId,
        lines: [{ sku: 'cup', quantity: 2, restock: true }],
      },
      staff,
    );
    expect(rest).toMatchObject({
      status: 409,
      body: { code: 'lines-do-not-fit' },
    });
    const events = (await outbox(orderId)).slice(1);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      type: 'shop.return.received.v1',
      data: { returnId: body.returnId, orderId, lines: body.lines },
    });
    const { body: shipment } = await get(`/shipments/${shipmentId}`, staff);
    expect(shipment.lines[1]).toEqual({
      sku: 'cup',
      quantity: 4,
      dispatched: 4,
      returned: 3,
    });
    expect(shipment.state).toBe('dispatched');
  });

  it('of twenty at once never takes back more than was sent', async () => {
    const { orderId, shipmentId } = await sent();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        post(
          '/returns',
          {
            returnId: newId(),
            orderId,
            lines: [
              index % 2
                ? { sku: 'cup', quantity: 1, restock: true }
                : { sku: 'tea-pot', quantity: 1, restock: false },
            ],
          },
          staff,
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(6);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(14);
    expect((await get(`/shipments/${shipmentId}`, staff)).body.state).toBe(
      'returned',
    );
  });

  it('for an order that is not known is refused', async () => {
    const answer = await post(
      '/returns',
      {
        returnId: newId(),
        orderId: newId(),
        lines: [{ sku: 'cup', quantity: 1, restock: true }],
      },
      staff,
    );
    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'lines-do-not-fit',
        errors: [{ field: '/lines/0', message: 'is not in it' }],
      },
    });
  });
});

describe('staff', () => {
  it('turn pages of shipments in one state', async () => {
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { shipmentId } = await create();
      await post(
        `/shipments/${shipmentId}/dispatches`,
        { dispatchId: newId(), trackingId: 'T' },
        staff,
      );
      await post(`/shipments/${shipmentId}/losses`, undefined, staff);
      made.push(shipmentId);
    }
    const one = await get('/shipments?state=lost&limit=3', staff);
    const two = await get(
      `/shipments?state=lost&limit=3&cursor=${one.body.nextCursor}`,
      staff,
    );
    expect(
      [...one.body.items, ...two.body.items].map(item => item.shipmentId),
    ).toEqual(made.reverse());
    expect(two.body.nextCursor).toBeUndefined();
    expect((await get('/shipments', staff)).body.items.length).toBeGreaterThan(
      5,
    );
    expect((await get('/shipments?sate=lost', staff)).status).toBe(400);
  });

  it('alone see the list and the address; other roles and shoppers do not', async () => {
    const { shipmentId } = await create();
    const url = `/shipments/${shipmentId}`;
    expect((await get(url, staff)).body.address).toEqual(address);
    const care = await served.issuer.headers({ staff: 'li', roles: ['care'] });
    const shopper = await served.issuer.headers({ customer: 'amira' });
    expect((await get(url)).status).toBe(401);
    expect((await get(url, care)).status).toBe(403);
    expect((await get(url, shopper)).status).toBe(403);
    expect((await get(`/shipments/${newId()}`, staff)).status).toBe(404);
  });
});

it('another service than orders and customers is refused where Envoy names it', async () => {
  const as = (account: string) => ({
    'x-forwarded-client-cert': `By=spiffe://cluster.local/ns/p/sa/fulfilment;URI=spiffe://cluster.local/ns/p/sa/${account}`,
  });
  const url = `/orders/${newId()}/shipments`;
  expect(await get(url, as('orders'))).toEqual({
    status: 200,
    body: { items: [] },
  });
  expect(await get(url, as('cart'))).toMatchObject({
    status: 403,
    body: { code: 'caller-not-allowed' },
  });
});

it('no address is in a line of the log', () => {
  expect(served.lines.join('')).not.toMatch(/Amira|Example Street|10115/);
});
