/**
 * Checkout: five shopper calls each (cart, two lines, quote, place) by distinct shoppers who come at random times at a given
 * rate, whether the shop keeps up or not. Only PostgreSQL, the services and this generator run.
 *
 *     node bench/shop/checkout.mts --rate 110 --warmup 30 --seconds 60
 *
 * --statements                      prints what PostgreSQL spent on which statement, and what an order costs each process
 * --cpu-prof <folder>               writes a profile of every service there, for a flame graph
 * --gateway http://127.0.0.1:8080   asks the running sandbox through the mesh instead
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Goods } from '../../packages/drills/src/shopper/Goods.ts';
import { EdgeShopper } from '../../packages/drills/src/shopper/EdgeShopper.ts';
import { expectStatus } from '../../packages/drills/src/shopper/http.ts';
import { ScratchPostgres } from '../../packages/drills/src/stack/ScratchPostgres.ts';
import { ShopStack } from '../../packages/drills/src/stack/ShopStack.ts';
import { LatencyHistogram } from '../../packages/sandbox/src/shoppers/LatencyHistogram.ts';
import {
  type Counters,
  countersOf,
  databaseCounters,
  type DatabaseCounters,
} from '../lib/costs.mts';
import { cpuSeconds, processTree, untilAtRest } from '../lib/cpu.mts';
import {
  analyzeAll,
  countStatements,
  StatementCounts,
} from '../lib/statements.mts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '110' },
    warmup: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '60' },
    gateway: { type: 'string' },
    skus: { type: 'string', default: '50' },
    statements: { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  },
});
const rate = Number(values.rate);
const profiles = values['cpu-prof'];
const warmupMs = Number(values.warmup) * 1000;
const measuredMs = Number(values.seconds) * 1000;

/** Where shoppers go, and what is measured beside them. */
interface Target {
  newShopper(): EdgeShopper;
  skus: string[];
  /** Seconds of processor time by process so far. */
  cpu(): Record<string, number>;
  /** What each process has done so far; undefined where it cannot be asked. */
  counters(): Promise<Map<string, Counters> | undefined>;
  /** Whether more was sold than there was; undefined where it cannot be asked. */
  oversold(): Promise<number | undefined>;
  close(): Promise<void>;
  /** Its PostgreSQL, where it is ours alone. */
  postgresUrl?: string;
}

