import { createEventLog, type EventLog, newId } from '@shopfloor/service-kit';
import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { ServiceDatabases } from '@shopfloor/service-kit/src/testing/ServiceDatabases.ts';
import { OrdersNeighbour, publish } from './testing/serveMessages.ts';
import { TestSmtpServer } from './testing/TestSmtpServer.ts';

describe('the bundled programs', () => {
  let programs: BundledPrograms;
  let databases: ServiceDatabases;
  let log: EventLog;
  let orders: OrdersNeighbour;
  let smtp: TestSmtpServer;

  beforeAll(async () => {
    [programs, databases, orders, smtp] = await Promise.all([
      BundledPrograms.create({ source: import.meta.dirname }),
      ServiceDatabases.create(),
      OrdersNeighbour.start(),
      TestSmtpServer.start(),
    ]);
    log = await createEventLog({
      EVENTS_ADAPTER: 'postgres',
      EVENTS_DATABASE_URL: databases.log.connectionString,
      EVENTS_DATABASE_URL_FILE: undefined,
      KAFKA_BROKERS: '',
    });
    await programs.migrate(databases.env);
  }, 120_000);

  afterAll(async () => {
    await programs?.close();
    await log?.close();
    await smtp?.close();
    await orders?.close();
    await databases?.drop();
  });

  const serve = () =>
    programs.serve({
      ...databases.env,
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
    });

  const messageIds = async () =>
    (
      await databases.own.query<{ message_id: string }>(
        'select message_id from messages',
      )
    ).map(({ message_id }) => `<${message_id}@larkfield.example>`);

  it('write for every event, though they are killed while the mail server answers, and repeat under one Message-ID', async () => {
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
      await databases.own.query(
        `update messages set next_attempt_at = now() where state = 'queued'`,
      );
      served = await serve();
      if (kills >= 3) {
        break;
      }
    }
    await until(async () => {
      const rows = await databases.own.query<{ state: string }>(
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
    expect(await served.stop()).toBe(0);
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
    expect(await served.stop()).toBe(0);
  }, 120_000);

  it('say what is wrong with their configuration and do not start', async () => {
    await expect(
      programs.run('server', { SMTP_URL: 'http://u:hunter2@mail/' }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /DATABASE_URL is missing[^]*SMTP_URL must be a URL that begins with smtp: or smtps:[^]*WEBHOOK_KEY is missing/,
      ),
    });
  }, 30_000);
});
