import { setTimeout as delay } from 'node:timers/promises';
import type { Drill, DrillContext } from '../Drill.ts';
import { buyPatiently, type PatientlyBought } from '../shopper/buyPatiently.ts';
import { Goods } from '../shopper/Goods.ts';
import type { Shopper } from '../shopper/Shopper.ts';
import { outOfOrder, readEventLog } from './eventLogBooks.ts';
import { eventually } from './eventually.ts';
import { metricOf } from './metricOf.ts';
import { percentile } from './percentile.ts';
import { QUICK_SETTINGS } from './quickSettings.ts';

const DOWN_MS = 6000;
const EVERY_MS = 250;

/** One shopper after the other begins, at fixed times whatever the answers take. */
async function orderFor(
  { stack }: DrillContext,
  options: { sku: string; forMs: number },
): Promise<PatientlyBought[]> {
  const buying: Promise<PatientlyBought | Error>[] = [];
  const until = performance.now() + options.forMs;
  while (performance.now() < until) {
    buying.push(
      buyPatiently(stack, [{ sku: options.sku, quantity: 1 }]).catch(
        (error: Error) => error,
      ),
    );
    await delay(EVERY_MS);
  }
  return (await Promise.all(buying)).map(one => {
    if (one instanceof Error) throw one;
    return one;
  });
}

/** The event log does not answer while people buy. */
export const eventBusDown: Drill = {
  name: 'event-bus-down',
  title:
    'The event log is closed while orders are placed and sent: all are taken, no event is lost or overtaken, the lag is seen, all is told afterwards',
  serviceEnv: QUICK_SETTINGS,
  async run(context) {
    const { stack, say, figure, check } = context;
    const goods = await Goods.create(stack);
    const [sku] = await goods.skus(1);
    await goods.leave(sku, 1000);
    const orders = stack.service('orders');
    const lagOfCart = () =>
      metricOf(stack.service('cart').url, 'event_lag_seconds', {
        topic: 'shop.orders',
      });
    const before = await orderFor(context, { sku, forMs: 2000 });
    say('the event log is closed');
    await stack.databases.closeDoor(true, ['events']);
    const closedAt = performance.now();
    let during: PatientlyBought[];
    let age: number | undefined;
    let lag: number | undefined;
    try {
      during = await orderFor(context, { sku, forMs: DOWN_MS });
      age = await metricOf(orders.url, 'outbox_oldest_age_seconds');
      lag = await lagOfCart();
    } finally {
      await stack.databases.closeDoor(false, ['events']);
    }
    const downMs = performance.now() - closedAt;
    const openedAt = performance.now();
    say('the event log is open again');
    const bought = [...before, ...during];
    const took = (some: PatientlyBought[]) =>
      `${percentile(
        some.map(({ tookMs }) => tookMs),
        0.95,
      )} ms`;
    figure('closed for', `${Math.round(downMs / 100) / 10} s`);
    figure('orders before', before.length);
    figure('orders meanwhile', during.length);
    figure('P95 of placing before', took(before));
    figure('P95 of placing meanwhile', took(during));
    figure(
      'age of the oldest event of orders, as its metric said',
      `${Math.round((age ?? 0) * 10) / 10} s`,
    );
    figure(
      'lag of cart, as its metric said',
      `${Math.round((lag ?? 0) * 10) / 10} s`,
    );
    check(
      'every order is taken',
      bought.every(({ answer }) => answer.status === 201),
      JSON.stringify(
        bought
          .filter(({ answer }) => answer.status !== 201)
          .slice(0, 3)
          .map(({ answer }) => [answer.status, answer.body]),
      ),
    );
    check(
      'what waits in the outbox is seen in its metric',
      (age ?? 0) > (DOWN_MS / 1000) * 0.6,
      `${age} s`,
    );
    check(
      'that nothing is heard is seen in the lag of a consumer',
      (lag ?? 0) > (DOWN_MS / 1000) * 0.5,
      `${lag} s`,
    );

    const ids = bought.map(({ answer }) => answer.body.orderId as string);
    const open = await eventually(
      () =>
        stack.databases.query<{ id: string; state: string }>(
          'orders',
          `select id, state from orders where id = any($1::uuid[]) and state <> 'completed'`,
          [ids],
        ),
      rows => rows.length === 0,
      { withinMs: 60_000 },
    );
    check(
      'every order is sent, paid and delivered',
      open.length === 0,
      JSON.stringify(open.slice(0, 5)),
    );
    const mailsOf = (shopper: Shopper) =>
      stack.mailbox.store.list({ to: shopper.email }).length;
    // Confirmed, and sent.
    const missing = await eventually(
      async () => bought.filter(({ shopper }) => mailsOf(shopper) < 2),
      some => some.length === 0,
      { withinMs: 60_000 },
    );
    const drained = await eventually(
      async () => ({
        age: await metricOf(orders.url, 'outbox_oldest_age_seconds'),
        lag: await lagOfCart(),
      }),
      seen => seen.age === 0 && (seen.lag ?? 1) < 0.5,
      { withinMs: 30_000 },
    );
    figure(
      'all told after',
      `${Math.round((performance.now() - openedAt) / 100) / 10} s`,
    );
    check(
      'every shopper has the mails of the order',
      missing.length === 0,
      `${missing.length} of ${bought.length} lack some`,
    );
    check(
      'the metrics fall back to nothing',
      drained.age === 0 && (drained.lag ?? 1) < 0.5,
      JSON.stringify(drained),
    );
    // Cart hears of an order by an event alone.
    const full = await eventually(
      () =>
        stack.databases.query<{ id: string }>(
          'cart',
          `select c.id from carts c where c.lines <> '{}'::jsonb and c.id = any($1::uuid[])`,
          [bought.map(({ answer }) => answer.body.cartId)],
        ),
      rows => rows.length === 0,
      { withinMs: 10_000 },
    );
    check(
      'what was ordered is out of the carts',
      full.length === 0,
      `${full.length} carts still hold it`,
    );

    const events = await readEventLog(stack, [
      'shop.orders',
      'shop.payments',
      'shop.shipments',
    ]);
    const confirmed = new Set(
      events
        .filter(({ type }) => type === 'shop.order.confirmed.v1')
        .map(({ subject }) => subject),
    );
    figure('events of these topics in the log', events.length);
    figure(
      'of them there twice',
      events.length - new Set(events.map(({ eventId }) => eventId)).size,
    );
    check(
      'each order was told of',
      ids.every(id => confirmed.has(id)),
      `${ids.filter(id => !confirmed.has(id)).length} were not`,
    );
    const broken = outOfOrder(events);
    check(
      'in the order of its versions',
      broken.length === 0,
      broken.slice(0, 3).join('; '),
    );
  },
};
