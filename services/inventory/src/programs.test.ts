import { migrateEventLog, newId } from '@shopfloor/service-kit';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { until } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { migrations } from './migrations/index.ts';

const run = promisify(execFile);
const bundler = path.resolve(import.meta.dirname, '../bundle.mts');

/** As a pod gets it: nothing of this test's environment but PATH. */
function podEnvironment(env: Record<string, string>): Record<string, string> {
  return { PATH: process.env.PATH!, ...env };
}

describe('the bundled programs', () => {
  let folder: string;
  let test: TestDatabase;
  let log: TestDatabase;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    test = await TestDatabase.create();
    log = await TestDatabase.create();
    await migrateEventLog({ adminConnectionString: log.connectionString });
    folder = await mkdtemp(path.join(tmpdir(), 'inventory-image-'));
    await run(process.execPath, [bundler, folder, '1.0.0'], {
      env: podEnvironment({}),
    });
  }, 60_000);

  afterAll(async () => {
    children.forEach(child => child.kill('SIGKILL'));
    await rm(folder, { recursive: true, force: true });
    await test.drop();
    await log.drop();
  });

  it('migrate, serve and drain on SIGTERM', async () => {
    expect((await readdir(folder)).sort()).toEqual([
      'migrate.js',
      'migrate.js.map',
      'server.js',
      'server.js.map',
    ]);
    const { stdout } = await run(process.execPath, ['migrate.js'], {
      cwd: folder,
      env: podEnvironment({
        DATABASE_URL: test.connectionString,
        SAMPLE_DATA: 'true',
      }),
    });
    expect(JSON.parse(stdout).applied).toEqual(
      migrations.map(({ name }) => name),
    );
    const child = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: podEnvironment({
        DATABASE_URL: test.connectionString,
        EVENTS_DATABASE_URL: log.connectionString,
        SESSION_JWKS_URL: 'http://127.0.0.1:9/jwks',
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
    const client = new HttpClient(port);
    expect((await client.request('/health/ready')).statusCode).toBe(200);
    expect((await client.request('/warehouses')).statusCode).toBe(401);
    expect((await client.request('/metrics')).body).toContain('event_');
    // The sweeper of the running program, by the clock of the database.
    await test.query(
      `insert into skus values ('A', gen_random_uuid(), 1, false, true)`,
    );
    await test.query(
      `insert into stock (sku, warehouse_id, on_hand) values ('A', 'lyon', 1)`,
    );
    const reservationId = newId();
    const reserved = await client.request({
      method: 'POST',
      url: '/reservations',
      payload: {
        reservationId,
        ttlSeconds: 1,
        lines: [{ sku: 'A', quantity: 1 }],
      },
    });
    expect(reserved.statusCode).toBe(201);
    await until(async () => {
      const [{ state }] = await test.query<{ state: string }>(
        'select state from reservations where id = $1',
        [reservationId],
      );
      return state === 'expired';
    });
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  }, 60_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      run(process.execPath, ['server.js'], {
        cwd: folder,
        env: podEnvironment({
          DATABASE_URL: 'mysql://u:hunter2@db/x',
          SWEEP_INTERVAL_MS: '1',
        }),
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /DATABASE_URL must be a URL that begins with postgresql:[^]*SWEEP_INTERVAL_MS must be between 50/,
      ),
    });
  }, 30_000);
});
