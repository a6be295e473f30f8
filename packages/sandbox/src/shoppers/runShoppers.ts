import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { shoppingJourney, type Random } from './journey.ts';
import type { ShopperOptions } from './options.ts';
import { type CrowdReport, type Fetch, ShopperCrowd } from './ShopperCrowd.ts';

/** How a run is told to a supervisor. */
export interface Heartbeat {
  /** ISO time. */
  at: string;
  state: 'waiting' | 'browsing';
  reason: string | undefined;
  report: CrowdReport | undefined;
}

/** Mulberry32 by Tommy Ettinger (public domain). */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function createFetch(pool: Pool, host: string): Fetch {
  return async wish => {
    const { statusCode, headers, body } = await pool.request({
      path: wish.path,
      method: wish.method ?? 'GET',
      headers: {
        host,
        accept: 'application/json',
        'accept-language': wish.language,
        'user-agent': 'shopfloor-shoppers',
        // The shop asks programs to show that no page elsewhere sends this with a shopper's cookie.
        ...(wish.method && { 'x-shop-request': '1' }),
        ...(wish.body !== undefined && { 'content-type': 'application/json' }),
        ...(wish.cookie && { cookie: wish.cookie }),
        ...(wish.idempotencyKey && {
          'idempotency-key': wish.idempotencyKey,
        }),
      },
      body: wish.body === undefined ? undefined : JSON.stringify(wish.body),
    });
    const text = await body.text();
    const version =
      headers['x-products-version'] ?? headers['x-service-version'];
    return {
      status: statusCode,
      version: typeof version === 'string' ? version : undefined,
      body: statusCode < 300 && text !== '' ? JSON.parse(text) : undefined,
      cookie: [headers['set-cookie'] ?? []].flat()[0]?.split(';')[0],
    };
  };
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? 'none' : `${value.toPrecision(3)} ms`;
}

/** One line that says how a run goes. */
export function describeReport(report: CrowdReport): string {
  const versions = Object.entries(report.versions)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
  return [
    `${report.rate.toFixed(1)} requests/s`,
    `P50 ${milliseconds(report.p50Ms)}`,
    `P95 ${milliseconds(report.p95Ms)}`,
    `${report.answered} answered (${versions || 'none'})`,
    `${report.orders} orders`,
    `${report.failed} failed`,
    `${report.refused} refused`,
    `${report.dropped} dropped`,
    ...(report.lastError ? [`last error: ${report.lastError}`] : []),
  ].join(' · ');
}

async function beat(
  file: string | undefined,
  heartbeat: Omit<Heartbeat, 'at'>,
): Promise<void> {
  if (!file) {
    return;
  }
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(
    `${file}.new`,
    JSON.stringify({ at: new Date().toISOString(), ...heartbeat }),
  );
  await rename(`${file}.new`, file);
}

/** Waits until the shop answers. Returns false when stopped before. */
async function waitForShop(options: {
  fetch: Fetch;
  heartbeat: string | undefined;
  signal: AbortSignal;
  onWait: (reason: string) => void;
  patienceMs: number;
}): Promise<boolean> {
  const { fetch, signal } = options;
  const deadline = performance.now() + options.patienceMs;
  let told: string | undefined;
  while (!signal.aborted) {
    let reason: string;
    try {
      const { status } = await fetch({
        path: '/api/categories',
        language: 'en',
      });
      if (status === 200) {
        return true;
      }
      reason = `the gateway answers ${status}`;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      reason = `the gateway does not answer (${code ?? message})`;
    }
    if (performance.now() >= deadline) {
      throw new Error(
        `Shoppers cannot enter: ${reason}. Is the sandbox ready? npm run status tells.`,
      );
    }
    if (reason !== told) {
      told = reason;
      options.onWait(reason);
    }
    await beat(options.heartbeat, {
      state: 'waiting',
      reason,
      report: undefined,
    });
    await delay(1000, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

/** Options of {@link runShoppers}. */
export interface RunShoppersOptions extends ShopperOptions {
  signal: AbortSignal;
  /** Takes one line for people. */
  print: (line: string) => void;
  /** Time between lines. */
  reportEveryMs?: number;
  /** How long a bounded run waits for the shop. */
  patienceMs?: number;
}

/**
 * Lets shoppers browse until the time is over or the signal comes.
 *
 * @returns the report; undefined when stopped before the shop opened
 */
export async function runShoppers(
  options: RunShoppersOptions,
): Promise<CrowdReport | undefined> {
  const { signal, print, rate, minutes, heartbeat } = options;
  const pool = new Pool(options.gateway.origin, {
    connections: Math.min(128, Math.max(8, Math.ceil(rate / 4))),
    connectTimeout: 2000,
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
  });
  const fetch = createFetch(pool, options.host);
  try {
    const open = await waitForShop({
      fetch,
      heartbeat,
      signal,
      onWait: reason => print(`Waiting: ${reason}`),
      patienceMs:
        options.patienceMs ?? (minutes === undefined ? Infinity : 15_000),
    });
    if (!open) {
      return undefined;
    }
    print(
      `Shoppers enter ${options.host} at ${rate} requests/s${minutes === undefined ? '' : ` for ${minutes} min`}`,
    );
    const crowd = new ShopperCrowd({
      journey: shoppingJourney,
      rate,
      fetch,
      random: createRandom(options.seed),
    });
    const end =
      minutes === undefined ? Infinity : performance.now() + minutes * 60_000;
    const every = options.reportEveryMs ?? 10_000;
    let nextReport = performance.now() + every;
    let nextBeat = 0;
    while (!signal.aborted && performance.now() < end) {
      crowd.tick();
      if (performance.now() >= nextBeat) {
        nextBeat = performance.now() + 2000;
        await beat(heartbeat, {
          state: 'browsing',
          reason: undefined,
          report: crowd.report(),
        });
      }
      if (performance.now() >= nextReport) {
        nextReport += every;
        print(describeReport(crowd.report()));
      }
      await delay(Math.max(1, Math.min(crowd.untilNext(), 250)), undefined, {
        signal,
      }).catch(() => undefined);
    }
    const patience = performance.now() + 5000;
    while (crowd.open > 0 && performance.now() < patience) {
      await delay(20);
    }
    return crowd.report();
  } finally {
    await pool.destroy();
  }
}
