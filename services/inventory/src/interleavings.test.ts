import fc from 'fast-check';
import { newId } from '@shopfloor/service-kit';
import { createHandlers } from './events/handlers.ts';
import { TestInventory } from './testing/TestInventory.ts';

/**
 * One step of a run. `order` picks one of a few orders, so that steps meet; what
 * they do to it may be out of turn, repeated or too late.
 */
type Step =
  | { do: 'reserve'; order: number; quantities: number[] }
  | { do: 'confirm' | 'release' | 'expire'; order: number }
  | { do: 'sweep' }
  | { do: 'ship'; order: number; parcel: number; sku: number; quantity: number }
  | {
      do: 'return';
      order: number;
      back: number;
      sku: number;
      quantity: number;
      restock: boolean;
    }
  | { do: 'receive' | 'lose'; sku: number; quantity: number };

const SKUS = 3;
const order = fc.nat({ max: 3 });
const sku = fc.nat({ max: SKUS - 1 });
const quantity = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('reserve' as const),
      order,
      quantities: fc
        .array(fc.nat({ max: 3 }), { minLength: SKUS, maxLength: SKUS })
        .filter(list => list.some(Boolean)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('confirm' as const, 'release', 'expire'),
      order,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'sweep' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('ship' as const),
      order,
      parcel: fc.nat({ max: 2 }),
      sku,
      quantity,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('return' as const),
      order,
      back: fc.nat({ max: 1 }),
      sku,
      quantity,
      restock: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('receive' as const, 'lose'),
      sku,
      quantity,
    }),
  },
);

/** Refusals that are part of the game; anything else fails the run. */
const REFUSALS =
  /insufficient-stock|id-reused|reservation-(expired|released|not-found)|already-shipped|too many|told before/;

// With more than three units none is plenty; with more than none most orders are of what there is plenty of.
describe.each([5, 0])('any interleaving of steps, low at %i', threshold => {
  let inventory: TestInventory;

  beforeAll(async () => {
    inventory = await TestInventory.create({
      DATABASE_POOL_MAX: '20',
      LOW_STOCK_THRESHOLD: String(threshold),
    });
  });

  afterAll(async () => {
    await inventory.close();
  });

  async function play(batches: Step[][]): Promise<void> {
    const run = newId();
    const skus = Array.from({ length: SKUS }, (_, n) => `${run}-${n}`);
    const [orders, parcels, returns] = [4, 12, 8].map(count =>
      Array.from({ length: count }, () => newId()),
    );
    for (const [index, name] of skus.entries()) {
      await inventory.stock(name, { rotterdam: 3, leipzig: index + 1 });
    }
    const { reservations, stock, sweeper, ledger } = inventory.parts;
    const handlers = createHandlers({ ledger, sampleData: false });
    const handle = (type: string, data: object, id = newId()) =>
      inventory.database.transaction(tx =>
        (handlers as any)[type]({ id, data, aggregateversion: 1 }, tx),
      );
    const act = async (now: Step): Promise<unknown> => {
      switch (now.do) {
        case 'reserve':
          return reservations.reserve({
            reservationId: orders[now.order],
            ttlSeconds: 600,
            lines: now.quantities.flatMap((wanted, index) =>
              wanted ? [{ sku: skus[index], quantity: wanted }] : [],
            ),
          });
        case 'confirm':
        case 'release':
          return reservations[now.do](orders[now.order]);
        case 'expire':
          return inventory.expire(orders[now.order]);
        case 'sweep':
          return sweeper.run();
        case 'ship':
          return handle(
            'shop.shipment.dispatched.v1',
            {
              shipmentId: orders[now.order],
              orderId: orders[now.order],
              lines: [{ sku: skus[now.sku], quantity: now.quantity }],
            },
            parcels[now.order * 3 + now.parcel],
          );
        case 'return':
          return handle('shop.return.received.v1', {
            returnId: returns[now.order * 2 + now.back],
            orderId: orders[now.order],
            lines: [
              {
                sku: skus[now.sku],
                quantity: now.quantity,
                restock: now.restock,
              },
            ],
          });
        case 'receive':
          return stock.receive(
            {
              receiptId: newId(),
              warehouseId: 'lyon',
              lines: [{ sku: skus[now.sku], quantity: now.quantity }],
            },
            'test',
          );
        default:
          return stock.adjust(
            {
              adjustmentId: newId(),
              warehouseId: 'rotterdam',
              sku: skus[now.sku],
              change: -now.quantity,
              reason: 'lost',
            },
            'test',
          );
      }
    };
    for (const batch of batches) {
      const outcomes = await Promise.allSettled(batch.map(act));
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') {
          const { code, message } = outcome.reason;
          expect(`${code} ${message}`).toMatch(REFUSALS);
        }
      }
      await inventory.assertAgreement();
    }
    for (const name of skus) {
      const [sums] = await inventory.test.query<{ right: boolean }>(
        `select s.on_hand = m.received - m.shipped + m.returned + m.adjusted
           and s.available >= 0 as right
         from (select sum(on_hand) as on_hand, min(on_hand - held - allocated) as available
           from stock where sku = $1) s,
         (select coalesce(sum(quantity) filter (where kind = 'received'), 0) as received,
           coalesce(sum(quantity) filter (where kind = 'shipped'), 0) as shipped,
           coalesce(sum(quantity) filter (where kind = 'returned'), 0) as returned,
           coalesce(sum(on_hand) filter (where kind = 'adjusted'), 0) as adjusted
           from movements where sku = $1) m`,
        [name],
      );
      expect(sums.right).toBe(true);
      const [{ told, actual }] = await inventory.test.query<{
        told: string;
        actual: number;
      }>(
        `select (select data ->> 'state' from outbox where aggregate_id = $1 order by id desc limit 1) as told,
           (select sum(on_hand - held - allocated)::int from stock where sku = $1) as actual`,
        [name],
      );
      const low = actual <= threshold ? 'low' : 'in-stock';
      expect([name, told]).toEqual([name, actual > 0 ? low : 'out']);
    }
  }

  // The property throws what it finds.
  // eslint-disable-next-line jest/expect-expect
  it('keeps stock, ledger, reservations and what was told in agreement', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), {
          minLength: 1,
          maxLength: 8,
        }),
        play,
      ),
      { numRuns: 20 },
    );
  }, 120_000);
});
