import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateEventLog, newId } from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { migrateMessages } from './migrateMessages.ts';
import {
  OrdersNeighbour,
  publish,
  type ServedMessages,
  serveMessages,
} from './testing/serveMessages.ts';
import { TestSmtpServer } from './testing/TestSmtpServer.ts';

let events: TestDatabase;
let test: TestDatabase;
let orders: OrdersNeighbour;
let smtp: TestSmtpServer;
let served: ServedMessages;

const serve = (env: Record<string, string> = {}) =>
  serveMessages({
    connectionString: test.connectionString,
    eventsConnectionString: events.connectionString,
    ordersUrl: orders.url,
    smtpPort: smtp.port,
    env,
  });

beforeEach(async () => {
  [events, test] = await Promise.all([
    TestDatabase.create(),
    TestDatabase.create(),
  ]);
  await Promise.all([
    migrateEventLog({ adminConnectionString: events.connectionString }),
    migrateMessages({ connectionString: test.connectionString }),
  ]);
  orders = await OrdersNeighbour.start();
  smtp = await TestSmtpServer.start();
  served = await serve();
}, 60_000);

afterEach(async () => {
  await served?.close();
  await smtp?.close();
  await orders?.close();
  await test?.drop();
  await events?.drop();
});

function start(replica = served) {
  replica.relay.start();
  replica.consumer.start();
  replica.mailWork.start();
}

const money = (amount: number) => ({ amount, currency: 'EUR' });

const confirm = (orderId: string, overrides: object = {}) =>
  publish(served.log, 'shop.order.confirmed.v1', {
    orderId,
    orderNumber: 'SF-2026-000123',
    cartId: newId(),
    cartVersion: 1,
    lines: [{ sku: 'cup', quantity: 4 }],
    total: money(4090),
    ...overrides,
  });

const messages = () =>
  test.query<{
    message_id: string;
    kind: string;
    state: string;
    attempts: number;
    failure: string | null;
    language: string | null;
  }>(
    'select message_id, kind, state, attempts, failure, language from messages order by message_id',
  );

const settled = async (count: number) =>
  until(async () => {
    const all = await messages();
    return all.length === count && all.every(({ state }) => state !== 'queued');
  });

/** Lets every wait pass, as the database's clock would. */
const skipWaits = () =>
  test.query(
    `update messages set next_attempt_at = now() where state = 'queued'`,
  );

it('writes to the shopper about each step of an order, in its language, and to care', async () => {
  start();
  const english = orders.addOrder();
  const chinese = orders.addOrder({
    language: 'zh',
    email: 'lin.yue@example.test',
    name: '林月',
    orderNumber: 'SF-2',
  });
  const shipmentId = newId();
  await confirm(english);
  await publish(
    served.log,
    'shop.shipment.dispatched.v1',
    {
      shipmentId,
      orderId: english,
      lines: [{ sku: 'cup', quantity: 4 }],
      carrier: 'sample',
      trackingId: 'SAMPLE-1',
      last: true,
    },
    { version: 2 },
  );
  await until(
    async () => (await test.query('select from parcels')).length === 1,
  );
  const order = { orderId: english, orderNumber: 'SF-2026-000123' };
  await publish(served.log, 'shop.order.shipped.v1', {
    ...order,
    shipmentId,
    complete: true,
  });
  await publish(served.log, 'shop.shipment.delivered.v1', {
    shipmentId,
    orderId: english,
  });
  await publish(served.log, 'shop.order.refunded.v1', {
    ...order,
    refundId: newId(),
    amount: money(900),
  });
  await publish(served.log, 'shop.order.cancelled.v1', {
    orderId: chinese,
    orderNumber: 'SF-2',
    reason: 'shopper',
  });
  await publish(served.log, 'shop.order.care-needed.v1', {
    orderId: chinese,
    orderNumber: 'SF-2',
    reason: 'refund-failed',
  });
  await settled(6);

  const bySubject = new Map(
    smtp.received.map((mail, index) => [smtp.header('Subject')[index], mail]),
  );
  expect([...bySubject.keys()].sort()).toEqual([
    '=?UTF-8?B?5oKo55qE6K6i5Y2VIFNGLTIg5bey5Y+W5raI?=',
    'A refund for your order SF-2026-000123',
    'Order SF-2 needs a person',
    'Your order SF-2026-000123 has arrived',
    'Your order SF-2026-000123 is confirmed',
    'Your order SF-2026-000123 is on its way',
  ]);
  expect(
    bySubject.get('Your order SF-2026-000123 is on its way')!.raw,
  ).toContain('sample, SAMPLE-1');
  expect(bySubject.get('Order SF-2 needs a person')!.to).toEqual([
    'care@larkfield.example',
  ]);
  const confirmed = bySubject.get('Your order SF-2026-000123 is confirmed')!;
  expect(confirmed.to).toEqual(['marta.silva@example.test']);
  expect(confirmed.headers).toContain(
    'From: Larkfield Market <orders@larkfield.example>',
  );
  expect(confirmed.headers).toContain('Auto-Submitted: auto-generated');
  expect(confirmed.raw).toContain('=E2=82=AC40.90');
  // Only what is optional has a way out.
  const withWayOut = smtp.received.filter(({ headers }) =>
    headers.some(line => line.startsWith('List-Unsubscribe:')),
  );
  expect(withWayOut).toEqual([
    bySubject.get('Your order SF-2026-000123 has arrived'),
  ]);
  expect(withWayOut[0].headers).toContain(
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  );
  const dump = JSON.stringify([
    await test.query('select * from messages'),
    await test.query('select * from message_attempts'),
    served.lines,
  ]);
  expect(dump).not.toMatch(/marta|silva|lin\.yue|林月/i);
});

