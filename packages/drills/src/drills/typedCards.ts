import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import { request } from 'undici';
import type { DrillContext } from '../Drill.ts';
import { EdgeShopper } from '../shopper/EdgeShopper.ts';
import { ask, expectStatus, type Answer } from '../shopper/http.ts';
import { Provider } from '../shopper/Provider.ts';
import { Shopper } from '../shopper/Shopper.ts';
import { Staff } from '../shopper/Staff.ts';

/** Numbers that networks publish for tests, as people write them. */
export const NUMBERS = [
  '4242424242424242',
  '5555 5555 5555 4444',
  '3782-822463-10005',
  '4000000000003220',
];
/** The one that may see a number. */
export const PROVIDER = 'test-payment-provider';

/** A request with a number in it, and its answer. */
export interface Attempt {
  where: string;
  answer: Answer;
}

/** Puts a value into each field of a document, one after another; names each by its path. */
function inEachField(
  document: unknown,
  value: string,
  path = '',
): { path: string; document: unknown }[] {
  if (typeof document !== 'object' || document === null) {
    return [{ path, document: value }];
  }
  return Object.entries(document).flatMap(([name, member]) =>
    inEachField(member, value, `${path}/${name}`).map(changed => ({
      path: changed.path,
      document: Array.isArray(document)
        ? document.map((item, index) =>
            String(index) === name ? changed.document : item,
          )
        : { ...document, [name]: changed.document },
    })),
  );
}

/** A body that is no JSON; parsers like to quote what they could not read. */
async function askBroken(
  url: string,
  token: string,
  number: string,
): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-shop-request': '1',
      'idempotency-key': newId(),
    },
    body: `{"card": ${number.replaceAll(/\D/g, '')} "oops": }`,
  });
  return { status: statusCode, headers, body: await body.text() };
}

/** Sends each number into each field of what shoppers and staff send to orders and customers. */
export async function typeIntoEverything(
  { stack }: DrillContext,
  sku: string,
): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  const guest = await Shopper.create(stack);
  const customer = await Shopper.create(stack, { kind: 'customer' });
  const staff = await Staff.create(stack);
  const edge = new EdgeShopper(stack.service('storefront').url);
  expectStatus(await edge.createCart(), 200, 201);
  const order = expectStatus(
    await guest.buy([{ sku, quantity: 1 }]),
    201,
    202,
  ).body;
  const note = (where: string, answer: Answer) =>
    attempts.push({ where, answer });
  for (const [turn, number] of NUMBERS.entries()) {
    const cartId = await guest.fillCart([{ sku, quantity: 1 }]);
    const quote = {
      cartId,
      email: guest.email,
      language: 'en',
      shippingAddress: {
        name: 'Sample Shopper',
        line1: 'Musterweg 1',
        line2: 'Hinterhaus',
        city: 'Berlin',
        region: 'BE',
        postalCode: '10115',
        country: 'DE',
      },
      shippingOptionId: 'standard',
      promotionCodes: ['TEA10'],
      // A field that nobody knows.
      card: 'number',
    };
    const place = {
      quoteId: newId(),
      payment: { token: 'tok_approved', cvc: '123' },
      returnUrl: 'https://shop.example/back',
    };
    const address = { label: 'Home', address: quote.shippingAddress };
    const documents: [string, 'POST' | 'PUT', string, string, unknown][] = [
      ['orders', 'POST', '/quotes', guest.token, quote],
      ['orders', 'POST', '/orders', guest.token, place],
      [
        'orders',
        'POST',
        `/orders/${order.orderId}/returns`,
        guest.token,
        { returnId: newId(), lines: [{ sku, quantity: 1 }], reason: 'Broken' },
      ],
      [
        'customers',
        'PUT',
        '/me',
        customer.token,
        { displayName: 'Sample', language: 'en' },
      ],
      ['customers', 'POST', '/me/addresses', customer.token, address],
    ];
    for (const [service, method, path, token, document] of documents) {
      for (const changed of inEachField(document, `My card: ${number}`)) {
        note(
          `${service} ${path} ${changed.path}`,
          await ask({
            method,
            url: stack.service(service).url + path,
            token,
            body: changed.document,
            headers: { 'idempotency-key': newId(), 'x-shop-request': '1' },
          }),
        );
      }
    }
    for (const changed of inEachField(quote, `My card: ${number}`)) {
      note(
        `storefront /api/quotes ${changed.path}`,
        await edge.post('/api/quotes', changed.document),
      );
    }
    const bare = number.replaceAll(/\D/g, '');
    note(
      'orders Idempotency-Key',
      await guest.place(newId(), { key: `my-card-${bare}` }),
    );
    note(
      'orders returnUrl query',
      await ask({
        method: 'POST',
        url: `${stack.service('orders').url}/orders`,
        token: guest.token,
        body: {
          ...place,
          payment: { token: 'tok_approved' },
          returnUrl: `https://shop.example/back?card=${bare}`,
        },
        headers: { 'idempotency-key': newId() },
      }),
    );
    note('orders payment token', await guest.place(newId(), { token: bare }));
    note(
      'orders reason of care',
      await staff.ask(
        'orders',
        'POST',
        `/care/orders/${order.orderId}/refunds`,
        {
          refundId: newId(),
          amount: { amount: 1, currency: 'EUR' },
          reason: `Shopper said ${number}`,
        },
      ),
    );
    note(
      'payments field',
      await ask({
        method: 'POST',
        url: `${stack.service('payments').url}/payments`,
        body: {
          paymentId: newId(),
          orderId: newId(),
          amount: { amount: 100, currency: 'EUR' },
          token: bare,
          returnUrl: 'https://shop.example/back',
          expiresInSeconds: 900,
        },
      }),
    );
    note(
      'payments webhook',
      await ask({
        method: 'POST',
        url: `${stack.service('payments').url}/webhooks/testpay`,
        body: {
          id: `evt_${turn}`,
          type: 'charge.updated',
          data: { card: { number } },
        },
        headers: { 'testpay-signature': 't=1,v1=00' },
      }),
    );
  }
  return attempts;
}

