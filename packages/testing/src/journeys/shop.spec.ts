import { signInToken } from '@shopfloor/sandbox';
import { EdgeShopper } from '@shopfloor/drills/src/shopper/EdgeShopper.ts';
import { expect, test } from '@playwright/test';
import { signIn } from '../support/portal.ts';
import { requiredEnv } from '../support/shop.ts';

const portalUrl = requiredEnv('SHOPFLOOR_TEST_PORTAL_URL');
const gateway = new URL(requiredEnv('SHOPFLOOR_TEST_GATEWAY_URL'));
const mailbox = `http://localhost:${
  Number(requiredEnv('SHOPFLOOR_TEST_PORT_BASE')) + 26
}`;

/** Every service of the shop with the team that owns it. */
const OWNERS = {
  storefront: 'storefront-team',
  products: 'merchandising-team',
  'product-search': 'merchandising-team',
  inventory: 'fulfilment-team',
  cart: 'checkout-team',
  customers: 'storefront-team',
  orders: 'checkout-team',
  payments: 'payments-team',
  fulfilment: 'fulfilment-team',
  messages: 'messaging-team',
};

test('a shopper buys through the gateway; the order is shipped and mail tells of it', async () => {
  test.setTimeout(180_000);
  const shopper = new EdgeShopper(`http://127.0.0.1:${gateway.port}`, {
    host: gateway.host,
  });
  const list = await shopper.get('/api/products?limit=5');
  expect(list.status).toBe(200);
  const product = await shopper.get(`/api/products/${list.body.items[0].slug}`);
  const [variant] = product.body.variants;
  const cart = await shopper.createCart();
  expect(cart.status).toBe(201);
  const filled = await shopper.setLine({ sku: variant.sku, quantity: 1 });
  expect(filled.body.subtotal).toEqual(variant.price);
  const quote = await shopper.quote(cart.body.cartId);
  expect(quote.status, JSON.stringify(quote.body)).toBe(201);
  const order = await shopper.place(quote.body.quoteId);
  expect(order.status, JSON.stringify(order.body)).toBe(201);
  await expect
    .poll(
      async () =>
        (await shopper.get(`/api/orders/${order.body.orderId}`)).body.state,
      { timeout: 90_000 },
    )
    .toMatch(/shipped|delivered|completed/);
  await expect
    .poll(
      async () => {
        const answer = await fetch(
          `${mailbox}/api/messages?to=sample.shopper@larkfield.example`,
        );
        const { items } = (await answer.json()) as {
          items: { subject: string }[];
        };
        return items
          .map(({ subject }) => subject)
          .filter(subject => subject.includes(order.body.orderNumber)).length;
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThanOrEqual(2);
});

test('all ten services are in the catalog, with owner, API, docs and objectives', async ({
  request,
}) => {
  const token = await signInToken({ user: 'chen.wei', portalUrl });
  const headers = { authorization: `Bearer ${token}` };
  for (const [name, owner] of Object.entries(OWNERS)) {
    const entity = await (
      await request.get(
        `/api/catalog/entities/by-name/component/default/${name}`,
        { headers },
      )
    ).json();
    expect(entity.spec?.owner, name).toBe(`group:default/${owner}`);
    expect(entity.spec.providesApis, name).toHaveLength(1);
    expect(
      entity.metadata.annotations['backstage.io/techdocs-ref'],
      name,
    ).toBeDefined();
    const api = await (
      await request.get(`/api/catalog/entities/by-name/api/default/${name}`, {
        headers,
      })
    ).json();
    expect(api.spec.definition, name).toContain(
      `http://${name}.production.shop.localhost:${gateway.port}`,
    );
  }
  const { items } = await (
    await request.get('/api/slo/slos?limit=100', { headers })
  ).json();
  const covered = new Set(
    items.map(({ entityRef }: { entityRef: string }) =>
      entityRef.replace('component:default/', ''),
    ),
  );
  expect([...covered]).toEqual(expect.arrayContaining(Object.keys(OWNERS)));
});

test('an API can be tried out from its page, and an internal route refuses even there', async ({
  page,
}) => {
  await signIn(page, 'ben.lindqvist');
  await page.goto('/catalog/default/api/products/definition');
  const operation = page.locator('.opblock', {
    has: page.getByText('/categories', { exact: true }),
  });
  await operation.locator('.opblock-summary').click();
  await operation.getByRole('button', { name: 'Try it out' }).click();
  await operation.getByRole('button', { name: 'Execute' }).click();
  await expect(
    operation.locator('.live-responses-table .response-col_status').last(),
  ).toHaveText(/200/);
  const internal = await page.evaluate(async port => {
    const answer = await fetch(
      `http://products.production.shop.localhost:${port}/lookups`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ skus: ['LF-00001-1'], currency: 'EUR' }),
      },
    );
    return answer.status;
  }, gateway.port);
  expect(internal).toBe(403);
});