it('sends one message for an event that comes again and again, to several replicas', async () => {
  const other = await serve();
  const orderId = orders.addOrder();
  const id = newId();
  const again = () =>
    publish(
      served.log,
      'shop.order.cancelled.v1',
      { orderId, orderNumber: 'SF-1', reason: 'x' },
      { id },
    );
  await again();
  await again();
  start();
  start(other);
  await settled(1);
  await again();
  const marker = orders.addOrder();
  await confirm(marker);
  await settled(2);
  await other.close();
  expect(smtp.received).toHaveLength(2);
});

it('after a death between the mail server and the note of it sends again under the same Message-ID, and says so', async () => {
  const orderId = orders.addOrder();
  let dead = false;
  smtp.onContent = async () => {
    if (!dead) {
      // The process is gone before it hears of it: its note never comes.
      dead = true;
      await served.database.close();
    }
  };
  start();
  await confirm(orderId);
  await until(() => smtp.received.length === 1);
  const next = await serve();
  await test.query('update messages set next_attempt_at = now()');
  next.mailWork.start();
  await settled(1);

  const ids = smtp.header('Message-ID');
  expect(ids).toHaveLength(2);
  expect(ids[0]).toBe(ids[1]);
  const [{ message_id }] = await messages();
  expect(ids[0]).toBe(`<${message_id}@larkfield.example>`);
  expect(next.lines.join('')).toContain('A message may be sent twice');
  expect(
    await test.query(
      'select attempt, outcome from message_attempts order by attempt',
    ),
  ).toEqual([
    { attempt: 1, outcome: null },
    { attempt: 2, outcome: 'accepted' },
  ]);
  await next.close();
});

it('tries again what a mail server cannot take now, and stops at what it never takes', async () => {
  const orderId = orders.addOrder();
  smtp.refuseRecipient = {
    code: 451,
    message: 'later, marta.silva@example.test',
  };
  start();
  await confirm(orderId);
  await until(async () => (await messages())[0]?.failure === 'smtp-451');
  const [waiting] = await test.query<{ wait: number }>(
    'select extract(epoch from next_attempt_at - updated_at)::float8 as wait from messages',
  );
  expect(waiting.wait).toBeGreaterThan(7);
  expect(waiting.wait).toBeLessThanOrEqual(10);
  smtp.refuseRecipient = undefined;
  smtp.cutAfterContent = true;
  await skipWaits();
  await until(
    async () => (await messages())[0]?.failure === 'smtp-connection-lost',
  );
  smtp.cutAfterContent = false;
  await skipWaits();
  await settled(1);
  expect(await messages()).toMatchObject([{ state: 'sent', attempts: 3 }]);

  smtp.refuseRecipient = { code: 550, message: 'no such user' };
  await confirm(orders.addOrder());
  await settled(2);
  smtp.refuseRecipient = undefined;
  smtp.refuseContent = { code: 554, message: 'spam' };
  await confirm(orders.addOrder());
  await settled(3);
  expect((await messages()).slice(1)).toMatchObject([
    { state: 'rejected', failure: 'smtp-550', attempts: 1 },
    { state: 'rejected', failure: 'smtp-554', attempts: 1 },
  ]);
  expect(JSON.stringify(served.lines)).not.toContain('marta');
});

