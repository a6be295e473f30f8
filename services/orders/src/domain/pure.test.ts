import fc from 'fast-check';
import { readDispatch, readReturn } from './dispatch.ts';
import { compareMoney } from './moneyDifference.ts';
import { createOrderNumber } from './orderNumber.ts';
import { type Payment, readPayment } from './paymentReading.ts';
import { backoffMs } from './ProcessRunner.ts';
import type { OrderLine } from './types.ts';

function line(sku: string, quantity: number, gross: number): OrderLine {
  const tax = Math.floor((gross * 19) / 119);
  return {
    sku,
    productId: sku,
    name: { en: sku, zh: sku },
    quantity,
    unitPrice: 0,
    list: gross,
    discount: 0,
    net: gross - tax,
    tax,
    total: gross,
    taxRatePpm: 190_000,
    weightGrams: 1,
    shipped: 0,
    returned: 0,
  };
}

const shipping = { list: 490, net: 412, tax: 78, total: 490 };

function payment(changes: Partial<Payment>): Payment {
  const none = { amount: 0, currency: 'EUR' };
  return {
    paymentId: 'p',
    orderId: 'o',
    state: 'authorised',
    amount: { amount: 1000, currency: 'EUR' },
    authorised: { amount: 1000, currency: 'EUR' },
    captured: none,
    refunded: none,
    version: 1,
    ...changes,
  };
}

describe('readDispatch', () => {
  it('counts the first parcel with shipping, and says when all has left', () => {
    // 3 cups for 10.00: 3.33 each, the last 3.34. Delivery 4.90 with the first.
    const cups = line('CUP', 3, 1000);
    const read = (parcel: { sku: string; quantity: number }[], last = false) =>
      readDispatch({ lines: [cups], shipping, parcel, last });
    expect(read([{ sku: 'CUP', quantity: 1 }])).toEqual({
      shipped: [{ sku: 'CUP', quantity: 1 }],
      value: 333 + 490,
      complete: false,
      trouble: undefined,
    });
    cups.shipped = 1;
    expect(read([{ sku: 'CUP', quantity: 2 }], true)).toMatchObject({
      value: 667,
      complete: true,
    });
    expect(read([{ sku: 'CUP', quantity: 1 }], true).trouble).toBe(
      'shipped-less-than-ordered',
    );
    expect(read([{ sku: 'CUP', quantity: 3 }])).toMatchObject({
      shipped: [{ sku: 'CUP', quantity: 2 }],
      value: 667,
      trouble: 'shipped-more-than-ordered',
    });
    expect(read([{ sku: 'HAT', quantity: 1 }]).trouble).toBe(
      'shipped-more-than-ordered',
    );
  });

  it('comes to the total of the order, in whatever parcels', () => {
    const lines = fc.uniqueArray(
      fc.tuple(
        fc.stringMatching(/^[A-Z]{1,3}$/),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 100_000 }),
      ),
      { selector: ([sku]) => sku, minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(
        lines,
        fc.infiniteStream(fc.nat({ max: 6 })),
        (given, draws) => {
          const all = given.map(([sku, quantity, gross]) =>
            line(sku, quantity, gross),
          );
          const total = all.reduce((sum, { total: gross }) => sum + gross, 490);
          let value = 0;
          let complete = false;
          while (!complete) {
            const parcel = all.flatMap(({ sku, quantity, shipped }) => {
              const units = Math.min(draws.next().value, quantity - shipped);
              return units > 0 ? [{ sku, quantity: units }] : [];
            });
            if (parcel.length === 0) {
              continue;
            }
            const outcome = readDispatch({
              lines: all,
              shipping,
              parcel,
              last: false,
            });
            value += outcome.value;
            complete = outcome.complete;
            for (const { sku, quantity } of outcome.shipped) {
              all.find(entry => entry.sku === sku)!.shipped += quantity;
            }
            expect(value).toBeLessThanOrEqual(total);
          }
          expect(value).toBe(total);
        },
      ),
    );
  });
});

describe('readReturn', () => {
  it('refunds what was paid for what was sent and not returned, never shipping', () => {
    const cups = { ...line('CUP', 3, 1000), shipped: 2, returned: 1 };
    expect(
      readReturn({ lines: [cups], units: [{ sku: 'CUP', quantity: 1 }] }),
    ).toEqual({
      returned: [{ sku: 'CUP', quantity: 1 }],
      value: 333,
      trouble: undefined,
    });
    expect(
      readReturn({ lines: [cups], units: [{ sku: 'CUP', quantity: 2 }] }),
    ).toMatchObject({ value: 333, trouble: 'returned-more-than-shipped' });
  });
});

describe('readPayment', () => {
  it.each<[Partial<Payment>, string]>([
    [{ state: 'authorised' }, 'authorised'],
    [{ authorised: { amount: 999, currency: 'EUR' } }, 'payment-mismatch'],
    [{ authorised: { amount: 1000, currency: 'USD' } }, 'payment-mismatch'],
    [{ state: 'captured' }, 'payment-mismatch'],
    [{ state: 'partially-captured' }, 'payment-mismatch'],
    [{ state: 'pending' }, 'action-needed'],
    [{ state: 'requires-action' }, 'action-needed'],
    [{ state: 'declined', declineCode: 'lost' }, 'declined'],
    [{ state: 'voided' }, 'declined'],
    [{ state: 'expired' }, 'declined'],
    [{ state: 'failed' }, 'declined'],
  ])('takes %j as %s', (changes, signal) => {
    expect(
      readPayment(payment(changes), { amount: 1000, currency: 'EUR' }).signal,
    ).toBe(signal);
  });
});

describe('compareMoney', () => {
  const captured = (amount: number) => ({
    captured: { amount, currency: 'EUR' },
  });
  it.each<[string, object, Payment | undefined, string]>([
    ['agrees', { state: 'fulfilling' }, payment({}), 'none'],
    ['paid nothing', { state: 'rejected' }, undefined, 'none'],
    ['is free', { state: 'fulfilling', total: 0 }, undefined, 'none'],
    ['lost its payment', { state: 'shipped' }, undefined, 'care'],
    ['ended, but is paid', { state: 'rejected' }, payment({}), 'late-payment'],
    [
      'ended, and is captured',
      { state: 'cancelled' },
      payment({ state: 'captured', ...captured(1000) }),
      'late-payment',
    ],
    [
      'has other books',
      { state: 'shipped', captured: 1000 },
      payment({ state: 'partially-captured', ...captured(900) }),
      'care',
    ],
    [
      'can never be captured',
      { state: 'fulfilling' },
      payment({ state: 'expired' }),
      'care',
    ],
    [
      'is captured as it should',
      { state: 'shipped', captured: 1000 },
      payment({ state: 'captured', ...captured(1000) }),
      'none',
    ],
  ])('an order that %s', (_what, order, given, kind) => {
    expect(
      compareMoney(
        { total: 1000, captured: 0, refunded: 0, ...order } as never,
        given,
      ).kind,
    ).toBe(kind);
  });
});

describe('small things', () => {
  it('an order number can be read out', () => {
    const fill = (byte: number) => (bytes: Uint8Array) => void bytes.fill(byte);
    expect(createOrderNumber(fill(0))).toBe('SF-0000-0000');
    expect(createOrderNumber(fill(255))).toBe('SF-ZZZZ-ZZZZ');
  });

  it('a step that fails is tried ever later, five minutes at most', () => {
    expect([0, 1, 2, 3].map(backoffMs)).toEqual([500, 1000, 2000, 4000]);
    expect(backoffMs(50)).toBe(300_000);
  });
});
