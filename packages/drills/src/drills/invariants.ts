import type { Books, MoneyEntry } from './books.ts';

/** A row that breaks what must hold. */
export interface Violation {
  /** Name of the invariant. */
  invariant: string;
  /** Which row, and what it says. */
  row: string;
}

type Invariant = (books: Books) => string[];

/** Orders in these states have come to nothing: they keep neither money nor goods. */
const ENDED = new Set(['rejected', 'cancelled']);

/** Orders in these states were paid for, and have their goods or have sent them. */
const PAID = new Set([
  'requesting-shipment',
  'fulfilling',
  'shipped',
  'completed',
]);

/** Charges in these states take from a shopper what was not captured yet, or may still do so. */
const OPEN_CHARGES = new Set([
  'requires_action',
  'authorized',
  'partially_captured',
]);

const SECURED = new Set(['authorized', 'partially_captured', 'captured']);

function twice<T>(rows: readonly T[], keyOf: (row: T) => string): string[] {
  const seen = new Map<string, number>();
  for (const row of rows) {
    const key = keyOf(row);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen]
    .filter(([, count]) => count > 1)
    .map(([key, count]) => `${key}: ${count} orders`);
}

function ledger(entries: readonly MoneyEntry[]): Map<string, number> {
  return new Map(
    entries.map(({ paymentId, kind, reference, amount }) => [
      `payment ${paymentId} ${kind} ${reference}`,
      amount,
    ]),
  );
}

/** What both sides know of the same things: what one has and the other has not, or otherwise. */
function compared(
  ours: ReadonlyMap<string, number>,
  theirs: ReadonlyMap<string, number>,
  names: readonly [string, string],
): string[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter(key => ours.get(key) !== theirs.get(key))
    .map(
      key =>
        `${key}: ${names[0]} ${ours.get(key) ?? 'nothing'}, ${names[1]} ${
          theirs.get(key) ?? 'nothing'
        }`,
    );
}

