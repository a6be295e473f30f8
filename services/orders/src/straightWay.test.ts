import type { TestPerson } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { OrdersClient } from './testing/OrdersClient.ts';
import { OrdersWorld, serveOrders } from './testing/serveOrders.ts';

const ADA: TestPerson = { guest: 'ada' };

describe('the straight way from a placement to its confirmation', () => {
  let world: OrdersWorld;
  let served: Awaited<ReturnType<typeof serveOrders>>;
  let client: OrdersClient;

  beforeAll(async () => {
    world = await OrdersWorld.create();
    served = await serveOrders(world, {
      // The moves wait as long as it takes, also on a machine that is full of tests.
      ORDERS_LEASE_MS: '120000',
      ORDERS_PASSING_MS: '60000',
      ORDERS_GRACE_MS: '60000',
    });
    client = new OrdersClient({ world, http: served.client });
    world.shop.products.add('CUP', 1999);
    world.shop.inventory.stock.set('CUP', 1000);
  }, 60_000);

  afterAll(async () => {
    await served?.close();
    await world?.close();
  });

  beforeEach(() => world.shop.calm());

  const historyOf = (orderId: string) =>
    world.database.query<any>(
      `select from_state, to_state, signal, at, at >= lag(at) over (order by id) as in_order
       from order_history where order_id = $1 order by id`,
      [orderId],
    );

  /** Places an order. @returns its row and the signals of its history */
  async function placed(token: string) {
    const { quoteId } = await client.quote({ CUP: 2 }, { as: ADA });
    const { status } = await client.place(quoteId, { as: ADA, token });
    const [{ id, state }] = await world.database.query<any>(
      'select id, state from orders where quote_id = $1',
      [quoteId],
    );
    const history = await historyOf(id);
    return { id, status, state, signals: history.map(row => row.signal) };
  }

  it('is one write, and the history tells each step with its own time', async () => {
    const { id, status } = await placed('tok_ok');
    expect(status).toBe(201);
    const order = await client.reaches(id, 'fulfilling');
    expect(order).toMatchObject({
      // Placed, confirmed, accepted.
      version: '3',
      payment_state: 'authorised',
      payment_version: '1',
    });
    const history = await historyOf(id);
    expect(
      history.map(row => [row.from_state, row.to_state, row.signal]),
    ).toEqual([
      [null, 'reserving', 'placed'],
      ['reserving', 'authorising', 'reserved'],
      ['authorising', 'confirming', 'authorised'],
      ['confirming', 'requesting-shipment', 'confirmed'],
      ['requesting-shipment', 'fulfilling', 'shipment-accepted'],
    ]);
    expect(history.slice(1).every(row => row.in_order)).toBe(true);
    const [, reserved, , confirmed] = history;
    expect(confirmed.at.getTime()).toBeGreaterThan(reserved.at.getTime());
    // The deadline runs from the reservation on, whenever it is written.
    expect(
      (order.payment_deadline.getTime() - reserved.at.getTime()) / 1000,
    ).toBeCloseTo(900, 0);
  });

  it.each([
    [
      'a redirect',
      'tok_redirect',
      ['awaiting-payment', 202],
      ['action-needed'],
    ],
    ['a refusal', 'tok_no', ['rejected', 402], ['declined', 'released']],
  ])(
    'ends with %s: what was done before it is written with it',
    async (_what, token, [state, status], signals) => {
      expect(await placed(token)).toMatchObject({
        state,
        status,
        signals: ['placed', 'reserved', ...signals],
      });
    },
  );

  it('ends when another moved the order meanwhile: nothing of it is written, and the next one finds it done', async () => {
    const { inventory, payments } = world.shop;
    inventory.intercept = async ({ path }, stage) => {
      if (stage === 'after' && path.endsWith('/confirm')) {
        inventory.intercept = () => undefined;
        // Another replica takes it for left, as after a lease that ran out.
        await world.database.query(
          `update orders set version = version + 1, leased_until = now(), due_at = now() where state = 'reserving'`,
        );
      }
      return undefined;
    };
    const { id } = await placed('tok_ok');
    const order = await client.reaches(id, 'fulfilling');
    const history = await historyOf(id);
    expect(history.map(row => row.signal)).toEqual([
      'placed',
      'reserved',
      'authorised',
      'confirmed',
      'shipment-accepted',
    ]);
    expect(inventory.reservations.get(id)!.state).toBe('confirmed');
    expect(payments.payments.get(order.payment_id)).toMatchObject({
      state: 'authorised',
    });
    expect(
      payments.calls.filter(
        ({ body, method, path }) =>
          method === 'POST' &&
          path === '/payments' &&
          body.paymentId === order.payment_id,
      ),
    ).toHaveLength(1);
  });

  // Last, since it leaves the breaker of payments open.
  it('ends with silence: that the payment may have begun is written', async () => {
    world.shop.payments.intercept = () => 'drop';
    const { id, state, signals } = await placed('tok_ok');
    expect([state, signals]).toEqual(['authorising', ['placed', 'reserved']]);
    expect((await client.row(id)).payment_deadline).toBeInstanceOf(Date);
  });
});
