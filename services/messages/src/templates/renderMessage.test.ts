import type { OrderContact } from '../domain/contact.ts';
import type { Language } from '../domain/types.ts';
import {
  renderCareMessage,
  renderShopperMessage,
  type ShopperMessage,
} from './renderMessage.ts';

const contact = (language: Language): OrderContact => ({
  orderId: '0193f2f0-0000-7000-8000-000000000001',
  orderNumber: 'SF-2026-000123',
  email: 'lin.yue@example.test',
  name: language === 'zh' ? '林月' : 'Marta Silva',
  language,
  lines: [
    {
      sku: 'pot',
      name: { en: 'Tea pot', zh: '茶壶' },
      quantity: 1,
      total: { amount: 4650, currency: 'KWD' },
    },
    {
      sku: 'cup',
      name: { en: 'Cup', zh: '茶杯' },
      quantity: 4,
      total: { amount: 8000, currency: 'KWD' },
    },
  ],
  totals: {
    items: { amount: 12_650, currency: 'KWD' },
    discounts: { amount: 1265, currency: 'KWD' },
    shipping: { amount: 0, currency: 'KWD' },
    tax: { amount: 0, currency: 'KWD' },
    total: { amount: 11_385, currency: 'KWD' },
  },
});

const message = (
  language: Language,
  overrides: Partial<ShopperMessage>,
): ShopperMessage => ({
  kind: 'order-confirmed',
  contact: contact(language),
  facts: {},
  parcels: [],
  shopName: 'Larkfield Market',
  orderPageUrl: 'https://shop.example.test/orders/{orderId}',
  ...overrides,
});

const cases: [string, Partial<ShopperMessage>][] = [
  ['order-confirmed', {}],
  ['order-cancelled', { kind: 'order-cancelled' }],
  [
    'order-shipped',
    {
      kind: 'order-shipped',
      facts: { complete: true },
      parcels: [
        {
          carrier: 'sample',
          trackingId: 'SAMPLE-1',
          lines: [
            { sku: 'cup', quantity: 4 },
            { sku: 'gone', quantity: 1 },
          ],
        },
      ],
    },
  ],
  ['order-shipped in part', { kind: 'order-shipped', facts: {} }],
  [
    'order-delivered',
    {
      kind: 'order-delivered',
      unsubscribeUrl: 'http://shop.test/unsubscribe?token=a.optional.b',
    },
  ],
  [
    'order-refunded',
    {
      kind: 'order-refunded',
      facts: { refund: { amount: 123_456, currency: 'JPY' } },
    },
  ],
];

describe.each(['en', 'zh'] as const)('messages in %s', language => {
  it.each(cases)('%s', (_name, overrides) => {
    const { subject, text, html } = renderShopperMessage(
      message(language, overrides),
    );
    expect(`Subject: ${subject}\n\n${text}`).toMatchSnapshot('text');
    expect(html.slice(html.indexOf('<body>'))).toMatchSnapshot('html');
  });

  it('to care', () => {
    const { subject, text } = renderCareMessage({
      orderId: 'o-1',
      orderNumber: 'SF-1',
      reason: 'refund-failed',
      language,
      shopName: 'Larkfield Market',
    });
    expect(`Subject: ${subject}\n\n${text}`).toMatchSnapshot();
  });
});

it('leads to no page where the shop has none', () => {
  const { text, html } = renderShopperMessage(
    message('en', { orderPageUrl: undefined }),
  );
  expect(text).not.toMatch(/https?:/);
  expect(html.slice(html.indexOf('<body>'))).not.toMatch(/href/);
});

it('escapes whatever people and products are called, in HTML alone', () => {
  const evil = `<img src=x onerror="alert('&')">`;
  const one = message('en', {
    contact: {
      ...contact('en'),
      name: evil,
      lines: [{ ...contact('en').lines[0], name: { en: evil, zh: evil } }],
    },
  });
  const { html, text } = renderShopperMessage(one);
  expect(html).not.toContain('<img');
  expect(
    html.match(
      /&lt;img src=x onerror=&quot;alert\(&#39;&amp;&#39;\)&quot;&gt;/g,
    ),
  ).toHaveLength(2);
  expect(text.split(evil)).toHaveLength(3);
});

it('has a way out only where it was given one', () => {
  const { html, text } = renderShopperMessage(message('en', {}));
  expect(html + text).not.toContain('nsubscribe');
});
