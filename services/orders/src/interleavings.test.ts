import { newId } from '@shopfloor/service-kit';
import type { TestPerson } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import fc from 'fast-check';
import { OrdersClient } from './testing/OrdersClient.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { OrdersWorld, serveOrders, SOON } from './testing/serveOrders.ts';

const ADA: TestPerson = { guest: 'ada' };
const CARE: TestPerson = { staff: 'carol', roles: ['care'] };
const STOCK = 40;

type Command =
  | { kind: 'place'; token: string; quantity: number }
  | {
      kind: 'repeat' | 'cancel' | 'approve' | 'expire' | 'hurry' | 'deliver';
      order: number;
    }
  | { kind: 'dispatch' | 'return'; order: number; quantity: number }
  | { kind: 'refund'; order: number; amount: number }
  | {
      kind: 'trouble';
      neighbour: number;
      fate: 'drop' | 'error';
      stage: 'before' | 'after';
    }
  | { kind: 'calm' };

const order = fc.nat({ max: 5 });
const commands: fc.Arbitrary<Command>[] = [
  fc.record({
    kind: fc.constant('place' as const),
    token: fc.constantFrom('tok_ok', 'tok_ok', 'tok_redirect', 'tok_no'),
    quantity: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({
    kind: fc.constantFrom(
      'repeat' as const,
      'cancel' as const,
      'approve' as const,
      'expire' as const,
      'hurry' as const,
      'deliver' as const,
    ),
    order,
  }),
  fc.record({
    kind: fc.constantFrom(
      'dispatch' as const,
      'dispatch' as const,
      'return' as const,
    ),
    order,
    quantity: fc.integer({ min: 1, max: 2 }),
  }),
  fc.record({
    kind: fc.constant('refund' as const),
    order,
    amount: fc.integer({ min: 1, max: 1500 }),
  }),
  fc.record({
    kind: fc.constant('trouble' as const),
    neighbour: fc.nat({ max: 4 }),
    fate: fc.constantFrom('drop' as const, 'error' as const),
    stage: fc.constantFrom('before' as const, 'after' as const),
  }),
  fc.constant({ kind: 'calm' as const }),
];

/** A placement of a run, with all that repeats it. */
interface Placed {
  quoteId: string;
  key: string;
  token: string;
}

describe('any sequence of requests, events and broken connections', () => {
  let world: OrdersWorld;
  let served: Awaited<ReturnType<typeof serveOrders>>;
  let client: OrdersClient;

  beforeAll(async () => {
    world = await OrdersWorld.create();
    served = await serveOrders(world, {
      ...SOON,
      ORDERS_LEASE_MS: '600',
      ORDERS_GRACE_MS: '300',
      // Breakers would turn most of a run into refusals.
      ...Object.fromEntries(
        ['CART', 'PRODUCTS', 'INVENTORY', 'FULFILMENT', 'PAYMENTS'].map(
          name => [`${name}_TIMEOUT_MS`, '500'],
        ),
      ),
    });
    client = new OrdersClient({ world, http: served.client });
  }, 60_000);

  afterAll(async () => {
    await served?.close();
    await world?.close();
  });

  /** Units that fulfilment has sent, by order. */
  const dispatched = new Map<string, number>();

  const rowsOf = (placed: readonly Placed[]) =>
    world.database.query<any>(
      'select * from orders where quote_id = any($1) order by id',
      [placed.map(({ quoteId }) => quoteId)],
    );

  async function carryOut(command: Command, placed: Placed[]): Promise<void> {
    const { inventory, payments } = world.shop;
    if (command.kind === 'calm') {
      world.shop.calm();
      return;
    }
    if (command.kind === 'trouble') {
      const { fate, stage } = command;
      world.shop.all[command.neighbour].intercept = (_call, at) =>
        at === stage ? fate : undefined;
      return;
    }
    if (command.kind === 'place') {
      const { token, quantity } = command;
      const quote = await client
        .quote({ CUP: quantity }, { as: ADA })
        .catch(() => undefined);
      if (quote) {
        const placement = { quoteId: quote.quoteId, key: newId(), token };
        placed.push(placement);
        await client.place(placement.quoteId, { as: ADA, ...placement });
      }
      return;
    }
    const placement = placed[command.order];
    const [row] = placement ? await rowsOf([placement]) : [];
    if (!row) {
      return;
    }
    const shipment = (type: string, data: object) =>
      world.publish({
        topic: 'shop.shipments',
        type,
        source: 'fulfilment',
        subject: row.id,
        data: { orderId: row.id, ...data },
      });
    const lines = (quantity: number) => [{ sku: 'CUP', quantity }];
    switch (command.kind) {
      case 'repeat':
        await client.place(placement.quoteId, { as: ADA, ...placement });
        break;
      case 'cancel':
        await client.send('POST', `/orders/${row.id}/cancel`, { as: ADA });
        break;
      case 'approve':
        if (payments.payments.has(row.payment_id)) {
          payments.approve(row.payment_id);
          await client.send('POST', `/orders/${row.id}/payment-returns`, {
            as: ADA,
          });
        }
        break;
      case 'expire':
        inventory.expire(row.id);
        break;
      case 'hurry':
        await world.database.query(
          `update orders set due_at = now(), payment_deadline = case when state = 'awaiting-payment' then now() else payment_deadline end
           where id = $1 and due_at is not null`,
          [row.id],
        );
        break;
      case 'deliver':
        await shipment('shop.shipment.delivered.v1', {
          shipmentId: row.shipment_id,
        });
        break;
      case 'dispatch': {
        // Fulfilment sends what it accepted and did not cancel, and no more.
        const known = world.shop.fulfilment.shipments.get(row.shipment_id);
        const left =
          row.content.lines[0].quantity - (dispatched.get(row.id) ?? 0);
        const quantity = Math.min(command.quantity, left);
        if (known && known.state !== 'cancelled' && quantity > 0) {
          known.state = 'dispatched';
          dispatched.set(row.id, (dispatched.get(row.id) ?? 0) + quantity);
          await world.dispatch(
            { orderId: row.id, shipmentId: row.shipment_id },
            lines(quantity),
            quantity === left,
          );
        }
        break;
      }
      case 'return':
        await shipment('shop.return.received.v1', {
          returnId: newId(),
          lines: [{ sku: 'CUP', quantity: command.quantity, restock: true }],
        });
        break;
      default:
        await client.send('POST', `/care/orders/${row.id}/refunds`, {
          as: CARE,
          payload: {
            refundId: newId(),
            amount: { amount: command.amount, currency: 'EUR' },
            reason: 'Because',
          },
        });
    }
  }

  function expectMoney(rows: readonly any[]): void {
    for (const row of rows) {
      const [total, value, captured, refunded] = [
        row.total,
        row.shipped_value,
        row.captured,
        row.refunded,
      ].map(Number);
      expect({
        id: row.id,
        holds: total >= captured && captured >= refunded && value <= total,
      }).toEqual({ id: row.id, holds: true });
    }
  }

  /** Waits until nothing moves by itself any more. */
  async function rest(placed: readonly Placed[]): Promise<any[]> {
    world.shop.calm();
    return until(
      async () => {
        await world.database.query(
          `update orders set due_at = now() where due_at is not null and state <> 'awaiting-payment' and leased_until <= now()`,
        );
        await world.database.query(
          `update money_moves set due_at = now() where state = 'due'`,
        );
        // In one look: what is heard after a look at what is due would be due itself.
        const rows = await world.database.query<any>(
          `select o.*, coalesce((select sum(l.shipped) from order_lines l where l.order_id = o.id), 0) as units_shipped,
             (select count(*) from orders where due_at is not null and state <> 'awaiting-payment')
               + (select count(*) from money_moves where state = 'due') as busy
           from orders o where o.quote_id = any($1) order by o.id`,
          [placed.map(({ quoteId }) => quoteId)],
        );
        const resting = rows.every(
          row =>
            Number(row.busy) === 0 &&
            Number(row.units_shipped) === (dispatched.get(row.id) ?? 0),
        );
        return resting && rows;
      },
      { timeoutMs: 20_000 },
    );
  }

  it('keeps total >= captured >= refunded, captured = value shipped, one order a key, and loses no stock', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(...commands), { minLength: 6, maxLength: 22 }),
        async list => {
          const { inventory, payments, products } = world.shop;
          world.shop.calm();
          products.add('CUP', 1000);
          inventory.stock.set('CUP', STOCK);
          dispatched.clear();
          const placed: Placed[] = [];
          await carryOut(
            { kind: 'place', token: 'tok_ok', quantity: 2 },
            placed,
          );
          for (const command of list) {
            await carryOut(command, placed);
            expectMoney(await rowsOf(placed));
          }
          const rows = await rest(placed);
          expectMoney(rows);
          expect(new Set(rows.map(row => row.quote_id)).size).toBe(rows.length);
          let held = 0;
          for (const row of rows) {
            const payment = payments.payments.get(row.payment_id);
            const ended = ['rejected', 'cancelled'].includes(row.state);
            expect({
              state: row.state,
              captured: Number(row.captured),
              refunded: Number(row.refunded),
              live: ended && payment?.state === 'authorised',
            }).toEqual({
              state: row.state,
              captured: Number(row.shipped_value),
              refunded: payment?.refunded.amount ?? 0,
              live: false,
            });
            expect(payment?.captured.amount ?? 0).toBe(Number(row.captured));
            const state = inventory.reservations.get(row.id)?.state;
            const keeps = state === 'held' || state === 'confirmed';
            expect({ id: row.id, keeps: ended && keeps }).toEqual({
              id: row.id,
              keeps: false,
            });
            held += keeps ? row.content.lines[0].quantity : 0;
          }
          expect(inventory.stock.get('CUP')).toBe(STOCK - held);
        },
      ),
      {
        numRuns: Number(process.env.ORDERS_INTERLEAVINGS ?? 12),
        endOnFailure: true,
      },
    );
  }, 240_000);
});
