import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { TestShop } from './testing/TestShop.ts';
import { newSigningKey } from './testing/TestStorefront.ts';

const run = promisify(execFile);
const bundler = path.resolve(import.meta.dirname, '../bundle.mts');

/** As a pod gets it: nothing of this test's environment but PATH. */
function podEnvironment(env: Record<string, string>): Record<string, string> {
  return { PATH: process.env.PATH!, ...env };
}

describe('the bundled programs', () => {
  let folder: string;
  let test: TestDatabase;
  let shop: TestShop;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    test = await TestDatabase.create();
    shop = await TestShop.start();
    folder = await mkdtemp(path.join(tmpdir(), 'storefront-image-'));
    await run(process.execPath, [bundler, folder, '1.0.0'], {
      env: podEnvironment({}),
    });
  }, 60_000);

  afterAll(async () => {
    children.forEach(child => child.kill('SIGKILL'));
    await rm(folder, { recursive: true, force: true });
    await shop.close();
    await test.drop();
  });

  it('migrate, serve and drain on SIGTERM; a session outlives the process', async () => {
    expect((await readdir(folder)).sort()).toEqual([
      'migrate.js',
      'migrate.js.map',
      'server.js',
      'server.js.map',
    ]);
    const { stdout } = await run(process.execPath, ['migrate.js'], {
      cwd: folder,
      env: podEnvironment({ DATABASE_URL: test.connectionString }),
    });
    expect(JSON.parse(stdout).applied).toHaveLength(1);
    shop.answers('cart', ({ path: asked, method }) =>
      method === 'POST'
        ? {
            status: 201,
            body: { cartId: '0192f8a0-0000-7000-8000-0000000000c1' },
          }
        : { body: { asked } },
    );
    const key = await newSigningKey();
    const serve = async () => {
      const child = spawn(process.execPath, ['server.js'], {
        cwd: folder,
        env: podEnvironment({
          DATABASE_URL: test.connectionString,
          SESSION_SIGNING_KEY: key,
          CART_URL: shop.urlOf('cart'),
          LOAD_SHEDDING: 'false',
          PORT: '0',
          DRAIN_DELAY_MS: '100',
        }),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.push(child);
      const exit = new Promise<number | null>(resolve =>
        child.once('exit', resolve),
      );
      const port = await new Promise<number>((resolve, reject) => {
        createInterface({ input: child.stdout }).on('line', line => {
          const found = /Listening on .*:(\d+)$/.exec(JSON.parse(line).message);
          if (found) {
            resolve(Number(found[1]));
          }
        });
        void exit.then(code => reject(new Error(`server.js ended: ${code}`)));
      });
      return { child, exit, client: new HttpClient(port) };
    };

    const first = await serve();
    expect((await first.client.request('/health/ready')).statusCode).toBe(200);
    const set = await first.client.request({
      method: 'PUT',
      url: '/api/cart/lines/A-1',
      payload: { quantity: 1 },
      headers: { 'x-shop-request': '1' },
    });
    expect(set.statusCode).toBe(200);
    const [cookie] = set.headers['set-cookie']![0].split(';');
    first.child.kill('SIGKILL');
    await first.exit;

    const second = await serve();
    const cart = await second.client.request({
      url: '/api/cart',
      headers: { cookie },
    });
    expect(cart.json()).toEqual({
      asked: '/carts/0192f8a0-0000-7000-8000-0000000000c1',
    });
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
  }, 60_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      run(process.execPath, ['server.js'], {
        cwd: folder,
        env: podEnvironment({ DATABASE_URL: 'mysql://u:hunter2@db/x' }),
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /DATABASE_URL must be a URL that begins with postgresql:[^]*SESSION_SIGNING_KEY is missing/,
      ),
    });
  }, 30_000);
});
