import { resolve } from 'node:path';
import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import { describeCalls, findCycle } from '../calls/callGraph.ts';
import { catalogCalls } from '../calls/declaredCalls.ts';
import type { Drill, DrillContext } from '../Drill.ts';
import { EdgeCustomer } from '../shopper/EdgeCustomer.ts';
import { EdgeShopper } from '../shopper/EdgeShopper.ts';
import { Goods } from '../shopper/Goods.ts';
import { expectStatus } from '../shopper/http.ts';
import { Provider } from '../shopper/Provider.ts';
import { eventually } from './eventually.ts';
import { QUICK_SETTINGS } from './quickSettings.ts';

const repoRoot = resolve(import.meta.dirname, '../../../..');
/** Longer than services keep spans before they send them. */
const SPANS_WITHIN_MS = 20_000;
/** Calls back as an outsider does: no relation of ours, and nobody of the shop waits for it. */
const OUTSIDE = 'test-payment-provider';

/** A guest looks around, buys with a card that asks back, and sends it all away again. */
async function guestJourney(
  { stack }: DrillContext,
  sku: string,
): Promise<{ cartId: string; email: string }> {
  const guest = new EdgeShopper(stack.service('storefront').url);
  const list = expectStatus(await guest.get('/api/products?limit=2'), 200);
  for (const path of [
    '/api/home',
    '/api/categories',
    `/api/products/${list.body.items[0].slug}`,
    '/api/search?q=tea',
    '/api/search/suggestions?q=te',
  ]) {
    expectStatus(await guest.get(path), 200);
  }
  const { cartId } = expectStatus(await guest.createCart(), 200, 201).body;
  expectStatus(await guest.setLine({ sku, quantity: 2 }), 200);
  const quote = expectStatus(await guest.quote(cartId), 201).body;
  const order = expectStatus(
    await guest.place(quote.quoteId, { token: 'tok_redirect' }),
    202,
  ).body;
  await new Provider(stack).answer(order.nextAction.url);
  await eventually(
    () => guest.get(`/api/orders/${order.orderId}`),
    ({ body }) => body.state === 'completed',
    { withinMs: 60_000 },
  );
  expectStatus(await guest.get('/api/orders'), 200);
  // Left in the cart for whom the guest signs in as.
  expectStatus(await guest.setLine({ sku, quantity: 1 }), 200);
  const cart = expectStatus(await guest.get('/api/cart'), 200).body;
  return { cartId: cart.cartId, email: 'sample.shopper@larkfield.example' };
}

/** The guest signs in, claims what was bought, takes a copy of everything and leaves for good. */
async function customerJourney(
  { stack }: DrillContext,
  guest: { cartId: string; email: string },
): Promise<void> {
  const customer = await EdgeCustomer.signIn(stack, {
    customerId: newId(),
    email: guest.email,
    guestCartId: guest.cartId,
  });
  expectStatus(await customer.ask('GET', '/api/me'), 200);
  expectStatus(await customer.ask('GET', '/api/cart'), 200);
  const claims = await customer.ask('POST', '/api/me/claims');
  expectStatus(claims, 200, 201);
  const copy = expectStatus(
    await customer.ask('POST', '/api/me/exports'),
    202,
  ).body;
  await eventually(
    () => customer.ask('GET', `/api/me/exports/${copy.exportId}`),
    ({ body }) => body.state === 'ready',
    { withinMs: 60_000 },
  );
  expectStatus(
    await customer.ask('POST', `/api/me/exports/${copy.exportId}/download`),
    200,
  );
  const link = await eventually(
    async () =>
      /\/unsubscribe\?token=[\w.%-]+/.exec(
        JSON.stringify(stack.mailbox.store.list({ to: guest.email })),
      )?.[0],
    found => found !== undefined,
    { withinMs: 30_000 },
  );
  expectStatus(await customer.ask('GET', link ?? '/no-mail-has-a-link'), 200);
  expectStatus(await customer.ask('POST', '/api/me/erasures'), 202);
}

/** Who really calls whom, while people do everything that the shop offers them. */
export const callGraphSeen: Drill = {
  name: 'call-graph',
  title:
    'A whole shopping journey, every request traced: synchronous calls form no cycle, and are exactly those that are declared',
  serviceEnv: QUICK_SETTINGS,
  traced: true,
  async run(context) {
    const { stack, say, figure, check } = context;
    const goods = await Goods.create(stack);
    const [sku] = await goods.skus(1);
    await goods.leave(sku, 20);
    say('a guest shops through the storefront');
    const guest = await guestJourney(context, sku);
    say('signs in, takes a copy of everything, and leaves');
    await customerJourney(context, guest);

    say('waits for the last spans');
    const declared = new Set(describeCalls(catalogCalls(repoRoot)));
    const notIn = (lines: readonly string[]) =>
      [...declared].filter(line => !lines.includes(line));
    const lines = await eventually(
      async () =>
        describeCalls(stack.traces.calls()).filter(
          line => !line.startsWith(`${OUTSIDE} -> `),
        ),
      seen => notIn(seen).length === 0,
      { withinMs: SPANS_WITHIN_MS, everyMs: 1000 },
    );
    const seen = stack.traces.calls();
    const cycle = findCycle(
      new Map([...seen].filter(([caller]) => caller !== OUTSIDE)),
    );
    const undeclared = lines.filter(line => !declared.has(line));
    const unseen = notIn(lines);
    figure('spans', stack.traces.spanCount);
    figure('calls seen', lines.join(', '));
    check('calls form no cycle', cycle === undefined, cycle?.join(' -> '));
    check(
      'no call is undeclared',
      undeclared.length === 0,
      undeclared.join(', '),
    );
    check(
      'every declared call was seen: the catalog has no fiction',
      unseen.length === 0,
      `not seen: ${unseen.join(', ')}`,
    );
  },
};
