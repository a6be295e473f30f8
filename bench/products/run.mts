/**
 * Reads of products straight at one process: closed loop, so many connections
 * that the process is the bound. `node bench/products/run.mts` needs DATABASE_URL
 * of an empty scratch database; options: --seconds 20 --connections 32.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs, promisify } from 'node:util';
import { Pool } from 'undici';
import { LatencyHistogram } from '../../packages/sandbox/src/shoppers/LatencyHistogram.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

interface Case {
  name: string;
  paths: string[];
  headers?: Record<string, string>;
}

/** Seconds of processor time that the process has used. */
async function cpuSeconds(pool: Pool): Promise<number> {
  const { body } = await pool.request({ method: 'GET', path: '/metrics' });
  const found = /^process_cpu_seconds_total (\S+)/m.exec(await body.text());
  return Number(found?.[1]);
}

/** Warm-up is a quarter of the measured time and not counted. */
async function measure(options: {
  pool: Pool;
  wanted: Case;
  connections: number;
  seconds: number;
}): Promise<string> {
  const { pool, wanted, connections, seconds } = options;
  const latencies = new LatencyHistogram();
  let failed = 0;
  let turn = 0;
  let served = 0;
  const cpuBefore = await cpuSeconds(pool);
  const begin = performance.now() + seconds * 250;
  const end = begin + seconds * 1000;
  const reader = async () => {
    while (performance.now() < end) {
      turn = (turn + 1) % wanted.paths.length;
      const started = performance.now();
      const { statusCode, body } = await pool.request({
        method: 'GET',
        path: wanted.paths[turn],
        headers: wanted.headers,
      });
      await body.dump();
      served += 1;
      if (statusCode >= 400) {
        failed += 1;
      }
      if (started >= begin) {
        latencies.record(performance.now() - started);
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, reader));
  const cpuMs = ((await cpuSeconds(pool)) - cpuBefore) * (1000 / served);
  const ms = (share: number) =>
    `${latencies.percentile(share)?.toPrecision(3)} ms`;
  return `| ${wanted.name} | ${Math.round(latencies.count / seconds)} | ${ms(0.5)} | ${ms(0.95)} | ${cpuMs.toPrecision(2)} ms | ${failed} |`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '20' },
      connections: { type: 'string', default: '32' },
    },
  });
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl) {
    throw new Error('DATABASE_URL is missing: an empty scratch database');
  }
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-products-'));
  await run(process.execPath, [
    path.join(root, 'services/products/bundle.mts'),
    folder,
    '2.0.0',
    'ratings',
  ]);
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    SAMPLE_DATA: 'true',
    // Reads need neither events nor keys; what is there to be had is not asked for.
    EVENTS_DATABASE_URL: databaseUrl,
    SESSION_JWKS_URL: 'http://127.0.0.1:9/none',
    LOAD_SHEDDING: 'false',
    PORT: '0',
    DRAIN_DELAY_MS: '0',
  };
  await run(process.execPath, ['migrate.js'], { cwd: folder, env });
  const server = spawn(process.execPath, ['server.js'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const port = await new Promise<number>((resolve, reject) => {
      createInterface({ input: server.stdout }).on('line', line => {
        const found = /Listening on .*:(\d+)$/.exec(JSON.parse(line).message);
        if (found) {
          resolve(Number(found[1]));
        }
      });
      server.once('exit', code => reject(new Error(`It ended: ${code}`)));
    });
    const connections = Number(values.connections);
    const pool = new Pool(`http://127.0.0.1:${port}`, { connections });
    const page = (await (
      await pool.request({ method: 'GET', path: '/products?limit=100' })
    ).body.json()) as { items: { slug: string }[] };
    const products = page.items.map(({ slug }) => `/products/${slug}`);
    const first = await pool.request({ method: 'GET', path: products[0] });
    await first.body.dump();
    const cases: Case[] = [
      { name: 'one product', paths: products },
      {
        name: 'one product, 304',
        paths: [products[0]],
        headers: { 'if-none-match': first.headers.etag as string },
      },
      { name: 'newest 24', paths: ['/products'] },
      {
        name: 'a category by price',
        paths: ['/products?category=kitchen&sort=price'],
      },
      { name: 'search by words', paths: ['/products?q=oak%20board'] },
      {
        name: 'search in Chinese',
        paths: ['/products?q=%E6%A9%A1%E6%9C%A8'],
        headers: { 'accept-language': 'zh' },
      },
      { name: 'categories', paths: ['/categories'] },
    ];
    process.stdout.write(
      '| read | requests/s | P50 | P95 | CPU a request | failed |\n| --- | --- | --- | --- | --- | --- |\n',
    );
    for (const wanted of cases) {
      process.stdout.write(
        `${await measure({ pool, wanted, connections, seconds: Number(values.seconds) })}\n`,
      );
    }
    await pool.close();
  } finally {
    server.kill('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch(error => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});
