import { newId } from '@shopfloor/service-kit';
import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import type { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { killProgram } from '@shopfloor/service-kit/src/testing/startProgram.ts';
import type { ChildProcess } from 'node:child_process';
import type { TestShop } from './testing/neighbours.ts';
import { ADDRESS, OrdersWorld } from './testing/serveOrders.ts';
import { SessionKeys } from './testing/sessionKeys.ts';

/** A call of a neighbour at which orders dies: before the neighbour works, or before it answers. */
interface CrashPoint {
  neighbour: keyof Pick<
    TestShop,
    'cart' | 'inventory' | 'payments' | 'fulfilment'
  >;
  call: RegExp;
}

/** Longer than any restart: the shopper is there to repeat. */
const LONG_MS = 60_000;
/** Until the lease of an order that nobody leads any more is over, where a test does not end it. */
const LEASE_MS = 700;

/** How the program of a test runs. */
interface Run {
  graceMs?: number;
  leaseMs?: number;
  /** How long an order goes on unwritten. */
  passingMs?: number;
}

const points: Record<string, CrashPoint> = {
  reserve: { neighbour: 'inventory', call: /^POST \/reservations$/ },
  authorise: { neighbour: 'payments', call: /^POST \/payments$/ },
  confirm: { neighbour: 'inventory', call: /^POST .*\/confirm$/ },
  'request shipment': { neighbour: 'fulfilment', call: /^POST \/shipments$/ },
  capture: { neighbour: 'payments', call: /\/captures$/ },
  'cancel shipment': { neighbour: 'fulfilment', call: /\/cancel$/ },
  void: { neighbour: 'payments', call: /\/void$/ },
  release: { neighbour: 'inventory', call: /\/release$/ },
};

describe('kill -9', () => {
  const keys = new SessionKeys();
  let programs: BundledPrograms;
  let world: OrdersWorld;
  let child: ChildProcess | undefined;
  let http: HttpClient;

  beforeAll(async () => {
    [programs, world] = await Promise.all([
      BundledPrograms.create({ source: import.meta.dirname }),
      OrdersWorld.create(),
    ]);
    await start();
  }, 120_000);

  afterAll(async () => {
    await programs?.close();
    await world?.close();
  });

  beforeEach(() => {
    world.shop.calm();
    world.shop.products.add('CUP', 1000);
    world.shop.inventory.stock.set('CUP', 100);
  });

  async function start({
    graceMs = LONG_MS,
    leaseMs = LEASE_MS,
    passingMs = 0,
  }: Run = {}): Promise<void> {
    const served = await programs.serve({
      ...world.env,
      ORDERS_LEASE_MS: String(leaseMs),
      ORDERS_PASSING_MS: String(passingMs),
      ORDERS_GRACE_MS: String(graceMs),
      SESSION_JWKS: keys.jwks,
      LOG_LEVEL: 'info',
    });
    child = served.child;
    http = served.client;
  }

  /** Kills orders at the first such call, and starts it anew once that has happened. */
  function dieAt(point: CrashPoint, stage: 'before' | 'after', run?: Run) {
    return new Promise<void>((resolve, reject) => {
      const neighbour = world.shop[point.neighbour];
      neighbour.intercept = async (call, at) => {
        if (at !== stage || !point.call.test(`${call.method} ${call.path}`)) {
          return undefined;
        }
        neighbour.intercept = () => undefined;
        await killProgram(child);
        start(run).then(resolve, reject);
        return 'drop';
      };
    });
  }

  const send = (url: string, payload?: unknown, key?: string) =>
    http.request({
      method: 'POST',
      url,
      payload,
      headers: {
        ...keys.headers('ada'),
        ...(key && { 'idempotency-key': key }),
      },
    });

  async function quote(): Promise<string> {
    const { cartId } = world.shop.cart.add({ CUP: 2 });
    const { body, statusCode } = await send('/quotes', {
      cartId,
      email: 'ada@example.org',
      language: 'en',
      shippingAddress: ADDRESS,
    });
    expect([statusCode, statusCode === 201 ? '' : body]).toEqual([201, '']);
    return JSON.parse(body).quoteId;
  }

  const place = (quoteId: string, key: string) =>
    send('/orders', { quoteId, payment: { token: 'tok_ok' } }, key).catch(
      () => undefined,
    );

  async function orderOf(quoteId: string): Promise<any> {
    const rows = await world.database.query<any>(
      'select * from orders where quote_id = $1',
      [quoteId],
    );
    expect(rows.length).toBeLessThanOrEqual(1);
    return rows[0];
  }

  const reaches = (quoteId: string, states: string[]) =>
    until(async () => {
      const order = await orderOf(quoteId);
      return states.includes(order?.state) && order;
    });

  /** Stock, payment and order agree about an order that is sold or taken back. */
  function expectWhole(order: any): void {
    const { inventory, payments } = world.shop;
    const sold = order.state === 'fulfilling';
    expect(inventory.stock.get('CUP')).toBe(sold ? 98 : 100);
    expect(inventory.reservations.get(order.id)?.state ?? 'released').toBe(
      sold ? 'confirmed' : 'released',
    );
    expect(payments.payments.get(order.payment_id)?.state ?? 'voided').toBe(
      sold ? 'authorised' : 'voided',
    );
  }

  describe.each(['reserve', 'authorise', 'confirm', 'request shipment'])(
    'while it asks to %s',
    name => {
      it.each(['before', 'after'] as const)(
        '%s that is done: the same request again gives the one order',
        async stage => {
          const quoteId = await quote();
          const key = newId();
          const restarted = dieAt(points[name], stage);
          const first = await place(quoteId, key);
          await restarted;
          // The answer may have been given before the last step; all others were cut off.
          expect(first?.statusCode ?? 201).toBe(201);
          const answer = await until(async () => {
            const again = await place(quoteId, key);
            return again?.statusCode === 201 && again.json();
          });
          const order = await reaches(quoteId, ['fulfilling']);
          expect(answer.orderId).toBe(order.id);
          expectWhole(order);
        },
      );

      it.each(['before', 'after'] as const)(
        '%s that is done: without the shopper it ends one way or the other',
        async stage => {
          const quoteId = await quote();
          const restarted = dieAt(points[name], stage, { graceMs: 200 });
          await place(quoteId, newId());
          await restarted;
          const order = await reaches(quoteId, ['fulfilling', 'rejected']);
          // Nobody but the shopper can begin a payment: one that had begun goes on.
          const begun =
            name !== 'reserve' && !(name === 'authorise' && stage === 'before');
          expect(order.state).toBe(begun ? 'fulfilling' : 'rejected');
          expectWhole(order);
        },
      );
    },
  );

  it.each(
    ['cancel shipment', 'void', 'release'].flatMap(name => [
      [name, 'before' as const],
      [name, 'after' as const],
    ]) as [string, 'before' | 'after'][],
  )(
    'while it takes an order back (%s, %s): it is taken back',
    async (name, stage) => {
      const quoteId = await quote();
      await place(quoteId, newId());
      const { id } = await reaches(quoteId, ['fulfilling']);
      const restarted = dieAt(points[name], stage);
      await send(`/orders/${id}/cancel`).catch(() => undefined);
      await restarted;
      const order = await reaches(quoteId, ['cancelled']);
      expect(order.id).toBe(id);
      expectWhole(order);
    },
  );

  it.each(['before', 'after'] as const)(
    'while it captures (%s): captured once, for what was shipped',
    async stage => {
      const quoteId = await quote();
      await place(quoteId, newId());
      const order = await reaches(quoteId, ['fulfilling']);
      const restarted = dieAt(points.capture, stage);
      await world.dispatch(
        { orderId: order.id, shipmentId: order.shipment_id },
        [{ sku: 'CUP', quantity: 2 }],
      );
      await restarted;
      const done = await until(async () => {
        const found = await orderOf(quoteId);
        return found.captured !== '0' && found;
      });
      expect(done).toMatchObject({
        state: 'shipped',
        captured: '2490',
        shipped_value: '2490',
      });
      expect(
        world.shop.payments.payments.get(order.payment_id)!.captured.amount,
      ).toBe(2490);
    },
  );

  describe('while nothing but the placement is written,', () => {
    // The moves wait as long as it takes, also on a machine that is full of tests.
    const unwritten = { leaseMs: 120_000, passingMs: 60_000, graceMs: 200 };

    beforeAll(async () => {
      await killProgram(child);
      await start(unwritten);
    });

    /** Dies, lets something happen, and ends the lease of the dead; with the shopper no worker is due before the request comes again. */
    async function die(
      at: { name: string; stage: 'before' | 'after' },
      then: { withShopper: boolean; meanwhile?: (id: string) => void },
    ): Promise<{ quoteId: string; key: string }> {
      const quoteId = await quote();
      const key = newId();
      const restarted = dieAt(points[at.name], at.stage, unwritten);
      const first = await place(quoteId, key);
      await restarted;
      expect(first).toBeUndefined();
      const written = await orderOf(quoteId);
      expect([written.state, written.version]).toEqual(['reserving', '1']);
      then.meanwhile?.(written.id);
      await world.database.query(
        `update orders set leased_until = now(), due_at = case when $2 then due_at else now() end where quote_id = $1`,
        [quoteId, then.withShopper],
      );
      return { quoteId, key };
    }

    const deaths = ['reserve', 'authorise', 'confirm'].flatMap(name =>
      (['before', 'after'] as const).map(stage => ({ name, stage })),
    );
    const isBegun = ({ name, stage }: (typeof deaths)[number]) =>
      name === 'confirm' || (name === 'authorise' && stage === 'after');

    it.each(deaths)(
      '$stage it can $name: the same request again gives the one order, though the cart is another since it was paid',
      async at => {
        const { quoteId, key } = await die(at, {
          withShopper: true,
          meanwhile: () => {
            if (isBegun(at)) {
              world.shop.cart.carts.clear();
            }
          },
        });
        const answer = await place(quoteId, key);
        expect(answer?.statusCode).toBe(201);
        const order = await reaches(quoteId, ['fulfilling']);
        expect(answer!.json().orderId).toBe(order.id);
        expectWhole(order);
        const history = await world.database.query<any>(
          'select signal from order_history where order_id = $1 order by id',
          [order.id],
        );
        expect(history.map(({ signal }) => signal)).toEqual([
          'placed',
          'reserved',
          'authorised',
          'confirmed',
          'shipment-accepted',
        ]);
      },
    );

    it.each(deaths)(
      '$stage it can $name: without the shopper it ends one way or the other',
      async at => {
        const { quoteId } = await die(at, { withShopper: false });
        const order = await reaches(quoteId, ['fulfilling', 'rejected']);
        expect(order.state).toBe(isBegun(at) ? 'fulfilling' : 'rejected');
        expectWhole(order);
      },
    );

    it.each(deaths.filter(isBegun))(
      '$stage it can $name, and a hold has ended and its stock is gone: no payment is left',
      async at => {
        const { inventory, payments } = world.shop;
        let sold = false;
        const { quoteId } = await die(at, {
          withShopper: false,
          meanwhile: id => {
            sold = inventory.reservations.get(id)?.state === 'confirmed';
            inventory.expire(id);
            inventory.stock.set('CUP', 0);
          },
        });
        const order = await reaches(quoteId, ['fulfilling', 'rejected']);
        expect(order.state).toBe(sold ? 'fulfilling' : 'rejected');
        expect(payments.payments.get(order.payment_id)?.state ?? 'voided').toBe(
          sold ? 'authorised' : 'voided',
        );
        expect(inventory.stock.get('CUP')).toBe(0);
      },
    );
  });
});
