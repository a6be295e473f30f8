import type { Drill, DrillContext } from '../Drill.ts';
import { EdgeShopper } from '../shopper/EdgeShopper.ts';
import { Goods } from '../shopper/Goods.ts';
import { expectStatus } from '../shopper/http.ts';
import { Provider } from '../shopper/Provider.ts';
import { shiftedClock } from '../stack/shiftClock.ts';
import { checkAtRest } from './checkAtRest.ts';
import { eventually } from './eventually.ts';
import { metricOf } from './metricOf.ts';

const SERVICES = ['inventory', 'payments', 'orders', 'storefront'];
const OFF_SECONDS = 300;
/** Times of the process, short enough to see them end. */
const DEADLINE_SECONDS = 40;
const RESERVATION_SECONDS = 120;

const SETTINGS: Readonly<Record<string, Record<string, string>>> = {
  fulfilment: {
    SAMPLE_CARRIER_DISPATCH_SECONDS: '1',
    SAMPLE_CARRIER_DELIVERY_SECONDS: '1',
    CARRIER_POLL_INTERVAL_MS: '500',
  },
  orders: {
    ORDERS_PAYMENT_DEADLINE_SECONDS: String(DEADLINE_SECONDS),
    ORDERS_RESERVATION_TTL_SECONDS: String(RESERVATION_SECONDS),
    ORDERS_PAYMENT_POLL_MS: '5000',
  },
};

/** Buys as a browser does, with the tokens that the storefront makes: five minutes long. */
async function buyAtTheEdge(
  { stack }: DrillContext,
  sku: string,
  token?: string,
) {
  const shopper = new EdgeShopper(stack.service('storefront').url);
  const cart = expectStatus(await shopper.createCart(), 200, 201);
  expectStatus(await shopper.setLine({ sku, quantity: 1 }), 200);
  const quote = expectStatus(await shopper.quote(cart.body.cartId), 201);
  return {
    shopper,
    answer: await shopper.place(quote.body.quoteId, { token }),
  };
}

/** How long each deadline of an order still is, by the database's clock; in seconds. */
async function deadlinesOf({ stack }: DrillContext, orderId: string) {
  const left = async (service: string, text: string) => {
    const [row] = await stack.databases.query<{ left: number }>(service, text, [
      orderId,
    ]);
    return row?.left;
  };
  const [payment, reservation, authorisation] = await Promise.all([
    left(
      'orders',
      `select extract(epoch from payment_deadline - now())::float8 as left from orders where id = $1`,
    ),
    left(
      'inventory',
      `select extract(epoch from expires_at - now())::float8 as left from reservations where id = $1`,
    ),
    left(
      'payments',
      `select extract(epoch from expires_at - now())::float8 as left from payments where order_id = $1`,
    ),
  ]);
  return { payment, reservation, authorisation };
}

async function withClock(
  context: DrillContext,
  name: string,
  offsetSeconds: number,
  skus: readonly string[],
): Promise<{ name: string; orderId: string }> {
  const { stack, say, check } = context;
  const provider = new Provider(stack);
  const service = stack.service(name);
  const what = `${name} ${offsetSeconds > 0 ? 'ahead' : 'behind'}`;
  say(`the clock of ${name} is ${offsetSeconds} s off`);
  await service.stop();
  await service.start({
    ...SETTINGS[name],
    ...shiftedClock(offsetSeconds * 1000),
  });

  const skew = await metricOf(service.url, 'database_clock_skew_seconds');
  check(
    `${what}: it says so itself`,
    Math.abs((skew ?? 0) + offsetSeconds) < 5,
    `${skew} s`,
  );
  const bought = await buyAtTheEdge(context, skus[0]);
  check(
    `${what}: an order is placed`,
    bought.answer.status === 201 || bought.answer.status === 202,
    JSON.stringify(bought.answer.body),
  );
  const redirect = await buyAtTheEdge(context, skus[1], 'tok_redirect');
  const { orderId, nextAction } = redirect.answer.body ?? {};
  check(
    `${what}: an order waits for its shopper`,
    redirect.answer.status === 202 && nextAction !== undefined,
    JSON.stringify(redirect.answer.body),
  );
  const left = await deadlinesOf(context, orderId);
  check(
    `${what}: deadlines are those of the database’s clock`,
    Math.abs((left.payment ?? 0) - DEADLINE_SECONDS) < 15 &&
      Math.abs((left.authorisation ?? 0) - DEADLINE_SECONDS) < 15 &&
      Math.abs((left.reservation ?? 0) - RESERVATION_SECONDS) < 15,
    JSON.stringify(left),
  );
  await provider.answer(nextAction.url);
  const state = await eventually(
    async () =>
      (await redirect.shopper.get(`/api/orders/${orderId}`)).body?.state,
    now => now !== 'awaiting-payment' && now !== 'confirming',
    { withinMs: 30_000 },
  );
  check(
    `${what}: the webhook is believed and the order confirmed`,
    ['requesting-shipment', 'fulfilling', 'shipped', 'completed'].includes(
      state,
    ),
    state,
  );
  // One that nobody approves, to see its deadline pass while the clock is off.
  const forgotten = await buyAtTheEdge(context, skus[2], 'tok_redirect');
  const early = await forgotten.shopper.get(
    `/api/orders/${forgotten.answer.body.orderId}`,
  );
  check(
    `${what}: nothing ends before its time`,
    early.body?.state === 'awaiting-payment',
    JSON.stringify(early.body?.state),
  );
  return { name: what, orderId: forgotten.answer.body.orderId };
}

/** One service at a time believes that it is five minutes earlier or later than it is. */
export const clockOff: Drill = {
  name: 'clock-off',
  title: `The clock of ${SERVICES.join(', ')} is ${OFF_SECONDS / 60} minutes off, one at a time, either way: orders go on, and deadlines are those of the databases`,
  serviceEnv: SETTINGS,
  async run(context) {
    const { stack, figure, check } = context;
    const goods = await Goods.create(stack);
    const skus = await goods.skus(3);
    for (const sku of skus) await goods.leave(sku, 100);
    const forgotten: { name: string; orderId: string }[] = [];
    for (const name of SERVICES) {
      for (const offset of [OFF_SECONDS, -OFF_SECONDS]) {
        forgotten.push(await withClock(context, name, offset, skus));
      }
      // The last one stays off until what is waited for has ended by its deadline.
      if (name !== SERVICES.at(-1)) {
        await stack.service(name).stop();
        await stack.service(name).start(SETTINGS[name]);
      }
    }
    figure('clocks that were off', forgotten.length);
    const books = await checkAtRest(context, {
      withinMs: (DEADLINE_SECONDS + 120) * 1000,
      until: ({ orders }) =>
        orders.every(({ state }) =>
          ['completed', 'rejected', 'cancelled'].includes(state),
        ),
    });
    const stateOf = new Map(
      books.orders.map(({ orderId, state }) => [orderId, state]),
    );
    check(
      'what nobody approved is given up, all else is sold',
      forgotten.every(({ orderId }) => stateOf.get(orderId) === 'rejected') &&
        books.orders.length > forgotten.length,
      forgotten
        .map(({ name, orderId }) => `${name}: ${stateOf.get(orderId)}`)
        .join('; '),
    );
    figure('orders', books.orders.length);
    figure(
      'of them sold',
      books.orders.filter(({ state }) => state === 'completed').length,
    );
  },
};