/** Where a number is of no use at all: paths, queries, headers, broken bodies of every service. Only its traces matter. */
export async function typeAnywhere({ stack }: DrillContext): Promise<number> {
  const { token } = await Shopper.create(stack, { kind: 'customer' });
  let requests = 0;
  for (const { name, url } of stack.services) {
    for (const number of NUMBERS) {
      const typed = encodeURIComponent(number);
      const paths = [
        `/${typed}`,
        `/orders/${typed}`,
        `/api/products/${typed}`,
        `/api/search?q=${typed}`,
        `/search?q=${typed}`,
        `/suggestions?q=${typed}`,
        `/products/${typed}`,
        `/carts/${typed}`,
        `/unsubscribe?token=${typed}`,
        `/health/ready?card=${typed}`,
      ];
      for (const path of paths) {
        await ask({
          url: url + path,
          token,
          headers: {
            'x-request-id': `card-${number.replaceAll(' ', '-')}`,
            'user-agent': `card ${number}`,
            cookie: `sf_session=${typed}`,
            baggage: `card=${typed}`,
            tracestate: `card=${typed}`,
            referer: `https://shop.example/?card=${typed}`,
          },
        });
        requests += 1;
      }
      if (name !== PROVIDER) {
        for (const path of [
          '/orders',
          '/api/orders',
          '/payments',
          '/carts',
          '/quotes',
          '/me',
          '/webhooks/testpay',
          '/reservations',
          '/shipments',
        ]) {
          await askBroken(url + path, token, number);
          requests += 1;
        }
      }
    }
  }
  return requests;
}

/** Buys with tokens that the card field made of the numbers; returns the tokens. */
export async function payWithCards(
  { stack, check }: DrillContext,
  sku: string,
): Promise<{ tokens: string[]; orderIds: string[] }> {
  const provider = new Provider(stack);
  const tokens: string[] = [];
  const orderIds: string[] = [];
  for (const number of NUMBERS) {
    // Straight at orders, and as a browser does through the storefront.
    const [first, second] = [
      await provider.tokenFor(number),
      await provider.tokenFor(number),
    ];
    tokens.push(first, second);
    const shopper = await Shopper.create(stack);
    const direct = await shopper.buy([{ sku, quantity: 1 }], { token: first });
    const edge = new EdgeShopper(stack.service('storefront').url);
    const cart = expectStatus(await edge.createCart(), 200, 201);
    await edge.setLine({ sku, quantity: 1 });
    const quote = expectStatus(await edge.quote(cart.body.cartId), 201);
    const viaEdge = await edge.place(quote.body.quoteId, { token: second });
    for (const { status, body } of [direct, viaEdge]) {
      check(
        `an order is paid with a token of a card (…${number.slice(-4)})`,
        status === 201 || status === 202,
        `${status} ${JSON.stringify(body)}`,
      );
      if (body.nextAction) await provider.answer(body.nextAction.url);
      orderIds.push(body.orderId);
    }
  }
  return { tokens, orderIds };
}
