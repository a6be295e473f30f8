import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import {
  createEventLog,
  type EventLog,
  migrateEventLog,
  newId,
} from '@shopfloor/service-kit';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { until } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import { OrdersNeighbour, publish } from './testing/serveMessages.ts';
import { TestSmtpServer } from './testing/TestSmtpServer.ts';

const run = promisify(execFile);
const bundler = path.resolve(import.meta.dirname, '../bundle.mts');

/** As a pod gets it: nothing of this test's environment but PATH. */
function podEnvironment(env: Record<string, string>): Record<string, string> {
  return { PATH: process.env.PATH!, ...env };
}

describe('the bundled programs', () => {
  let folder: string;
  let test: TestDatabase;
  let events: TestDatabase;
  let log: EventLog;
  let orders: OrdersNeighbour;
  let smtp: TestSmtpServer;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    test = await TestDatabase.create();
    events = await TestDatabase.create();
    await migrateEventLog({ adminConnectionString: events.connectionString });
    log = await createEventLog({
      EVENTS_ADAPTER: 'postgres',
      EVENTS_DATABASE_URL: events.connectionString,
      KAFKA_BROKERS: '',
    });
    orders = await OrdersNeighbour.start();
    smtp = await TestSmtpServer.start();
    folder = await mkdtemp(path.join(tmpdir(), 'messages-image-'));
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
    await log?.close();
    await smtp?.close();
    await orders?.close();
    await test.drop();
    await events.drop();
  });

  async function serve() {
    const child = spawn(process.execPath, ['server.js'], {
      cwd: folder,
      env: podEnvironment({
        DATABASE_URL: test.connectionString,
        EVENTS_DATABASE_URL: events.connectionString,
        SESSION_JWKS_URL: 'http://127.0.0.1:9/jwks',
        ORDERS_URL: orders.url,
        SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
        SMTP_TLS: 'if-offered',
        MAIL_FROM: 'Larkfield Market <orders@larkfield.example>',
        CARE_MAILBOX: 'care@larkfield.example',
        SHOP_NAME: 'Larkfield Market',
        SHOP_URL: 'https://shop.example.test',
        RECIPIENT_KEY: 'a key of at least 32 characters..',
        WEBHOOK_KEY: 'another key of 32 characters.....',
        POLL_INTERVAL_MS: '50',
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

  const messageIds = async () =>
    (
      await test.query<{ message_id: string }>(
        'select message_id from messages',
      )
    ).map(({ message_id }) => `<${message_id}@larkfield.example>`);

  it('write for every event, though they are killed while the mail server answers, and repeat under one Message-ID', async () => {
    expect((await readdir(folder)).sort()).toEqual([
      'migrate.js',
      'migrate.js.map',
      'server.js',
      'server.js.map',
    ]);
    let served = await serve();
    let kills = 0;
    smtp.onContent = () => {
      // The first mails of each process are its last.
      if (kills < 3) {
        kills += 1;
        served.child.kill('SIGKILL');
      }
    };
    const count = 20;
    for (let index = 0; index < count; index += 1) {
      await publish(log, 'shop.order.cancelled.v1', {
        orderId: orders.addOrder(),
        orderNumber: `SF-${index}`,
        reason: 'shopper',
      });
    }
    for (let round = 0; round < 3; round += 1) {
      await served.exit;
      // Leases run out, as after a minute and a half.
      await test.query(
        `update messages set next_attempt_at = now() where state = 'queued'`,
      );
      served = await serve();
      if (kills >= 3) {
        break;
      }
    }
    await until(async () => {
      const rows = await test.query<{ state: string }>(
        'select state from messages',
      );
      return (
        rows.length === count && rows.every(({ state }) => state === 'sent')
      );
    });
    const ids = smtp.header('Message-ID');
    expect(new Set(ids).size).toBe(count);
    // Each kill may repeat what was under way, at most as many as are sent at once.
    expect(ids.length).toBeLessThanOrEqual(count + kills * 4);
    expect(new Set(await messageIds())).toEqual(new Set(ids));
    served.child.kill('SIGTERM');
    expect(await served.exit).toBe(0);
  }, 120_000);

  it('serve the way out', async () => {
    const served = await serve();
    const { statusCode, headers } = await served.client.request(
      '/unsubscribe?token=x',
    );
    expect([statusCode, headers['content-type']]).toEqual([
      404,
      'text/html; charset=utf-8',
    ]);
    expect(
      (await served.client.request(`/messages/${newId()}`)).statusCode,
    ).toBe(401);
    served.child.kill('SIGTERM');
    expect(await served.exit).toBe(0);
  }, 60_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      run(process.execPath, ['server.js'], {
        cwd: folder,
        env: podEnvironment({ SMTP_URL: 'http://u:hunter2@mail/' }),
      }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /DATABASE_URL is missing[^]*SMTP_URL must be a URL that begins with smtp: or smtps:[^]*WEBHOOK_KEY is missing/,
      ),
    });
  }, 30_000);
});
