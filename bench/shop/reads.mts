/**
 * Reads of products, open loop: arrivals come at random times at a given mean rate.
 *
 *     node bench/shop/reads.mts --rate 10000                        cached, straight at one storefront process
 *     node bench/shop/reads.mts --rate 1000 --fresh                 past the cache, straight at one storefront process
 *     node bench/shop/reads.mts --rate 2500 --gateway 8080          through gateway, storefront (its cache bypassed) and products
 *
 * Full bodies of 2,000 products, all edge middleware and telemetry on. Options: --warmup 30 --seconds 60 --connections 64,
 * --node-options for the storefront (such as --cpu-prof).
 */
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ask } from '../../packages/drills/src/shopper/http.ts';
import { ScratchPostgres } from '../../packages/drills/src/stack/ScratchPostgres.ts';
import { ShopStack } from '../../packages/drills/src/stack/ShopStack.ts';
import { cpuSeconds, processTree, untilAtRest } from '../lib/cpu.mts';
import { getRequest, openLoop } from '../lib/openLoop.mts';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    warmup: { type: 'string', default: '30' },
    seconds: { type: 'string', default: '60' },
    connections: { type: 'string', default: '64' },
    products: { type: 'string', default: '2000' },
    gateway: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    'node-options': { type: 'string', default: '' },
  },
});
const wanted = Number(values.products);

/** Slugs of sample products, read page by page. */
async function slugs(origin: string, host: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let tries = 0; found.length < wanted && tries < 300;) {
    const query = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const { status, body } = await ask({
      url: `${origin}/api/products?limit=100${query}`,
      headers: { host },
    });
    if (status !== 200) {
      tries += 1;
      await delay(200);
      continue;
    }
    found.push(...body.items.map(({ slug }: { slug: string }) => slug));
    cursor = body.nextCursor;
    if (!cursor) break;
  }
  return found.slice(0, wanted);
}

async function measure(options: {
  port: number;
  host: string;
  headers: Record<string, string>;
  /** Seconds of processor time so far, by process. */
  cpu: () => Record<string, number>;
}): Promise<void> {
  const origin = `http://127.0.0.1:${options.port}`;
  const paths = (await slugs(origin, options.host)).map(
    slug => `/api/products/${slug}`,
  );
  const requests = paths
    .map(path =>
      getRequest({ host: options.host, path, headers: options.headers }),
    )
    .sort(() => Math.random() - 0.5);
  // Sample data that was just put in is announced and vacuumed.
  await untilAtRest(options.cpu);
  const cpu = () => ({
    ...options.cpu(),
    generator: cpuSeconds([process.pid]),
  });
  const before: Record<string, number> = cpu();
  const seconds = Number(values.seconds);
  const warmupSeconds = Number(values.warmup);
  const report = await openLoop({
    port: options.port,
    requests,
    rate: Number(values.rate),
    warmupSeconds,
    seconds,
    connections: Number(values.connections),
  });
  console.log(`${paths.length} products`);
  console.log(JSON.stringify(report));
  const elapsed = seconds + report.warmupSeconds;
  const requestsSeen = elapsed * report.answeredPerSecond;
  for (const [name, used] of Object.entries(cpu())) {
    const own = used - before[name];
    console.log(
      `${name.padEnd(10)} busy ${((100 * own) / elapsed).toFixed(0).padStart(3)} %, ${((own / requestsSeen) * 1e6).toFixed(0).padStart(5)} µs a request`,
    );
  }
}

if (values.gateway) {
  await measure({
    port: Number(values.gateway),
    host: `production.shop.localhost:${values.gateway}`,
    headers: { 'cache-control': 'no-cache', 'accept-encoding': 'gzip' },
    cpu: () => ({}),
  });
} else {
  const postgres = await ScratchPostgres.start();
  const stack = await ShopStack.start({
    postgresUrl: postgres.url,
    workDir: resolve(import.meta.dirname, '../../.sandbox-drills'),
    services: ['storefront', 'products', 'inventory'],
    env: { LOG_LEVEL: 'warn' },
    serviceEnv: {
      storefront: {
        NODE_OPTIONS: values['node-options'],
        // Counted as in production; one address asks for all here.
        RATE_LIMIT_READS: '1000000000',
      },
    },
  });
  const storefront = stack.service('storefront');
  try {
    await measure({
      port: Number(new URL(storefront.url).port),
      host: 'production.shop.localhost',
      headers: {
        'accept-encoding': 'gzip',
        ...(values.fresh && { 'cache-control': 'no-cache' }),
      },
      cpu: () => ({
        ...Object.fromEntries(
          stack.services.map(({ name, pid }) => [name, cpuSeconds([pid!])]),
        ),
        postgres: cpuSeconds(processTree(postgres.pid)),
      }),
    });
  } finally {
    await stack.stop();
    await postgres.remove();
  }
}
