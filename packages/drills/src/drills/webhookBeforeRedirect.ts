import type { Drill, DrillContext } from '../Drill.ts';
import { Goods } from '../shopper/Goods.ts';
import { expectStatus } from '../shopper/http.ts';
import { Provider } from '../shopper/Provider.ts';
import { Shopper } from '../shopper/Shopper.ts';
import { checkAtRest } from './checkAtRest.ts';
import { eventually } from './eventually.ts';

/** Seconds after which a payment that nobody approved is given up. */
const DEADLINE_SECONDS = 40;

interface Redirected {
  shopper: Shopper;
  orderId: string;
  paymentId: string;
  /** Where the shopper approves. */
  url: string;
}

const SOLD = [
  'requesting-shipment',
  'fulfilling',
  'shipped',
  'completed',
] as const;

function isSold(state: string): boolean {
  return SOLD.some(sold => sold === state);
}

/** Places an order whose payment the shopper has to approve at the provider. */
async function redirected(
  { stack }: DrillContext,
  sku: string,
): Promise<Redirected> {
  const shopper = await Shopper.create(stack);
  const { body } = expectStatus(
    await shopper.buy([{ sku, quantity: 1 }], { token: 'tok_redirect' }),
    202,
  );
  const [{ paymentId }] = await stack.databases.query<{ paymentId: string }>(
    'orders',
    'select payment_id as "paymentId" from orders where id = $1',
    [body.orderId],
  );
  return {
    shopper,
    orderId: body.orderId,
    paymentId,
    url: body.nextAction.url,
  };
}

async function stateOf({ shopper, orderId }: Redirected): Promise<string> {
  return expectStatus(await shopper.order(orderId), 200).body.state;
}

function becomes(
  order: Redirected,
  wanted: (state: string) => boolean,
  withinMs = 30_000,
): Promise<string> {
  return eventually(() => stateOf(order), wanted, { withinMs });
}

/** How often an order came into the state after its payment. */
async function confirmations(
  { stack }: DrillContext,
  orderId: string,
): Promise<number> {
  const [{ count }] = await stack.databases.query<{ count: number }>(
    'orders',
    `select count(*)::int as count from order_history where order_id = $1 and to_state = 'requesting-shipment'`,
    [orderId],
  );
  return count;
}

/** Ends the time of a reservation, as if the shopper had been away for twenty minutes, and waits until its goods are free. */
async function expire(
  { stack, check }: DrillContext,
  order: Redirected,
  what: string,
): Promise<void> {
  await stack.databases.query(
    'inventory',
    `update reservations set expires_at = now() - interval '1 second' where id = $1`,
    [order.orderId],
  );
  const state = await eventually(
    async () => {
      const [row] = await stack.databases.query<{ state: string }>(
        'inventory',
        'select state from reservations where id = $1',
        [order.orderId],
      );
      return row?.state;
    },
    now => now === 'expired',
    { withinMs: 20_000 },
  );
  check(
    `${what}: the reservation has ended before the payment`,
    state === 'expired',
    state,
  );
}

