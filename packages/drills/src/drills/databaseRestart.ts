import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill, DrillContext } from '../Drill.ts';
import { buyPatiently } from '../shopper/buyPatiently.ts';
import { Goods } from '../shopper/Goods.ts';
import { ask, type Answer, type AskOptions } from '../shopper/http.ts';
import { checkAtRest } from './checkAtRest.ts';
import { eventually } from './eventually.ts';
import { percentile } from './percentile.ts';
import { QUICK_SETTINGS } from './quickSettings.ts';

const DOWN_MS = 4000;
const EVERY_MS = 250;
const SHOPPERS_EVERY_MS = 400;
/** No request of the shop may take longer: its services give each 10 s. */
const DEADLINE_MS = 10_500;

interface Probed {
  service: string;
  at: number;
  tookMs: number;
  /** Absent: there was no answer. */
  answer?: Answer;
}

/** One read of each service that needs its database. */
async function probesOf({
  stack,
}: DrillContext): Promise<
  Record<string, Omit<AskOptions, 'url'> & { path: string }>
> {
  const token = await stack.tokens.shopper({
    kind: 'customer',
    email: 'sample.shopper@larkfield.example',
  });
  const care = await stack.tokens.staff(['care']);
  const goods = await Goods.create(stack);
  return {
    cart: { path: '/carts', token },
    customers: { path: '/me', token },
    fulfilment: { path: `/orders/${newId()}/shipments` },
    inventory: {
      method: 'POST',
      path: '/availability',
      body: { skus: await goods.skus(1) },
    },
    messages: { path: '/messages?limit=1', token: care },
    orders: { path: '/orders', token },
    payments: { path: `/payments/${newId()}` },
    'product-search': { path: '/search?q=tea' },
    products: { path: '/products?limit=2' },
  };
}

/** PostgreSQL goes as in a power cut, and comes back. */
export const databaseRestart: Drill = {
  name: 'database-restart',
  title:
    'PostgreSQL is killed under load and comes back: refused at once meanwhile, nobody hangs, no service restarts, the books are right',
  serviceEnv: QUICK_SETTINGS,
  async run(context) {
    const { stack, postgres, say, figure, check } = context;
    const goods = await Goods.create(stack);
    const skus = await goods.skus(2);
    for (const sku of skus) await goods.leave(sku, 500);
    const probes = Object.entries(await probesOf(context));
    const pids = stack.services.map(({ pid }) => pid);

    const probed: Probed[] = [];
    const asking: Promise<void>[] = [];
    const buying: Promise<Answer | Error>[] = [];
    const probe = async (
      service: string,
      { path, ...options }: (typeof probes)[number][1],
    ) => {
      const at = performance.now();
      const url = stack.service(service).url + path;
      const answer = await ask({ ...options, url }).catch(() => undefined);
      probed.push({ service, at, tookMs: performance.now() - at, answer });
    };
    let ended = false;
    const load = Promise.all([
      (async () => {
        while (!ended) {
          asking.push(...probes.map(([name, what]) => probe(name, what)));
          await delay(EVERY_MS);
        }
      })(),
      (async () => {
        while (!ended) {
          const sku = skus[buying.length % skus.length];
          buying.push(
            buyPatiently(stack, [{ sku, quantity: 1 }]).then(
              ({ answer }) => answer,
              (error: Error) => error,
            ),
          );
          await delay(SHOPPERS_EVERY_MS);
        }
      })(),
    ]);

    await delay(2000);
    say('PostgreSQL is killed');
    const killedAt = performance.now();
    await postgres.halt('SIGQUIT');
    await delay(DOWN_MS);
    const lives = await Promise.all(
      stack.services.map(({ url }) => ask({ url: `${url}/health/live` })),
    );
    await postgres.resume();
    const resumedAt = performance.now();
    say('PostgreSQL is back');
    const healthyAgain = await eventually(
      async () =>
        probes.every(([name]) => {
          const last = probed.filter(
            ({ service, at }) => service === name && at > resumedAt,
          );
          return (last.at(-1)?.answer?.status ?? 503) < 500;
        }),
      all => all,
      { withinMs: 30_000, everyMs: 50 },
    );
    figure(
      'PostgreSQL away for',
      `${Math.round((resumedAt - killedAt) / 100) / 10} s`,
    );
    figure(
      'every service answers again after',
      `${Math.round(performance.now() - resumedAt)} ms`,
    );
    check(
      'every service answers again by itself',
      healthyAgain,
      'one does not',
    );
    await delay(1500);
    ended = true;
    await load;
    await Promise.all(asking);

    const down = probed.filter(
      ({ at }) => at > killedAt + 300 && at < resumedAt - 300,
    );
    const refused = down.filter(({ answer }) => answer?.status === 503);
    const refusedIn = refused.map(({ tookMs }) => tookMs);
    figure('requests', probed.length);
    figure('of them while it was away', down.length);
    figure('refused with 503', refused.length);
    figure('P50 of a refusal', `${percentile(refusedIn, 0.5)} ms`);
    figure('P95 of a refusal', `${percentile(refusedIn, 0.95)} ms`);
    const slowest = percentile(
      probed.map(({ tookMs }) => tookMs),
      1,
    );
    figure('slowest request of all', `${slowest} ms`);
    const strange = probed.filter(
      ({ answer }) =>
        answer === undefined ||
        (answer.status >= 500 && ![503, 504].includes(answer.status)),
    );
    check(
      'no answer is a 500, no connection is cut',
      strange.length === 0,
      JSON.stringify(
        strange
          .slice(0, 5)
          .map(({ service, answer }) => [
            service,
            answer?.status,
            answer?.body,
          ]),
      ),
    );
    check(
      'a refusal says when to come back',
      refused.length > 0 &&
        refused.every(({ answer }) => answer!.headers['retry-after']),
      `${refused.length} refusals`,
    );
    check(
      'refusals are fast',
      percentile(refusedIn, 0.95) < 2500,
      `${percentile(refusedIn, 0.95)} ms`,
    );
    check(
      'no request outlives its deadline',
      slowest < DEADLINE_MS,
      `${slowest} ms`,
    );
    check(
      'processes count as alive all the while',
      lives.every(({ status }) => status === 200),
      JSON.stringify(lives.map(({ status }) => status)),
    );

    say(`${buying.length} shoppers wait for their orders`);
    const bought = await Promise.all(buying);
    const failed = bought.filter(
      answer =>
        // 202: it is ordered, and goes on behind the answer.
        answer instanceof Error || ![201, 202].includes(answer.status),
    );
    figure('shoppers', bought.length);
    check(
      'every shopper who tries again has an order in the end',
      failed.length === 0,
      `${failed.length} have not: ${JSON.stringify(
        failed
          .slice(0, 3)
          .map(one =>
            one instanceof Error ? one.message : [one.status, one.body],
          ),
      )}`,
    );
    await checkAtRest(context, {
      withinMs: 120_000,
      until: ({ orders }) =>
        orders.every(({ state }) =>
          ['completed', 'rejected', 'cancelled'].includes(state),
        ),
    });
    check(
      'no service was started again',
      stack.services.every(
        ({ pid, running }, index) => running && pid === pids[index],
      ),
      stack.services
        .filter(({ pid }, index) => pid !== pids[index])
        .map(({ name }) => name)
        .join(', '),
    );
  },
};
