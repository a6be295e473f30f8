/**
 * Checkout: five shopper calls each (cart, two lines, quote, place) by distinct shoppers who come at random times at a given
 * rate, whether the shop keeps up or not. Only PostgreSQL, the services and this generator run.
 *
 *     node bench/shop/checkout.mts --rate 110 --warmup 30 --seconds 60
 *
 * --statements                      prints what PostgreSQL spent on which statement, and what an order costs each process
 * --settled                         begins and ends the measuring at rest and takes the rest off, so that all that follows from an
 *                                   order counts, parcel and money too, and nothing else; for costs, not for latencies
 * --parcels later                   parcels leave in two hours, as those of a real shop; by default they leave within seconds, so that
 *                                   captures, mails and arrivals of the same orders are in the run
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
    settled: { type: 'boolean', default: false },
    parcels: { type: 'string', default: 'now' },
    'cpu-prof': { type: 'string' },
  },
});
const rate = Number(values.rate);
const profiles = values['cpu-prof'];
const parcelsLater = values.parcels === 'later';
if (!parcelsLater && values.parcels !== 'now') {
  throw new Error(`--parcels is now or later, not ${values.parcels}`);
}
const warmupMs = Number(values.warmup) * 1000;
const measuredMs = Number(values.seconds) * 1000;
/** Long enough to tell what is used at rest. */
const REST_MS = 10_000;

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
      // Within seconds is soon enough to be seen by a short run.
      SAMPLE_CARRIER_DISPATCH_SECONDS: parcelsLater ? '7200' : '2',
      SAMPLE_CARRIER_DELIVERY_SECONDS: parcelsLater ? '14400' : '4',
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

/** What everything has used so far. */
interface Reading {
  atMs: number;
  cpu: Record<string, number>;
  counters?: Map<string, Counters>;
  databases?: Map<string, DatabaseCounters>;
}

async function read(): Promise<Reading> {
  const counts = values.statements && target.postgresUrl;
  return {
    atMs: performance.now(),
    cpu: target.cpu(),
    counters: counts ? await target.counters() : undefined,
    databases: counts ? await databaseCounters(counts) : undefined,
  };
}

const open = new Set<Promise<void>>();

/** Shoppers come at random times until then, or for so long. */
async function arrivals(forMs: number, measured: boolean): Promise<void> {
  const until = performance.now() + forMs;
  let due = performance.now();
  while (performance.now() < until) {
    while (due <= performance.now()) {
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
}

/** Waits for shoppers and for all that follows from what they did. */
async function settle(): Promise<void> {
  await Promise.race([
    Promise.all(open),
    new Promise(resume => setTimeout(resume, 30_000)),
  ]);
  // Parcels leave and arrive meanwhile.
  await new Promise(resume => setTimeout(resume, 8000));
  await untilAtRest(target.cpu);
}

console.log(
  `at rest: ${(await untilAtRest(target.cpu)).toFixed(2)} processors`,
);
// Once in the warm-up, when there is something to count.
await arrivals(warmupMs / 2, false);
if (target.postgresUrl) await analyzeAll(target.postgresUrl);
await arrivals(warmupMs / 2, false);
const statements =
  values.statements && target.postgresUrl
    ? await StatementCounts.begin(target.postgresUrl)
    : undefined;
let rest: { from: Reading; to: Reading } | undefined;
if (values.settled) {
  await settle();
  const from = await read();
  await new Promise(resume => setTimeout(resume, REST_MS));
  rest = { from, to: await read() };
}
const before = rest?.to ?? (await read());
await arrivals(measuredMs, true);
if (values.settled) await settle();
const after = await read();
await statements?.print();
await statements?.end();
await Promise.race([
  Promise.all(open),
  new Promise(resume => setTimeout(resume, 15_000)),
]);

/** What one counter grew by, less what it grows by at rest. */
function used(of: (reading: Reading) => number | undefined): number {
  const growth = (from: Reading, to: Reading) =>
    (of(to) ?? 0) - (of(from) ?? 0);
  const idle = rest
    ? (growth(rest.from, rest.to) * (after.atMs - before.atMs)) /
      (rest.to.atMs - rest.from.atMs)
    : 0;
  return growth(before, after) - idle;
}
const perOrder = (value: number, digits = 1) =>
  (value / Math.max(placed, 1)).toFixed(digits);

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
const total = Object.keys(after.cpu)
  .map(name => [name, used(reading => reading.cpu[name])] as const)
  .sort((a, b) => b[1] - a[1]);
for (const [name, seconds] of total) {
  console.log(
    `cpu ${name.padEnd(24)} ${perOrder(seconds * 1000, 2)} ms an order`,
  );
}
if (after.databases && after.counters) {
  const cpu = new Map(total);
  const rows = [...after.databases.keys()].flatMap(database => {
    const name = /^drill_[0-9a-f]{8}_(.+)$/.exec(database)?.[1];
    if (name === undefined) return [];
    const service = name.replaceAll('_', '-');
    const sql = (column: keyof DatabaseCounters) =>
      used(({ databases }) => databases?.get(database)?.[column]);
    const count = (column: keyof Counters) =>
      after.counters!.has(service)
        ? perOrder(used(({ counters }) => counters?.get(service)?.[column]))
        : '';
    return [
      {
        process: service,
        'CPU ms': perOrder((cpu.get(service) ?? 0) * 1000, 2),
        statements: perOrder(sql('statements')),
        transactions: perOrder(sql('transactions')),
        'SQL ms': perOrder(sql('statementMs'), 2),
        'WAL KiB': perOrder(sql('walBytes') / 1024),
        requests: count('requests'),
        published: count('published'),
        handled: count('handled'),
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