/** What must hold of all rows once everything has come to rest, by name. */
export const invariants: Readonly<Record<string, Invariant>> = {
  'total >= captured >= refunded': ({ orders }) =>
    orders
      .filter(
        ({ total, captured, refunded }) =>
          total < captured || captured < refunded,
      )
      .map(
        ({ orderId, total, captured, refunded }) =>
          `order ${orderId}: total ${total}, captured ${captured}, refunded ${refunded}`,
      ),

  'captured = value shipped': ({ orders }) =>
    orders
      .filter(({ state, captured, refunded, shippedValue }) =>
        // What an order that ended took by mistake was given back.
        ENDED.has(state)
          ? shippedValue !== 0 || captured !== refunded
          : captured !== shippedValue,
      )
      .map(
        ({ orderId, state, captured, refunded, shippedValue }) =>
          `order ${orderId} (${state}): captured ${captured}, shipped ${shippedValue}, refunded ${refunded}`,
      ),

  'an order that was sent whole is worth its total': ({ orders, lines }) => {
    const open = new Set(
      lines
        .filter(({ quantity, shipped }) => shipped < quantity)
        .map(({ orderId }) => orderId),
    );
    return orders
      .filter(
        ({ orderId, total, shippedValue }) =>
          !open.has(orderId) && shippedValue !== total,
      )
      .map(
        ({ orderId, total, shippedValue }) =>
          `order ${orderId}: total ${total}, shipped ${shippedValue}`,
      );
  },

  'nothing is left to be done': ({ orders }) =>
    orders
      .filter(
        ({ state, movesDue }) =>
          movesDue > 0 || !(ENDED.has(state) || PAID.has(state)),
      )
      .map(
        ({ orderId, state, movesDue }) =>
          `order ${orderId} is ${state}, ${movesDue} movements of money are due`,
      ),

  'one order per idempotency key': ({ orders }) =>
    twice(orders, ({ placedBy, key }) => `${placedBy} ${key}`),

  'one live order per cart': ({ orders }) =>
    twice(
      orders.filter(({ state }) => !ENDED.has(state)),
      ({ cart }) => `cart ${cart}`,
    ),

  'units shipped: orders = parcels': ({ lines, parcels }) => {
    const units = (rows: Books['parcels']) =>
      new Map(
        rows
          .filter(({ shipped }) => shipped > 0)
          .map(({ orderId, sku, shipped }) => [
            `order ${orderId} ${sku}`,
            shipped,
          ]),
      );
    return compared(units(lines), units(parcels), ['orders', 'fulfilment']);
  },

  'units shipped: stock = parcels': ({ stock, parcels }) => {
    const units = (rows: readonly { sku: string; shipped: number }[]) => {
      const sums = new Map<string, number>();
      for (const { sku, shipped } of rows) {
        if (shipped > 0) sums.set(sku, (sums.get(sku) ?? 0) + shipped);
      }
      return sums;
    };
    return compared(units(stock), units(parcels), ['inventory', 'fulfilment']);
  },

  'on hand = received - shipped + returned + adjusted': ({ stock }) =>
    stock
      .filter(
        ({ onHand, received, shipped, returned, adjusted }) =>
          onHand !== received - shipped + returned + adjusted,
      )
      .map(
        ({ sku, warehouseId, ...row }) =>
          `${sku} in ${warehouseId}: ${JSON.stringify(row)}`,
      ),

  'available = on hand - held - allocated, and never below 0': ({ stock }) =>
    stock
      .filter(
        row =>
          row.held !== row.heldByReservations ||
          row.allocated !== row.allocatedByReservations ||
          row.onHand - row.held - row.allocated < 0,
      )
      .map(
        ({ sku, warehouseId, ...row }) =>
          `${sku} in ${warehouseId}: ${JSON.stringify(row)}`,
      ),

  'goods are kept only for orders that want them': ({
    orders,
    reservations,
  }) => {
    const wanting = new Set(
      orders
        .filter(({ state }) => !ENDED.has(state))
        .map(({ orderId }) => orderId),
    );
    return reservations
      .filter(
        ({ orderId, remaining }) => remaining > 0 && !wanting.has(orderId),
      )
      .map(
        ({ orderId, state, remaining }) =>
          `order ${orderId}: ${remaining} units are still ${state}`,
      );
  },

  'no authorisation without an order that wants it': ({ orders, charges }) => {
    const wanting = new Set(
      orders
        .filter(({ state }) => !ENDED.has(state) && state !== 'completed')
        .map(({ paymentId }) => paymentId),
    );
    return charges
      .filter(
        ({ paymentId, status }) =>
          OPEN_CHARGES.has(status) && !wanting.has(paymentId),
      )
      .map(
        ({ chargeId, paymentId, status, amount }) =>
          `charge ${chargeId} of payment ${paymentId} is ${status} with ${amount}`,
      );
  },

  'no paid order without goods, no goods without money': ({
    orders,
    charges,
    reservations,
  }) => {
    const kept = new Set(
      reservations
        .filter(({ state }) => state === 'confirmed')
        .map(({ orderId }) => orderId),
    );
    const secured = new Map(
      charges
        .filter(({ status }) => SECURED.has(status))
        .map(({ paymentId, amount }) => [paymentId, amount]),
    );
    return orders
      .filter(({ state }) => PAID.has(state))
      .filter(
        ({ orderId, paymentId, total }) =>
          !kept.has(orderId) || (total > 0 && secured.get(paymentId) !== total),
      )
      .map(
        ({ orderId, state, paymentId, total }) =>
          `order ${orderId} (${state}): goods ${
            kept.has(orderId) ? 'kept' : 'not kept'
          }, ${secured.get(paymentId) ?? 0} of ${total} secured`,
      );
  },

  'one charge per order': ({ charges }) =>
    twice(
      charges.filter(({ status }) => SECURED.has(status)),
      ({ paymentId }) => `payment ${paymentId}`,
    ),

  'orders, payments and the provider agree on the money': ({
    orders,
    payments,
    charges,
  }) => {
    const sums = (
      rows: readonly {
        paymentId: string;
        captured: number;
        refunded: number;
      }[],
    ) =>
      new Map(
        rows.flatMap(({ paymentId, captured, refunded }): [string, number][] =>
          captured === 0
            ? []
            : [
                [`payment ${paymentId} captured`, captured],
                [`payment ${paymentId} refunded`, refunded],
              ],
        ),
      );
    return [
      ...compared(sums(orders), sums(payments), ['orders', 'payments']),
      ...compared(sums(payments), sums(charges), ['payments', 'provider']),
    ];
  },

  'our ledger = the provider’s': ({ ourLedger, theirLedger }) =>
    compared(ledger(ourLedger), ledger(theirLedger), ['ours', 'theirs']),
};

/** Names each row that breaks an invariant. */
export function findViolations(books: Books): Violation[] {
  return Object.entries(invariants).flatMap(([invariant, broken]) =>
    broken(books).map(row => ({ invariant, row })),
  );
}