/** The webhook is faster than the shopper, comes again, late and out of order; and a payment succeeds when its goods are no longer held. */
export const webhookBeforeRedirect: Drill = {
  name: 'webhook-before-redirect',
  title:
    'Webhooks before the shopper, twice, late, replayed, out of order, never; success after the reservation ended: no paid order without goods, no goods without money',
  serviceEnv: {
    fulfilment: {
      SAMPLE_CARRIER_DISPATCH_SECONDS: '1',
      SAMPLE_CARRIER_DELIVERY_SECONDS: '1',
      CARRIER_POLL_INTERVAL_MS: '500',
    },
    orders: {
      ORDERS_PAYMENT_DEADLINE_SECONDS: String(DEADLINE_SECONDS),
      ORDERS_RESERVATION_TTL_SECONDS: '120',
      ORDERS_PAYMENT_POLL_MS: '5000',
    },
  },
  async run(context) {
    const { stack, say, figure, check } = context;
    const goods = await Goods.create(stack);
    const provider = new Provider(stack);
    const [sku, rare] = await goods.skus(2);
    await goods.leave(sku, 100);
    await goods.leave(rare, 1);
    const given: Record<string, number | boolean> = {
      webhook_before_redirect: false,
      webhook_copies: 1,
      webhook_delay_ms: 0,
      webhook_reverse_ms: 0,
      webhook_paused: false,
    };
    await provider.misbehave(given);

    say('one shopper never comes back');
    const forgotten = await redirected(context, sku);

    say('the webhook arrives before the shopper does');
    await provider.misbehave({ webhook_before_redirect: true });
    const first = await redirected(context, sku);
    await provider.answer(first.url);
    const startedAt = performance.now();
    const told = await becomes(first, isSold);
    figure(
      'order confirmed by the webhook alone, after the redirect',
      `${Math.round(performance.now() - startedAt)} ms`,
    );
    check('before: the webhook alone confirms the order', isSold(told), told);
    const back = await first.shopper.comeBack(first.orderId);
    check(
      'before: the shopper who comes back afterwards finds it so',
      back.status === 200 && isSold(back.body.state),
      JSON.stringify(back.body),
    );
    await provider.misbehave(given);

    say('webhooks come three times, late and the newest first');
    await provider.misbehave({
      webhook_copies: 3,
      webhook_delay_ms: 1500,
      webhook_reverse_ms: 1500,
    });
    const many = await Promise.all(
      Array.from({ length: 6 }, () => redirected(context, sku)),
    );
    await Promise.all(
      many.map(async ({ url, shopper, orderId }) => {
        await provider.answer(url);
        await shopper.comeBack(orderId);
      }),
    );
    const states = await Promise.all(many.map(order => becomes(order, isSold)));
    check(
      'late, twice, out of order: confirmed',
      states.every(isSold),
      `${states}`,
    );
    await provider.misbehave(given);

    say('webhooks do not come at all, and the shopper does not come back');
    await provider.misbehave({ webhook_paused: true });
    const silent = await redirected(context, sku);
    await provider.answer(silent.url);
    const silentState = await becomes(silent, isSold);
    check(
      'never: the order finds out by itself',
      isSold(silentState),
      silentState,
    );
    await provider.misbehave(given);

    say('all webhooks are sent again: the old bytes, and signed anew');
    const charge = (await provider.charge(first.paymentId))!;
    const replayed = await provider.replay(charge.id);
    figure('webhooks replayed', replayed.length);
    check(
      'replayed: taken in and ignored',
      replayed.length > 0 && replayed.every(status => status === 204),
      `${replayed}`,
    );
    await provider.repeat(charge.id);
    const counts = await Promise.all(
      [first, ...many, silent].map(({ orderId }) =>
        confirmations(context, orderId),
      ),
    );
    check(
      'each order was confirmed once',
      counts.every(count => count === 1),
      `${counts}`,
    );

    say('the payment succeeds after the reservation ended; there is stock');
    const late = await redirected(context, sku);
    await expire(context, late, 'late, with stock');
    await provider.answer(late.url);
    await late.shopper.comeBack(late.orderId);
    const lateState = await becomes(late, isSold);
    check(
      'late, with stock: reserved again and sold',
      isSold(lateState),
      lateState,
    );

    say(
      'the payment succeeds after the reservation ended; somebody else has the last piece',
    );
    const unlucky = await redirected(context, rare);
    await expire(context, unlucky, 'late, without stock');
    const lucky = await Shopper.create(stack);
    const other = await lucky.buy([{ sku: rare, quantity: 1 }]);
    check(
      'late, without stock: the other shopper has it',
      other.status === 201 || other.status === 202,
      JSON.stringify(other.body),
    );
    await provider.answer(unlucky.url);
    await unlucky.shopper.comeBack(unlucky.orderId);
    const unluckyState = await becomes(unlucky, state => state === 'rejected');
    check(
      'late, without stock: rejected',
      unluckyState === 'rejected',
      unluckyState,
    );
    const letGo = await provider.charge(unlucky.paymentId);
    check(
      'late, without stock: the money is let go',
      letGo?.status === 'voided',
      letGo?.status,
    );

    say('shoppers approve and cancel at the same moment');
    const torn = await Promise.all(
      Array.from({ length: 6 }, () => redirected(context, sku)),
    );
    await Promise.all(
      torn.flatMap(({ url, shopper, orderId }) => [
        provider.answer(url),
        shopper.cancel(orderId),
        shopper.comeBack(orderId),
      ]),
    );

    say(`waits until the payment that nobody approved is given up`);
    const forgottenState = await becomes(
      forgotten,
      state => state === 'rejected',
      (DEADLINE_SECONDS + 30) * 1000,
    );
    check(
      'never approved: given up after its deadline',
      forgottenState === 'rejected',
      forgottenState,
    );
    await provider.answer(forgotten.url);
    const tooLate = await provider.charge(forgotten.paymentId);
    check(
      'approved after the deadline: nothing is taken',
      tooLate?.status === 'voided' || tooLate?.status === 'expired',
      tooLate?.status,
    );
    const books = await checkAtRest(context, {
      withinMs: 120_000,
      until: ({ orders }) =>
        orders.every(({ state }) =>
          ['completed', 'rejected', 'cancelled'].includes(state),
        ),
    });
    const tornStates = torn.map(
      ({ orderId }) =>
        books.orders.find(order => order.orderId === orderId)?.state,
    );
    figure('approved and cancelled at once', tornStates.join(', '));
  },
};