it('gives up after its last attempt, and care can send it again', async () => {
  const orderId = orders.addOrder();
  smtp.refuseContent = { code: 421, message: 'closing' };
  start();
  await confirm(orderId);
  await until(async () => {
    // The next one begins when what became of the last is written down.
    await test.query(`
      update messages set next_attempt_at = now(), failure = null
      where state = 'queued' and failure is not null`);
    return (await messages())[0]?.state === 'dead';
  });
  expect(await messages()).toMatchObject([{ state: 'dead', attempts: 18 }]);
  expect(await served.metrics.registry.metrics()).toContain(
    'messages_waiting{state="dead"} 1',
  );

  smtp.refuseContent = undefined;
  const staff = await served.issuer.headers({
    staff: 'carmen',
    roles: ['care'],
  });
  const call = (method: string, url: string, payload?: object) =>
    served.http.request({ method, url, payload, headers: staff });
  const found = await call('GET', `/messages?orderId=${orderId}`);
  const [{ messageId }] = found.json().items;
  const history = (await call('GET', `/messages/${messageId}`)).json();
  expect(history).toMatchObject({ state: 'dead', failure: 'smtp-421' });
  expect(history.history).toHaveLength(18);
  const resendId = newId();
  const resend = () =>
    call('POST', `/messages/${messageId}/resends`, { resendId });
  const answers = await Promise.all([resend(), resend()]);
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
  expect((await resend()).json()).toMatchObject({
    messageId: resendId,
    resendOf: messageId,
  });
  await settled(2);
  expect(smtp.received).toHaveLength(1);
  expect(smtp.header('Message-ID')).toEqual([
    `<${resendId}@larkfield.example>`,
  ]);
  expect(
    (await call('POST', `/messages/${newId()}/resends`, { resendId: newId() }))
      .statusCode,
  ).toBe(404);
});

it('waits for orders, takes no way’s 404 for an answer, and writes to nobody who was erased', async () => {
  const orderId = orders.addOrder();
  orders.failWith = { status: 503, body: '' };
  start();
  await confirm(orderId);
  await until(
    async () => (await messages())[0]?.failure === 'orders-unavailable',
  );
  orders.failWith = { status: 404, body: 'no healthy upstream' };
  await skipWaits();
  await until(async () => (await messages())[0]?.attempts === 2);
  orders.failWith = { status: 200, body: '{"email":"x"}' };
  await until(async () => {
    await skipWaits();
    return (await messages())[0]?.failure === 'contact-unusable';
  });
  orders.failWith = undefined;
  orders.contacts.delete(orderId);
  await skipWaits();
  await settled(1);
  expect(await messages()).toMatchObject([
    { state: 'withdrawn', failure: 'contact-gone' },
  ]);
  expect(smtp.received).toEqual([]);
});

it('lets a recipient go by one click, and care suppress or release one', async () => {
  start();
  const orderId = orders.addOrder();
  const deliver = () =>
    publish(served.log, 'shop.shipment.delivered.v1', {
      shipmentId: newId(),
      orderId,
    });
  await deliver();
  await settled(1);
  const link =
    /^<https:\/\/shop\.example\.test(\/unsubscribe\?token=[\w.-]+)>$/.exec(
      smtp.header('List-Unsubscribe')[0]!,
    )![1];

  // Opening the link changes nothing: mail programs look at links, too.
  const page = await served.http.request({
    url: link,
    headers: { 'accept-language': 'zh-CN' },
  });
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('<html lang="zh-CN">');
  expect(page.body).toContain('<form method="post">');
  expect(page.headers['content-security-policy']).toMatch(
    /^default-src 'none'/,
  );
  expect(await test.query('select from suppressions')).toEqual([]);

  const click = (url: string) =>
    served.http.request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'List-Unsubscribe=One-Click',
    });
  expect(
    (await click(link.replace(/.$/, one => (one === 'A' ? 'B' : 'A'))))
      .statusCode,
  ).toBe(404);
  expect((await click(link)).statusCode).toBe(200);
  const multipart = await served.http.request({
    method: 'POST',
    url: link,
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    payload:
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
  });
  expect(multipart.statusCode).toBe(200);
  await deliver();
  await settled(2);
  // What belongs to the order is sent all the same.
  await confirm(orderId);
  await settled(3);
  expect((await messages()).map(({ state }) => state)).toEqual([
    'sent',
    'suppressed',
    'sent',
  ]);

  const staff = await served.issuer.headers({
    staff: 'carmen',
    roles: ['care'],
  });
  const email = 'Marta.Silva@example.test';
  const call = (url: string, payload: object) =>
    served.http.request({ method: 'POST', url, payload, headers: staff });
  await call('/suppressions', { email, scope: 'all' });
  expect(
    (await call('/suppressions/lookups', { email })).json().scopes.sort(),
  ).toEqual(['all', 'optional']);
  await confirm(orderId);
  await settled(4);
  expect((await messages())[3].state).toBe('suppressed');
  expect((await call('/suppressions/removals', { email })).json()).toEqual({
    removed: 2,
  });
  expect(
    JSON.stringify(await test.query('select * from suppressions')),
  ).not.toContain('marta');
  expect(
    (await call('/suppressions', { email: 'x', scope: 'all' })).json(),
  ).toMatchObject({
    code: 'validation-failed',
    errors: [{ field: '/email' }],
  });
});

