import { migrateEventLog, revertDatabase } from '@shopfloor/service-kit';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { readPaymentsConfig } from './config.ts';
import { migratePayments } from './migratePayments.ts';
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
    folder = await mkdtemp(path.join(tmpdir(), 'payments-image-'));
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
      env: podEnvironment({ DATABASE_URL: test.connectionString }),
    });
    expect(JSON.parse(stdout).applied).toHaveLength(3);
    const child = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: podEnvironment({
        DATABASE_URL: test.connectionString,
        EVENTS_DATABASE_URL: log.connectionString,
        SESSION_JWKS_URL: 'http://127.0.0.1:9/jwks',
        PAYMENT_PROVIDER_URL: 'http://127.0.0.1:9',
        PAYMENT_PROVIDER_API_KEY: 'k',
        PAYMENT_PROVIDER_WEBHOOK_SECRET: 's',
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
    expect((await client.request('/payments/x')).statusCode).toBe(400);
    expect((await client.request('/differences')).statusCode).toBe(401);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
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
        /^(?![^]*hunter2)[^]*DATABASE_URL must be a URL that begins with postgresql:/,
      ),
    });
  }, 30_000);
});

describe('the hardened configuration', () => {
  it('takes no payments at a sample provider', () => {
    expect(() =>
      readPaymentsConfig({
        DATABASE_URL: 'postgresql://u@h/d',
        PAYMENT_PROVIDER_API_KEY: 'k',
        PAYMENT_PROVIDER_WEBHOOK_SECRET: 's',
        SHOPFLOOR_HARDENED: 'true',
      }),
    ).toThrow(/add the adapter of a real one/);
  });
});

describe('the schema', () => {
  it('goes up, down and up again', async () => {
    const test = await TestDatabase.create();
    const { connectionString } = test;
    const tables = async () =>
      (
        await test.query<{ name: string }>(
          `select table_name as name from information_schema.tables
           where table_schema = 'public' and table_name not like 'schema_migrations%' order by 1`,
        )
      ).map(({ name }) => name);
    await migratePayments(connectionString);
    const before = await tables();
    expect(before.length).toBeGreaterThan(5);
    await revertDatabase({ connectionString, migrations });
    expect(await tables()).toEqual([]);
    await migratePayments(connectionString);
    expect(await tables()).toEqual(before);
    expect((await migratePayments(connectionString)).applied).toEqual([]);
    await test.drop();
  }, 60_000);
});
