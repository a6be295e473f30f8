/**
 * Whether memory stays flat: shoppers who look around and buy at a gentle rate, for a quarter of an hour, and the memory of
 * every process all the while. Only PostgreSQL, the services and this generator run.
 *
 *     node bench/shop/soak.mts --minutes 15 --orders 3 --reads 60
 *
 * Memory goes up and down with each collection of garbage, so each minute is told by its least reading. Minutes before
 * --settle are not judged: caches fill and code is compiled. --json <file> writes every minute.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Goods } from '../../packages/drills/src/shopper/Goods.ts';
import { EdgeShopper } from '../../packages/drills/src/shopper/EdgeShopper.ts';
import { ScratchPostgres } from '../../packages/drills/src/stack/ScratchPostgres.ts';
import { ShopStack } from '../../packages/drills/src/stack/ShopStack.ts';
import { metricOf } from '../../packages/drills/src/drills/metricOf.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    settle: { type: 'string', default: '5' },
    orders: { type: 'string', default: '3' },
    reads: { type: 'string', default: '60' },
    json: { type: 'string' },
  },
});
const minutes = Number(values.minutes);
const settle = Number(values.settle);
const MIB = 1024 * 1024;
const SAMPLE_MS = 2000;

interface Reading {
  heapMib: number;
  rssMib: number;
}

function residentMib(pid: number): number {
  const pages = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1];
  return (Number(pages) * 4096) / MIB;
}

const postgres = await ScratchPostgres.start();
const stack = await ShopStack.start({
  postgresUrl: postgres.url,
  workDir: resolve(import.meta.dirname, '../../.sandbox-drills'),
  env: {
    LOG_LEVEL: 'warn',
    RATE_LIMIT_READS: '0',
    RATE_LIMIT_WRITES: '0',
    RATE_LIMIT_SESSIONS: '0',
  },
});
const origin = stack.service('storefront').url;
const goods = await Goods.create(stack);
const skus = await goods.skus(50);
for (const sku of skus) await goods.leave(sku, 1_000_000);
const { body } = await new EdgeShopper(origin).get('/api/products?limit=100');
const slugs: string[] = body.items.map(({ slug }: { slug: string }) => slug);

const pick = <T,>(items: readonly T[]) =>
  items[Math.floor(Math.random() * items.length)];
const counts = { orders: 0, reads: 0, failed: 0 };

async function buy(): Promise<void> {
  const shopper = new EdgeShopper(origin);
  const { cartId } = (await shopper.createCart()).body;
  await shopper.setLine({ sku: pick(skus), quantity: 1 });
  const { quoteId } = (await shopper.quote(cartId)).body;
  const { status } = await shopper.place(quoteId);
  if (status >= 300) throw new Error(`${status}`);
  counts.orders += 1;
}

const reader = new EdgeShopper(origin);
async function look(): Promise<void> {
  const { status } = await reader.get(`/api/products/${pick(slugs)}`);
  if (status !== 200) throw new Error(`${status}`);
  counts.reads += 1;
}

/** Starts work at random times at a mean rate, however long each takes. */
async function arrivals(
  rate: number,
  until: number,
  work: () => Promise<void>,
): Promise<void> {
  while (performance.now() < until) {
    await delay((-Math.log(1 - Math.random()) * 1000) / rate);
    work().catch(() => {
      counts.failed += 1;
    });
  }
}

const startedAt = performance.now();
const end = startedAt + minutes * 60_000;
const byMinute = new Map<string, Reading[]>();
async function watch(): Promise<void> {
  while (performance.now() < end) {
    const minute = Math.floor((performance.now() - startedAt) / 60_000);
    for (const { name, pid, url } of stack.services) {
      const heap = await metricOf(url, 'nodejs_heap_size_used_bytes').catch(
        () => undefined,
      );
      if (pid === undefined || heap === undefined) continue;
      const least = byMinute.get(name) ?? [];
      byMinute.set(name, least);
      least[minute] = {
        heapMib: Math.min(least[minute]?.heapMib ?? Infinity, heap / MIB),
        rssMib: Math.min(least[minute]?.rssMib ?? Infinity, residentMib(pid)),
      };
    }
    await delay(SAMPLE_MS);
  }
}

await Promise.all([
  arrivals(Number(values.orders), end, buy),
  arrivals(Number(values.reads), end, look),
  watch(),
]);

/** Least squares, in MiB a minute. */
function slope(points: readonly number[]): number {
  const mean = (numbers: readonly number[]) =>
    numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const middle = (points.length - 1) / 2;
  const level = mean(points);
  const across = points.reduce(
    (sum, value, at) => sum + (at - middle) * (value - level),
    0,
  );
  const square = points.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return across / square;
}

console.log(
  `${minutes} min: ${counts.orders} orders, ${counts.reads} reads, ${counts.failed} failed`,
);
console.table(
  Object.fromEntries(
    [...byMinute].map(([name, all]) => {
      const judged = all.slice(settle).filter(Boolean);
      const heap = judged.map(({ heapMib }) => heapMib);
      const rss = judged.map(({ rssMib }) => rssMib);
      const rounded = (value: number) => Math.round(value * 100) / 100;
      return [
        name,
        {
          'heap MiB': `${rounded(heap[0])} to ${rounded(heap.at(-1)!)}`,
          'heap MiB/min': rounded(slope(heap)),
          'resident MiB': `${rounded(rss[0])} to ${rounded(rss.at(-1)!)}`,
          'resident MiB/min': rounded(slope(rss)),
        },
      ];
    }),
  ),
);
if (values.json) {
  writeFileSync(
    values.json,
    JSON.stringify(
      { counts, minutes: Object.fromEntries(byMinute) },
      undefined,
      2,
    ),
  );
}
await stack.stop();
await postgres.remove();