async function ownStack(): Promise<Target> {
  const postgres = await ScratchPostgres.start({
    settings: values.statements ? countStatements : {},
  });
  const stack = await ShopStack.start({
    postgresUrl: postgres.url,
    workDir: resolve(import.meta.dirname, '../../.sandbox-drills'),
    // To this process, as if it were the collector; one trace in ten.
    traced: true,
    env: {
      OTEL_TRACES_SAMPLER_ARG: '0.1',
      LOG_LEVEL: 'warn',
      RATE_LIMIT_READS: '0',
      RATE_LIMIT_WRITES: '0',
      RATE_LIMIT_SESSIONS: '0',
      ...(profiles && {
        NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(profiles)}`,
      }),
    },
  });
  const goods = await Goods.create(stack);
  const skus = await goods.skus(Math.min(Number(values.skus), 100));
  for (const sku of skus) await goods.leave(sku, 100_000);
  const origin = stack.service('storefront').url;
  return {
    newShopper: () => new EdgeShopper(origin),
    skus,
    cpu: () => ({
      ...Object.fromEntries(
        stack.services.map(({ name, pid }) => [
          name,
          pid ? cpuSeconds([pid]) : 0,
        ]),
      ),
      postgres: cpuSeconds(processTree(postgres.pid)),
      generator: cpuSeconds([process.pid]),
    }),
    counters: async () =>
      new Map(
        await Promise.all(
          stack.services.map(
            async ({ name, url }) => [name, await countersOf(url)] as const,
          ),
        ),
      ),
    oversold: async () => {
      const [{ units }] = await stack.databases.query<{ units: number }>(
        'inventory',
        'select count(*)::int as units from stock where on_hand - held - allocated < 0',
      );
      return units;
    },
    postgresUrl: postgres.url,
    close: async () => {
      await stack.stop();
      await postgres.remove();
    },
  };
}

async function sandbox(gateway: string): Promise<Target> {
  const host = { host: `production.shop.localhost:${new URL(gateway).port}` };
  const shopper = new EdgeShopper(gateway, host);
  const { body } = expectStatus(
    await shopper.get('/api/products?limit=100'),
    200,
  );
  const skus: string[] = [];
  for (const { slug } of body.items) {
    const product = await shopper.get(`/api/products/${slug}`);
    skus.push(...product.body.variants.map(({ sku }: { sku: string }) => sku));
  }
  return {
    newShopper: () => new EdgeShopper(gateway, host),
    skus,
    cpu: () => ({ generator: cpuSeconds([process.pid]) }),
    counters: async () => undefined,
    oversold: async () => undefined,
    close: async () => {},
  };
}

const target = values.gateway
  ? await sandbox(values.gateway)
  : await ownStack();

const steps = {
  cart: new LatencyHistogram(),
  line: new LatencyHistogram(),
  quote: new LatencyHistogram(),
  place: new LatencyHistogram(),
  whole: new LatencyHistogram(),
};
const refusals: Record<string, number> = {};
let placed = 0;
let begun = 0;

const pick = () => target.skus[Math.floor(Math.random() * target.skus.length)];

async function visit(measured: boolean): Promise<void> {
  const shopper = target.newShopper();
  const startedAt = performance.now();
  const timed = async (
    step: keyof typeof steps,
    call: () => ReturnType<EdgeShopper['createCart']>,
  ) => {
    const from = performance.now();
    const answer = await call();
    if (measured) steps[step].record(performance.now() - from);
    if (answer.status >= 300) {
      const reason = `${step} ${answer.status} ${answer.body?.code ?? ''}`;
      if (measured) refusals[reason] = (refusals[reason] ?? 0) + 1;
      throw new Error(reason);
    }
    return answer.body;
  };
  const { cartId } = await timed('cart', () => shopper.createCart());
  await timed('line', () => shopper.setLine({ sku: pick(), quantity: 1 }));
  await timed('line', () => shopper.setLine({ sku: pick(), quantity: 2 }));
  const { quoteId } = await timed('quote', () => shopper.quote(cartId));
  await timed('place', () => shopper.place(quoteId));
  if (measured) {
    placed += 1;
    steps.whole.record(performance.now() - startedAt);
  }
}

console.log(
  `at rest: ${(await untilAtRest(target.cpu)).toFixed(2)} processors`,
);
const begin = performance.now() + warmupMs;
const end = begin + measuredMs;
/** Once in the warm-up, when there is something to count. */
let analyzeAt = begin - warmupMs / 2;
let due = performance.now();
const open = new Set<Promise<void>>();
let cpuBefore = target.cpu();
let counting = false;
let statements: StatementCounts | undefined;
let countersBefore: Map<string, Counters> | undefined;
let databasesBefore: Map<string, DatabaseCounters> | undefined;
while (performance.now() < end) {
  const now = performance.now();
  if (!counting && now >= begin) {
    counting = true;
    if (values.statements && target.postgresUrl) {
      statements = await StatementCounts.begin(target.postgresUrl);
      countersBefore = await target.counters();
      databasesBefore = await databaseCounters(target.postgresUrl);
    }
    cpuBefore = target.cpu();
  }
  if (now >= analyzeAt && target.postgresUrl) {
    analyzeAt = Infinity;
    await analyzeAll(target.postgresUrl);
  }
  while (due <= now) {
    const measured = due >= begin && due < end;
    if (measured) begun += 1;
    const one = visit(measured)
      .catch(() => undefined)
      .finally(() => open.delete(one));
    open.add(one);
    due += (-Math.log(1 - Math.random()) * 1000) / rate;
  }
  await new Promise(resume =>
    setTimeout(resume, Math.max(1, Math.min(due - performance.now(), 20))),
  );
}
const cpuAfter = target.cpu();
const databasesAfter =
  databasesBefore && (await databaseCounters(target.postgresUrl!));
const countersAfter = countersBefore && (await target.counters());
await statements?.print();
await statements?.end();
await Promise.race([
  Promise.all(open),
  new Promise(resume => setTimeout(resume, 15_000)),
]);
const ms = (histogram: LatencyHistogram, share: number) =>
  `${(histogram.percentile(share) ?? NaN).toPrecision(3)} ms`;
console.log(
  `begun ${(begun / (measuredMs / 1000)).toFixed(1)}/s, placed ${(
    placed /
    (measuredMs / 1000)
  ).toFixed(1)}/s`,
);
for (const [step, histogram] of Object.entries(steps)) {
  console.log(
    `${step.padEnd(6)} P50 ${ms(histogram, 0.5)}  P95 ${ms(
      histogram,
      0.95,
    )}  P99 ${ms(histogram, 0.99)}`,
  );
}
console.log('refused', JSON.stringify(refusals));
console.log('oversold rows', await target.oversold());
const total = Object.entries(cpuAfter)
  .map(([name, seconds]) => [name, seconds - (cpuBefore[name] ?? 0)] as const)
  .sort((a, b) => b[1] - a[1]);
for (const [name, seconds] of total) {
  console.log(
    `cpu ${name.padEnd(24)} ${((seconds * 1000) / Math.max(placed, 1)).toFixed(
      2,
    )} ms an order`,
  );
}
if (databasesBefore && databasesAfter && countersBefore && countersAfter) {
  const before = countersBefore;
  const per = (after: number, then = 0, digits = 1) =>
    ((after - then) / Math.max(placed, 1)).toFixed(digits);
  const cpu = new Map(total);
  const rows = [...databasesAfter].flatMap(([database, after]) => {
    const name = /^drill_[0-9a-f]{8}_(.+)$/.exec(database)?.[1];
    if (name === undefined) return [];
    const then = databasesBefore!.get(database);
    const service = name.replaceAll('_', '-');
    const counters = countersAfter.get(service);
    return [
      {
        process: service,
        'CPU ms': per((cpu.get(service) ?? 0) * 1000, 0, 2),
        statements: per(after.statements),
        transactions: per(after.transactions, then?.transactions),
        'SQL ms': per(after.statementMs, 0, 2),
        'WAL KiB': per(after.walBytes / 1024),
        requests: counters
          ? per(counters.requests, before.get(service)?.requests)
          : '',
        published: counters
          ? per(counters.published, before.get(service)?.published)
          : '',
        handled: counters
          ? per(counters.handled, before.get(service)?.handled)
          : '',
      },
    ];
  });
  console.log('an order costs');
  console.table(rows);
  const sum = (column: 'statements' | 'transactions' | 'SQL ms' | 'WAL KiB') =>
    rows.reduce((all, row) => all + Number(row[column]), 0).toFixed(1);
  console.log(
    `in all ${sum('statements')} statements, ${sum('transactions')} transactions, ${sum('SQL ms')} ms of SQL, ${sum('WAL KiB')} KiB of WAL`,
  );
}
const shop = total
  .filter(([name]) => name !== 'generator')
  .reduce((sum, [, seconds]) => sum + seconds, 0);
console.log(
  `cpu without the generator      ${((shop * 1000) / Math.max(placed, 1)).toFixed(2)} ms an order`,
);
await target.close();
