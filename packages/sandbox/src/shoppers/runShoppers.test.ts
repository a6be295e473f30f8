import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shoppersPart } from './index.ts';
import { runShoppers } from './runShoppers.ts';

interface Shop {
  server: Server;
  url: URL;
  hosts: Set<string | undefined>;
}

async function openShop(port = 0): Promise<Shop> {
  const hosts = new Set<string | undefined>();
  const server = createServer((request, response) => {
    hosts.add(request.headers.host);
    response.setHeader('x-service-version', 'v1');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items: [{ slug: 'a', children: [] }] }));
  });
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  return {
    server,
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    hosts,
  };
}

async function closeShop(shop: Shop): Promise<void> {
  shop.server.closeAllConnections();
  await new Promise(resolve => shop.server.close(resolve));
}

const main = path.join(import.meta.dirname, 'main.ts');

describe('runShoppers', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'shoppers-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('browses for the time it is given and reports rate, percentiles and versions', async () => {
    const shop = await openShop();
    const lines: string[] = [];
    const report = await runShoppers({
      rate: 40,
      minutes: 2 / 60,
      gateway: shop.url,
      host: 'production.shop.localhost',
      heartbeat: undefined,
      seed: 1,
      signal: new AbortController().signal,
      print: line => lines.push(line),
      reportEveryMs: 500,
    });
    await closeShop(shop);
    expect(report!.answered).toBeGreaterThan(40);
    expect(report!.failed).toBe(0);
    expect(report!.p95Ms).toBeGreaterThan(0);
    expect([...shop.hosts]).toEqual(['production.shop.localhost']);
    expect(lines[0]).toMatch(/^Shoppers enter production\.shop\.localhost/);
    expect(lines[1]).toMatch(/requests\/s · P50 .* ms · P95 .* ms · .*v1 \d+/);
  }, 20_000);

  it('gives up with a hint when the shop does not open', async () => {
    await expect(
      runShoppers({
        rate: 1,
        minutes: 1,
        gateway: new URL('http://127.0.0.1:9'),
        host: 'production.shop.localhost',
        heartbeat: undefined,
        seed: 1,
        signal: new AbortController().signal,
        print: () => {},
        patienceMs: 0,
      }),
    ).rejects.toThrow(/cannot enter: .*ECONNREFUSED.*npm run status/);
  });

  it('as a part of the sandbox waits for the gateway, is ready when it browses, and stops when told', async () => {
    const before = await openShop();
    const port = Number(before.url.port);
    await closeShop(before);
    const part = shoppersPart({
      nodePath: process.execPath,
      stateDir: folder,
      ports: { gateway: port } as never,
    });
    const run = { signal: new AbortController().signal } as never;
    const { file, args } = await part.command(run);
    const check = () =>
      part.health.kind === 'check'
        ? part.health.check(new AbortController().signal)
        : Promise.reject(new Error('not a check'));
    await expect(check()).rejects.toThrow('has not entered the shop yet');
    const child = spawn(file, args, { stdio: 'ignore', env: {} });
    const exit = new Promise(resolve => child.once('exit', resolve));
    const until = async (wanted: RegExp) => {
      let told = '';
      for (let i = 0; i < 300 && !wanted.test(told); i += 1) {
        told = await check().then(
          () => 'ready',
          error => (error as Error).message,
        );
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      expect(told).toMatch(wanted);
    };
    await until(/waits: the gateway does not answer/);
    const shop = await openShop(port);
    await until(/^ready$/);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    await closeShop(shop);
    const heartbeat = JSON.parse(
      await readFile(path.join(folder, 'shoppers/heartbeat.json'), 'utf8'),
    );
    expect(heartbeat.report.failed).toBe(0);
  }, 90_000);

  it('refuses another machine before it opens a connection', async () => {
    const child = spawn(
      process.execPath,
      [main, '--gateway', 'http://192.0.2.1'],
      { env: {} },
    );
    let errors = '';
    child.stderr.on('data', chunk => {
      errors += chunk;
    });
    expect(await new Promise(resolve => child.once('exit', resolve))).toBe(2);
    expect(errors).toMatch(/shoppers only visit this machine/);
    expect(errors).not.toMatch(/\n\s+at /);
  }, 20_000);
});

const gateway = process.env.SHOPFLOOR_TEST_GATEWAY_URL;

describe('shoppers in the running sandbox', () => {
  it('browse through Envoy without a failed request', async () => {
    if (!gateway) {
      throw new Error(
        'This test needs SHOPFLOOR_TEST_GATEWAY_URL; npm test sets it',
      );
    }
    const report = await runShoppers({
      rate: 20,
      minutes: 5 / 60,
      gateway: new URL(`http://127.0.0.1:${new URL(gateway).port}`),
      host: 'production.shop.localhost',
      heartbeat: undefined,
      seed: 1,
      signal: new AbortController().signal,
      print: () => {},
    });
    expect(report).toMatchObject({ failed: 0, refused: 0, dropped: 0 });
    expect(report!.answered).toBeGreaterThan(50);
    expect(Object.keys(report!.versions)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^v[12]$/)]),
    );
  }, 30_000);
});
