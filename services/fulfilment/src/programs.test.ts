import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { migrateEventLog, newId } from '@shopfloor/service-kit';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';

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
    folder = await mkdtemp(path.join(tmpdir(), 'fulfilment-image-'));
    await run(process.execPath, [bundler, folder, '1.0.0'], {
      env: podEnvironment({}),
    });
    await run(process.execPath, ['migrate.js'], {
      cwd: folder,
      env: podEnvironment({ DATABASE_URL: test.connectionString }),
    });
  }, 60_000);

  afterAll(async () => {
    children.forEach(child => child.kill('SIGKILL'));
    await rm(folder, { recursive: true, force: true });
    await test.drop();
    await log.drop();
  });

  async function serve() {
    const child = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: podEnvironment({
        DATABASE_URL: test.connectionString,
        EVENTS_DATABASE_URL: log.connectionString,
        SESSION_JWKS_URL: 'http://127.0.0.1:9/jwks',
        CARRIER: 'sample',
        SAMPLE_CARRIER_DISPATCH_SECONDS: '1',
        SAMPLE_CARRIER_DELIVERY_SECONDS: '1',
        CARRIER_POLL_INTERVAL_MS: '50',
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
    return { child, client: new HttpClient(port), exit };
  }

  const states = async () =>
    (
      await test.query<{ state: string }>(
        'select distinct state from shipments',
      )
    ).map(({ state }) => state);

  it('send every shipment on its way once, though they are killed again and again', async () => {
    expect((await readdir(folder)).sort()).toEqual([
      'migrate.js',
      'migrate.js.map',
      'server.js',
      'server.js.map',
    ]);
    const shipments = Array.from({ length: 30 }, () => ({
      shipmentId: newId(),
      orderId: newId(),
      optionId: 'standard',
      address: {
        name: 'Marta Silva',
        line1: '1 Example Street',
        city: 'Lisbon',
        country: 'PT',
      },
      lines: [{ sku: 'cup', quantity: 1 }],
    }));
    let served = await serve();
    for (const payload of shipments) {
      const { statusCode } = await served.client.request({
        method: 'POST',
        url: '/shipments',
        payload,
      });
      expect(statusCode).toBe(201);
    }
    let kills = 0;
    while ((await states()).join() !== 'delivered') {
      if (kills < 4) {
        kills += 1;
        served.child.kill('SIGKILL');
        await served.exit;
        // Its leases run out, as after a minute.
        await test.query(
          'update shipments set next_check_at = now() where next_check_at is not null',
        );
        served = await serve();
      }
      await served.client.request('/health/live');
    }
    const told = async () => {
      const rows = await log.query<{ value: string }>(
        'select value from event_log.events',
      );
      return rows
        .map(({ value }) => JSON.parse(value))
        .map(({ type, subject }) => `${type} ${subject}`)
        .sort();
    };
    const wanted = shipments
      .flatMap(({ shipmentId }) => [
        `shop.shipment.delivered.v1 ${shipmentId}`,
        `shop.shipment.dispatched.v1 ${shipmentId}`,
      ])
      .sort();
    while ((await told()).length < wanted.length) {
      await served.client.request('/health/live');
    }
    // The log may have one twice where a relay died; the ids of events tell, and nothing is missing.
    expect([...new Set(await told())]).toEqual(wanted);
    served.child.kill('SIGTERM');
    expect(await served.exit).toBe(0);
  }, 120_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      run(process.execPath, ['server.js'], {
        cwd: folder,
        env: podEnvironment({
          DATABASE_URL: 'mysql://u:hunter2@db/x',
          CARRIER: 'pigeon',
        }),
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /DATABASE_URL must be a URL that begins with postgresql:[^]*CARRIER must be one of manual, sample/,
      ),
    });
  }, 30_000);
});
