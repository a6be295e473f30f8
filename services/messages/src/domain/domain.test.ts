import fc from 'fast-check';
import { ContactError, readContact } from './contact.ts';
import { decimalOf, formatMoney } from './format.ts';
import { RecipientKeys } from './recipient.ts';
import { MAIL_RETRIES, retryAfterSeconds, WEBHOOK_RETRIES } from './retry.ts';
import { TokenBucket } from './TokenBucket.ts';

describe('money', () => {
  // Written as people of the language write it; worked by hand.
  it.each([
    [1895, 'EUR', '€18.95', '€18.95'],
    [1895, 'USD', 'US$18.95', 'US$18.95'],
    [123_456, 'JPY', 'JP¥123,456', 'JP¥123,456'],
    [4650, 'KWD', 'KWD 4.650', 'KWD 4.650'],
    [9900, 'CNY', 'CN¥99.00', '¥99.00'],
    [-5, 'GBP', '-£0.05', '-£0.05'],
    [0, 'EUR', '€0.00', '€0.00'],
    [
      9_007_199_254_740_991,
      'EUR',
      '€90,071,992,547,409.91',
      '€90,071,992,547,409.91',
    ],
  ])('%i %s is %s, in Chinese %s', (amount, currency, en, zh) => {
    const plain = (text: string) => text.replace(/\u00a0/g, ' ');
    expect(plain(formatMoney({ amount, currency }, 'en'))).toBe(en);
    expect(plain(formatMoney({ amount, currency }, 'zh'))).toBe(zh);
  });

  it('keeps every minor unit', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.constantFrom('EUR', 'JPY', 'KWD'),
        (amount, currency) => {
          expect(BigInt(decimalOf({ amount, currency }).replace('.', ''))).toBe(
            BigInt(amount),
          );
        },
      ),
    );
  });
});

describe('a retry', () => {
  it('waits longer each time, and ends', () => {
    const waits = (schedule: typeof MAIL_RETRIES) =>
      Array.from({ length: schedule.maxAttempts }, (_, index) =>
        retryAfterSeconds(schedule, index + 1, 1),
      );
    expect(waits(MAIL_RETRIES)).toEqual([
      10,
      40,
      160,
      640,
      2560,
      10_240,
      14_400,
      14_400,
      14_400,
      14_400,
      14_400,
      14_400,
      14_400,
      14_400,
      14_400,
      14_400,
      14_400,
      undefined,
    ]);
    expect(waits(WEBHOOK_RETRIES).slice(0, 5)).toEqual([5, 20, 80, 320, 1280]);
    const total = waits(MAIL_RETRIES).reduce<number>(
      (sum, one) => sum + (one ?? 0),
      0,
    );
    expect(total / 3600).toBeGreaterThan(47);
    expect(retryAfterSeconds(MAIL_RETRIES, 1, 0)).toBe(8);
  });
});

describe('a recipient', () => {
  const keys = RecipientKeys.create({
    secret: 'a secret of at least 32 characters',
  });

  it('is one whatever its capitals, and told only to who has the key', () => {
    const hash = keys.hash(' Lin.Yue@Example.test');
    expect(hash).toBe(keys.hash('lin.yue@example.test'));
    expect(hash).not.toBe(
      RecipientKeys.create({
        secret: 'another secret of 32 characters..',
      }).hash('lin.yue@example.test'),
    );
  });

  it('leaves by a token that nobody else can make or change', () => {
    const claim = {
      recipient: keys.hash('a@example.test'),
      scope: 'optional',
    } as const;
    const token = keys.token(claim);
    expect(keys.read(token)).toEqual(claim);
    expect(keys.read(token.replace('optional', 'all'))).toBeUndefined();
    fc.assert(
      fc.property(
        fc.nat({ max: token.length - 1 }),
        fc.constantFrom(...'abcXYZ019-_.'),
        (at, letter) => {
          const changed = token.slice(0, at) + letter + token.slice(at + 1);
          expect(keys.read(changed) === undefined).toBe(changed !== token);
        },
      ),
    );
    expect(keys.read('')).toBeUndefined();
  });
});

describe('the contact of an order', () => {
  const money = (amount: number) => ({ amount, currency: 'EUR' });
  const contact = {
    orderId: 'o-1',
    orderNumber: 'SF-1',
    email: 'lin.yue@example.test',
    name: 'Lin\r\nBcc: x@example.test',
    language: 'zh',
    lines: [
      {
        sku: 'a',
        name: { en: 'A', zh: '甲' },
        quantity: 1,
        total: money(100),
        more: 1,
      },
    ],
    totals: {
      items: money(100),
      discounts: money(0),
      shipping: money(0),
      tax: money(16),
      total: money(100),
    },
  };

  it('is read without what goes into no header', () => {
    expect(readContact(contact)).toMatchObject({
      name: 'Lin Bcc: x@example.test',
      language: 'zh',
      lines: [{ sku: 'a', total: money(100) }],
    });
  });

  it.each([
    ['email', { email: 'a@b, c@d' }],
    ['email', { email: 'x' }],
    ['orderNumber', { orderNumber: '' }],
    ['totals.total', { totals: { ...contact.totals, total: 100 } }],
    [
      'lines[0].name.zh',
      { lines: [{ ...contact.lines[0], name: { en: 'A' } }] },
    ],
    ['lines[0].quantity', { lines: [{ ...contact.lines[0], quantity: 1.5 }] }],
  ])('without a usable %s is refused without its value', (field, overrides) => {
    expect(() => readContact({ ...contact, ...overrides })).toThrow(
      new ContactError(field),
    );
  });
});

it('a token bucket lets a second’s worth through at once, then as many a second', () => {
  let now = 0;
  const bucket = TokenBucket.create({ perSecond: 10, nowMs: () => now });
  expect(bucket.available()).toBe(10);
  bucket.take(10);
  expect(bucket.available()).toBe(0);
  now = 250;
  expect(bucket.available()).toBe(2);
  now = 60_000;
  expect(bucket.available()).toBe(10);
});