it('tells a customer what it has, and forgets him', async () => {
  const orderId = orders.addOrder();
  start();
  await confirm(orderId, { customerId: 'marta' });
  await settled(1);
  const exported = (await served.http.request('/exports/marta')).json();
  expect(exported).toMatchObject({
    service: 'messages',
    records: {
      messages: [{ kind: 'order-confirmed', orderId, state: 'sent' }],
    },
  });

  smtp.refuseContent = { code: 451, message: 'later' };
  await publish(served.log, 'shop.order.refunded.v1', {
    orderId,
    orderNumber: 'SF-1',
    refundId: newId(),
    amount: money(1),
  });
  await until(async () => (await messages())[1]?.failure === 'smtp-451');
  await publish(served.log, 'shop.customer.erased.v1', { customerId: 'marta' });
  await settled(2);
  expect(await messages()).toMatchObject([
    { state: 'sent' },
    { state: 'withdrawn', failure: 'erased' },
  ]);
  expect((await served.http.request('/exports/marta')).json().records).toEqual({
    messages: [],
  });
  await until(async () => {
    const [{ count }] = await events
      .query<{ count: string }>(
        `select count(*) from event_log.events where value like '%shop.erasure.completed.v1%'`,
      )
      .catch(() => [{ count: '0' }]);
    return Number(count) === 1;
  });
  // A mail that was late, and an event that came late or again, make no new link.
  smtp.refuseContent = undefined;
  const late = orders.addOrder({ customerId: 'marta' });
  await confirm(late, { customerId: 'marta' });
  await settled(3);
  expect(await test.query('select from order_customers')).toEqual([]);
});

it('follows an order that was claimed after it was confirmed', async () => {
  start();
  const orderId = orders.addOrder({ customerId: 'marta' });
  await confirm(orderId);
  await settled(1);
  expect(
    (await served.http.request('/exports/marta')).json().records.messages,
  ).toHaveLength(1);
});

it('asks orders in a trace of each message', async () => {
  orders.traces.length = 0;
  start();
  await confirm(orders.addOrder());
  await confirm(orders.addOrder());
  await settled(2);
  expect(orders.traces).toEqual([
    expect.stringMatching(/^[0-9a-f]{32}$/),
    expect.stringMatching(/^[0-9a-f]{32}$/),
  ]);
  expect(new Set(orders.traces).size).toBe(2);
});

it('sends no faster than it may', async () => {
  const slow = await serve({ SMTP_MAX_PER_SECOND: '2' });
  for (let count = 0; count < 6; count += 1) {
    await confirm(orders.addOrder());
  }
  const began = performance.now();
  start(slow);
  await until(() => smtp.received.length === 6);
  // Two at once, then two a second.
  expect(performance.now() - began).toBeGreaterThan(1900);
  await slow.close();
});

it('keeps its messages while the grant of the mail server is gone, counts no attempt, says so on readiness, and sends them after', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'messages-secret-'));
  const file = path.join(folder, 'SMTP_URL');
  await writeFile(file, `smtp://127.0.0.1:${smtp.port}\n`);
  const replica = await serve({ SMTP_URL: '', SMTP_URL_FILE: file });
  const ready = async () =>
    (await replica.http.request('/health/ready')).statusCode;
  try {
    start(replica);
    await confirm(orders.addOrder());
    await until(() => smtp.received.length === 1);
    await rm(file);
    await until(async () => (await ready()) === 503);
    expect((await replica.http.request('/health/ready')).json().checks).toEqual(
      expect.objectContaining({
        'secret SMTP_URL': expect.stringContaining('lost'),
      }),
    );
    expect((await replica.http.request('/health/live')).statusCode).toBe(200);
    await confirm(orders.addOrder());
    await until(async () => (await messages()).length === 2);
    expect(await messages()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ state: 'queued', attempts: 0 }),
      ]),
    );
    await writeFile(file, `smtp://127.0.0.1:${smtp.port}\n`);
    await until(() => smtp.received.length === 2);
    expect(await ready()).toBe(200);
  } finally {
    await replica.close();
    await rm(folder, { recursive: true });
  }
});

it('deletes what is old', async () => {
  start();
  await confirm(orders.addOrder(), { customerId: 'marta' });
  await settled(1);
  await test.query(
    `update messages set created_at = now() - interval '181 days'`,
  );
  served.retentionWork.start();
  await until(async () => (await messages()).length === 0);
  expect(await test.query('select from order_customers')).toEqual([]);
  expect(await test.query('select from message_attempts')).toEqual([]);
});
