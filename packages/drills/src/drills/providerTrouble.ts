import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill } from '../Drill.ts';
import { preparePatiently } from '../shopper/buyPatiently.ts';
import { Goods } from '../shopper/Goods.ts';
import type { Answer } from '../shopper/http.ts';
import { Provider } from '../shopper/Provider.ts';
import { Shopper } from '../shopper/Shopper.ts';
import { checkAtRest } from './checkAtRest.ts';
import { eventually } from './eventually.ts';
import { metricOf } from './metricOf.ts';

/** No shopper waits longer for the answer to an order; the services' own limit of a request. */
const BOUND_MS = 10_000;

interface Timed {
  key: string;
  answer: Answer;
  ms: number;
}

function describe(timed: readonly Timed[]): string {
  const counts = new Map<string, number>();
  for (const { answer } of timed) {
    const name = `${answer.status} ${answer.body?.code ?? answer.body?.state}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return `${[...counts]
    .map(([name, count]) => `${count} × ${name}`)
    .join(
      ', ',
    )}; slowest ${Math.round(Math.max(...timed.map(({ ms }) => ms)))} ms`;
}

/** The payment provider becomes slow, stops in the middle of calls, is gone, and comes back. */
export const providerTrouble: Drill = {
  name: 'provider-trouble',
  title:
    'The payment provider is 2 s slow, then frozen, then gone, then back: bounded answers, nothing left held, the breaker opens and closes',
  async run(context) {
    const { stack, say, figure, check } = context;
    const goods = await Goods.create(stack);
    const provider = new Provider(stack);
    const process = stack.service('test-payment-provider');
    const payments = stack.service('payments');
    const pids = [payments.pid, stack.service('orders').pid];
    const [sku] = await goods.skus(1);
    await goods.leave(sku, 1000);
    const all: Timed[] = [];
    const prepare = async (count: number) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const shopper = await Shopper.create(stack);
          return {
            shopper,
            quoteId: await preparePatiently(shopper, [{ sku, quantity: 1 }]),
          };
        }),
      );
    const place = async (
      buyers: Awaited<ReturnType<typeof prepare>>,
    ): Promise<Timed[]> => {
      const timed = await Promise.all(
        buyers.map(async ({ shopper, quoteId }) => {
          const startedAt = performance.now();
          const key = newId();
          const answer = await shopper.place(quoteId, { key });
          return { key, answer, ms: performance.now() - startedAt };
        }),
      );
      all.push(...timed);
      return timed;
    };
    const breaker = () =>
      metricOf(payments.url, 'http_client_breaker_state', {
        dependency: 'payment-provider',
      });
    const bounded = (what: string, timed: readonly Timed[]) =>
      check(
        `${what}: every answer within ${BOUND_MS / 1000} s`,
        timed.every(({ ms }) => ms < BOUND_MS),
        describe(timed),
      );

    check('at first the breaker is closed', (await breaker()) === 0);

    say('the provider takes 2 s for each call');
    await provider.misbehave({ latency_ms: 2000 });
    const slow = await place(await prepare(8));
    figure('slow', describe(slow));
    bounded('slow', slow);
    check(
      'slow: orders are taken all the same',
      slow.every(
        ({ answer }) => answer.status === 201 || answer.status === 202,
      ),
      describe(slow),
    );
    await provider.misbehave({ latency_ms: 0 });

    say('the provider stands still, with calls under way');
    const [frozenBuyers, goneBuyers] = [await prepare(4), await prepare(16)];
    process.freeze();
    const frozen = await place(frozenBuyers);
    figure('frozen', describe(frozen));
    bounded('frozen', frozen);
    check(
      'frozen: nobody is told that it is paid',
      frozen.every(({ answer }) => answer.status !== 201),
      describe(frozen),
    );

    say('the provider is gone');
    await process.kill();
    const gone: Timed[] = [];
    for (const buyer of goneBuyers) {
      gone.push(...(await place([buyer])));
      await delay(100);
    }
    figure('gone', describe(gone));
    bounded('gone', gone);
    check(
      'gone: nobody is told that it is paid',
      gone.every(({ answer }) => answer.status !== 201),
      describe(gone),
    );
    const opened = await eventually(breaker, state => state !== 0, {
      withinMs: 15_000,
    });
    check('gone: the breaker has opened', opened !== 0, `state ${opened}`);
    const gaveUp = gone.filter(({ ms }) => ms < 1000).length;
    figure('gone: answered within a second', `${gaveUp} of ${gone.length}`);

    say('the provider is back');
    await process.start();
    const backAt = performance.now();
    const first = await eventually(
      async () => (await place(await prepare(1)))[0],
      ({ answer }) => answer.status === 201,
      { withinMs: 60_000, everyMs: 500 },
    );
    figure(
      'first order after its return',
      `${Math.round((performance.now() - backAt) / 100) / 10} s`,
    );
    check(
      'back: orders succeed again',
      first.answer.status === 201,
      describe([first]),
    );
    const after = await place(await prepare(8));
    check(
      'back: all of them',
      after.every(({ answer }) => [201, 202].includes(answer.status)),
      describe(after),
    );
    const closed = await eventually(breaker, state => state === 0, {
      withinMs: 15_000,
    });
    check('back: the breaker is closed', closed === 0, `state ${closed}`);
    check(
      'nothing was restarted for it',
      payments.pid === pids[0] && stack.service('orders').pid === pids[1],
    );
    const books = await checkAtRest(context, { withinMs: 180_000 });
    const sold = all.filter(({ answer }) => answer.status === 201).length;
    figure('orders sold of placed', `${sold} of ${all.length}`);
    const kept = books.orders.filter(
      ({ state }) => state !== 'rejected' && state !== 'cancelled',
    );
    check(
      'whoever was told 201 has an order',
      all
        .filter(({ answer }) => answer.status === 201)
        .every(({ key }) => kept.some(order => order.key === key)),
    );
    check(
      'whoever was refused has none',
      all
        .filter(({ answer }) => answer.status === 402)
        .every(({ key }) => !kept.some(order => order.key === key)),
    );
  },
};
