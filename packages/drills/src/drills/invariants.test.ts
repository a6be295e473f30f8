import type { Books } from './books.ts';
import { findViolations } from './invariants.ts';

/** An order that was sent, paid and half refunded; one that was declined; one on its way. */
function sound(): Books {
  const order = {
    placedBy: 'guest:1',
    state: 'completed',
    total: 1000,
    captured: 1000,
    refunded: 0,
    shippedValue: 1000,
    movesDue: 0,
  };
  const none = { captured: 0, refunded: 0 };
  return {
    orders: [
      {
        ...order,
        orderId: 'o1',
        key: 'k1',
        cart: 'c1@1',
        paymentId: 'p1',
        refunded: 500,
      },
      {
        ...order,
        ...none,
        orderId: 'o2',
        key: 'k2',
        cart: 'c2@1',
        paymentId: 'p2',
        state: 'rejected',
        shippedValue: 0,
      },
      {
        ...order,
        ...none,
        orderId: 'o3',
        key: 'k3',
        cart: 'c3@1',
        paymentId: 'p3',
        state: 'fulfilling',
        shippedValue: 0,
      },
    ],
    lines: [
      { orderId: 'o1', sku: 's', quantity: 2, shipped: 2 },
      { orderId: 'o2', sku: 's', quantity: 1, shipped: 0 },
      { orderId: 'o3', sku: 's', quantity: 1, shipped: 0 },
    ],
    parcels: [{ orderId: 'o1', sku: 's', shipped: 2 }],
    payments: [
      {
        paymentId: 'p1',
        orderId: 'o1',
        state: 'captured',
        captured: 1000,
        refunded: 500,
      },
      { paymentId: 'p2', orderId: 'o2', state: 'declined', ...none },
      { paymentId: 'p3', orderId: 'o3', state: 'authorised', ...none },
    ],
    charges: [
      {
        chargeId: 'ch1',
        paymentId: 'p1',
        status: 'captured',
        amount: 1000,
        captured: 1000,
        refunded: 500,
      },
      {
        chargeId: 'ch2',
        paymentId: 'p2',
        status: 'declined',
        amount: 1000,
        ...none,
      },
      {
        chargeId: 'ch3',
        paymentId: 'p3',
        status: 'authorized',
        amount: 1000,
        ...none,
      },
    ],
    ourLedger: [
      { paymentId: 'p1', kind: 'capture', reference: 'm1', amount: 1000 },
      { paymentId: 'p1', kind: 'refund', reference: 'm2', amount: 500 },
    ],
    theirLedger: [
      { paymentId: 'p1', kind: 'refund', reference: 'm2', amount: 500 },
      { paymentId: 'p1', kind: 'capture', reference: 'm1', amount: 1000 },
    ],
    stock: [
      {
        sku: 's',
        warehouseId: 'w',
        onHand: 7,
        held: 0,
        allocated: 1,
        received: 10,
        shipped: 2,
        returned: 0,
        adjusted: -1,
        heldByReservations: 0,
        allocatedByReservations: 1,
      },
    ],
    reservations: [
      { orderId: 'o1', state: 'confirmed', remaining: 0 },
      { orderId: 'o2', state: 'released', remaining: 0 },
      { orderId: 'o3', state: 'confirmed', remaining: 1 },
    ],
  };
}

describe('what must hold of the books of all services', () => {
  it('holds of sound books', () => {
    expect(findViolations(sound())).toEqual([]);
  });

  it.each<[string, string, (books: Books) => void]>([
    [
      'total >= captured >= refunded',
      'order o1',
      ({ orders }) => {
        orders[0].refunded = 1001;
      },
    ],
    [
      'captured = value shipped',
      'order o1',
      ({ orders }) => {
        orders[0].captured = 999;
      },
    ],
    [
      'captured = value shipped',
      'order o2',
      ({ orders }) => {
        orders[1].captured = 1;
      },
    ],
    [
      'an order that was sent whole is worth its total',
      'order o1',
      ({ orders }) => {
        orders[0].shippedValue = 999;
      },
    ],
    [
      'nothing is left to be done',
      'order o3',
      ({ orders }) => {
        orders[2].state = 'care';
      },
    ],
    [
      'nothing is left to be done',
      'order o1',
      ({ orders }) => {
        orders[0].movesDue = 1;
      },
    ],
    [
      'one order per idempotency key',
      'guest:1 k1',
      ({ orders }) => {
        orders[1].key = 'k1';
      },
    ],
    [
      'one live order per cart',
      'cart c1@1',
      ({ orders }) => {
        orders[2].cart = 'c1@1';
      },
    ],
    [
      'units shipped: orders = parcels',
      'order o1 s',
      ({ parcels }) => {
        parcels[0].shipped = 1;
      },
    ],
    [
      'units shipped: stock = parcels',
      's: inventory 3',
      ({ stock }) => {
        stock[0].shipped = 3;
      },
    ],
    [
      'on hand = received - shipped + returned + adjusted',
      's in w',
      ({ stock }) => {
        stock[0].onHand = 8;
      },
    ],
    [
      'available = on hand - held - allocated, and never below 0',
      's in w',
      ({ stock }) => {
        stock[0].held = 1;
      },
    ],
    [
      'available = on hand - held - allocated, and never below 0',
      's in w',
      ({ stock }) => {
        stock[0].onHand = 0;
      },
    ],
    [
      'goods are kept only for orders that want them',
      'order o2',
      ({ reservations }) => {
        reservations[1].remaining = 1;
      },
    ],
    [
      'no authorisation without an order that wants it',
      'charge ch2',
      ({ charges }) => {
        charges[1].status = 'authorized';
      },
    ],
    [
      'no authorisation without an order that wants it',
      'charge ch3',
      ({ orders }) => {
        orders.pop();
      },
    ],
    [
      'no paid order without goods, no goods without money',
      'order o3',
      ({ reservations }) => {
        reservations[2].state = 'expired';
      },
    ],
    [
      'no paid order without goods, no goods without money',
      'order o3',
      ({ charges }) => {
        charges[2].status = 'voided';
      },
    ],
    [
      'one charge per order',
      'payment p3',
      ({ charges }) => {
        charges[1] = { ...charges[2], chargeId: 'ch4' };
      },
    ],
    [
      'orders, payments and the provider agree on the money',
      'payment p1 refunded',
      ({ charges }) => {
        charges[0].refunded = 0;
      },
    ],
    [
      'orders, payments and the provider agree on the money',
      'payment p1 captured',
      ({ orders }) => {
        orders[0].captured = 0;
      },
    ],
    [
      'our ledger = the provider’s',
      'payment p1 refund m2',
      ({ theirLedger }) => {
        theirLedger.shift();
      },
    ],
    [
      'our ledger = the provider’s',
      'payment p1 capture m1',
      ({ ourLedger }) => {
        ourLedger[0].amount = 1;
      },
    ],
  ])('%s: names %s', (invariant, row, breakIt) => {
    const books = sound();
    breakIt(books);
    const broken = findViolations(books).filter(
      violation => violation.invariant === invariant,
    );
    expect(broken.map(violation => violation.row).join()).toContain(row);
  });
});
