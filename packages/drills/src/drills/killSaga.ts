import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill, DrillContext } from '../Drill.ts';
import { Goods } from '../shopper/Goods.ts';
import type { Answer } from '../shopper/http.ts';
import { preparePatiently } from '../shopper/buyPatiently.ts';
import { untilAnswered } from '../shopper/persistently.ts';
import { Provider } from '../shopper/Provider.ts';
import { Shopper } from '../shopper/Shopper.ts';
import { checkAtRest } from './checkAtRest.ts';
import { QUICK_SETTINGS } from './quickSettings.ts';
import { seededRandom } from './random.ts';

const VICTIMS = ['orders', 'payments', 'inventory'];
const KILLS_EACH = 6;
const SEED = Number(process.env.DRILL_SEED ?? 4);
/** One shopper begins so often, while not too many wait: a gentle rate, also where a restart takes long. */
const EVERY_MS = 500;
const MOST_AT_ONCE = 20;
/** What shoppers pay with, one after another. */
const CARDS = [
  'tok_approved',
  'tok_redirect',
  'tok_approved',
  'tok_declined_insufficient_funds',
];

interface Bought {
  key: string;
  token: string;
  answer: Answer;
}

/** What was under way at the moments of the kills, by state. */
async function underWay(
  { stack }: DrillContext,
  seen: Map<string, number>,
): Promise<void> {
  const rows = await stack.databases.query<{ state: string; count: number }>(
    'orders',
    `select state, count(*)::int as count from orders
     where state not in ('completed', 'rejected', 'cancelled') group by 1`,
  );
  for (const { state, count } of rows) {
    seen.set(state, (seen.get(state) ?? 0) + count);
  }
}

/** Kills one service again and again, and starts it each time. */
async function torment(
  context: DrillContext,
  name: string,
  seen: Map<string, number>,
): Promise<number> {
  const random = seededRandom(SEED * 100 + VICTIMS.indexOf(name));
  const service = context.stack.service(name);
  let kills = 0;
  while (kills < KILLS_EACH) {
    await delay(300 + random() * 2500);
    await service.kill();
    kills += 1;
    context.say(`kill -9 ${name}, ${kills} of ${KILLS_EACH}`);
    await underWay(context, seen);
    await delay(random() * 1500);
    service.launch();
    await service.untilReady(120_000);
  }
  return kills;
}

async function buy(
  { stack }: DrillContext,
  sku: string,
  token: string,
): Promise<Bought> {
  const provider = new Provider(stack);
  const shopper = await Shopper.create(stack);
  const key = newId();
  const patience = { withinMs: 180_000, everyMs: 500 };
  const quoteId = await preparePatiently(
    shopper,
    [{ sku, quantity: 1 }],
    patience,
  );
  const answer = await untilAnswered(
    () => shopper.place(quoteId, { key, token }),
    patience,
  );
  const url = answer.body?.nextAction?.url;
  if (url) await provider.answer(url);
  return { key, token, answer };
}

/** `kill -9` of the three services that a checkout goes through, at any moment. */
export const killSaga: Drill = {
  name: 'kill-saga',
  title: `kill -9 of orders, payments and inventory, ${KILLS_EACH} times each, while orders are placed: everything converges, to the cent and to the piece`,
  serviceEnv: QUICK_SETTINGS,
  async run(context) {
    const { stack, say, figure, check } = context;
    const goods = await Goods.create(stack);
    const skus = await goods.skus(3);
    for (const sku of skus) await goods.leave(sku, 200);
    figure('seed', SEED);
    say('orders are placed, and three services are killed again and again');
    const seen = new Map<string, number>();
    let ended = false;
    const killing = Promise.all(
      VICTIMS.map(name => torment(context, name, seen)),
    ).finally(() => {
      ended = true;
    });
    const buying: Promise<Bought | Error>[] = [];
    const waiting = new Set<Promise<unknown>>();
    const begin = () => {
      const number = buying.length;
      const bought = buy(
        context,
        skus[number % skus.length],
        CARDS[number % CARDS.length],
      ).catch((error: Error) => error);
      waiting.add(bought);
      bought.finally(() => waiting.delete(bought));
      buying.push(bought);
    };
    while (!ended) {
      if (waiting.size < MOST_AT_ONCE) begin();
      await delay(EVERY_MS);
    }
    const kills = await killing;
    figure(
      'kills',
      kills.map((count, index) => `${VICTIMS[index]} ${count}`).join(', '),
    );
    figure(
      'orders under way at a kill',
      [...seen].map(([state, count]) => `${count} ${state}`).join(', '),
    );
    say(`${buying.length} shoppers wait for their answers`);
    const outcomes = await Promise.all(buying);
    const failed = outcomes.filter(outcome => outcome instanceof Error);
    const bought = outcomes.filter(
      (outcome): outcome is Bought => !(outcome instanceof Error),
    );
    const byStatus = new Map<number, number>();
    for (const { answer } of bought) {
      byStatus.set(answer.status, (byStatus.get(answer.status) ?? 0) + 1);
    }
    figure('shoppers', buying.length);
    figure(
      'answers',
      [...byStatus].map(([status, count]) => `${status}: ${count}`).join(', '),
    );
    check(
      'every shopper has an answer in the end',
      failed.length === 0,
      `${failed.length} have none: ${(failed[0] as Error)?.message}`,
    );
    check(
      'no answer is a fault of ours',
      bought.every(({ answer }) => answer.status < 500),
      JSON.stringify(
        bought
          .filter(({ answer }) => answer.status >= 500)
          .slice(0, 3)
          .map(({ answer }) => answer.body),
      ),
    );

    say('waits until everything has come to rest');
    const books = await checkAtRest(context, {
      withinMs: 180_000,
      until: ({ orders }) =>
        orders.every(({ state }) =>
          ['completed', 'rejected', 'cancelled'].includes(state),
        ),
    });
    const orderOf = new Map(books.orders.map(order => [order.key, order]));
    const placed = bought.filter(({ answer }) => answer.status === 201);
    const sold = books.orders.filter(({ state }) => state === 'completed');
    figure('orders', books.orders.length);
    figure('of them sent and paid', sold.length);
    figure(
      'captured, in cents',
      sold.reduce((sum, { captured }) => sum + captured, 0),
    );
    figure('movements of money in both ledgers', books.ourLedger.length);
    check(
      'whoever was told that it is ordered gets it',
      placed.every(({ key }) => orderOf.get(key)?.state === 'completed'),
      JSON.stringify(
        placed
          .map(({ key }) => orderOf.get(key))
          .filter(order => order?.state !== 'completed'),
      ),
    );
    check(
      'whoever was declined has no order',
      bought
        .filter(({ token }) => token.startsWith('tok_declined'))
        .every(({ key }) => orderOf.get(key)?.state !== 'completed'),
      'a declined card bought something',
    );
    check('something was sold', sold.length > 0, 'nothing was sold');
  },
};
