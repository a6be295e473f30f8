import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { OrdersWorld } from './testing/serveOrders.ts';
import { SessionKeys } from './testing/sessionKeys.ts';

const run = promisify(execFile);
const bundler = path.resolve(import.meta.dirname, '../bundle.mts');

describe('the bundled programs', () => {
  let folder: string;
  let world: OrdersWorld;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'orders-image-'));
    world = await OrdersWorld.create();
    await run(process.execPath, [bundler, folder, '1.0.0']);
  }, 60_000);

  afterAll(async () => {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
    await world?.close();
  });

  it('migrate, serve, and drain on SIGTERM', async () => {
    expect((await readdir(folder)).sort()).toEqual([
      'migrate.js',
      'migrate.js.map',
      'server.js',
      'server.js.map',
    ]);
    const env = {
      PATH: process.env.PATH!,
      ...world.env,
      SESSION_JWKS: new SessionKeys().jwks,
      PORT: '0',
      DRAIN_DELAY_MS: '100',
    };
    const { stdout } = await run(process.execPath, ['migrate.js'], {
      cwd: folder,
      env,
    });
    // The world is migrated already; again changes nothing.
    expect(JSON.parse(stdout).applied).toEqual([]);
    const server = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = server;
    const exit = once(server, 'exit');
    const port = await new Promise<number>(resolve => {
      createInterface({ input: server.stdout! }).on('line', line => {
        const found = /Listening on .*:(\d+)$/.exec(JSON.parse(line).message);
        if (found) {
          resolve(Number(found[1]));
        }
      });
    });
    const http = new HttpClient(port);
    expect((await http.request('/health/ready')).statusCode).toBe(200);
    expect((await http.request('/openapi.json')).json().info.title).toBe(
      'Orders',
    );
    expect((await http.request('/orders')).statusCode).toBe(401);
    server.kill('SIGTERM');
    expect((await exit)[0]).toBe(0);
  }, 60_000);

  it('do not start with times that let stock go before the payment is due', async () => {
    await expect(
      run(process.execPath, ['server.js'], {
        cwd: folder,
        env: {
          PATH: process.env.PATH!,
          ...world.env,
          ORDERS_PAYMENT_DEADLINE_SECONDS: '1200',
        },
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr:
        'The configuration is not usable:\n  - ORDERS_PAYMENT_DEADLINE_SECONDS must be at least 60 below ORDERS_RESERVATION_TTL_SECONDS\n',
    });
  }, 60_000);
});
