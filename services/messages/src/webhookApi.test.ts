import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
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

interface Posted {
  id: string;
  timestamp: string;
  signatures: string[];
  contentType: string;
  body: string;
}

let events: TestDatabase;
let test: TestDatabase;
let orders: OrdersNeighbour;
let smtp: TestSmtpServer;
let served: ServedMessages;
let staff: { authorization: string };
let receiver: Server;
let receiverUrl: string;
let posted: Posted[];
let respond: (path: string) => number | 'hang';

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
  served = await serveMessages({
    connectionString: test.connectionString,
    eventsConnectionString: events.connectionString,
    ordersUrl: orders.url,
    smtpPort: smtp.port,
    env: { WEBHOOK_DISABLE_AFTER: '3' },
  });
  staff = await served.issuer.headers({ staff: 'carmen', roles: ['care'] });
  posted = [];
  respond = () => 204;
  receiver = createServer(async (request, response) => {
    const { headers } = request;
    posted.push({
      id: String(headers['webhook-id']),
      timestamp: String(headers['webhook-timestamp']),
      signatures: String(headers['webhook-signature']).split(' '),
      contentType: String(headers['content-type']),
      body: await text(request),
    });
    const status = respond(request.url!);
    if (status !== 'hang') {
      response.writeHead(status).end();
    }
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  served.consumer.start();
  served.webhookWork.start();
}, 60_000);

afterEach(async () => {
  receiver?.closeAllConnections();
  receiver?.close();
  await served?.close();
  await smtp?.close();
  await orders?.close();
  await test?.drop();
  await events?.drop();
});

const call = async (
  method: string,
  url: string,
  payload?: object,
  headers = {},
) => {
  const response = await served.http.request({
    method,
    url,
    payload,
    headers: { ...staff, ...headers },
  });
  return {
    status: response.statusCode,
    etag: response.headers.etag,
    body: response.body ? response.json() : undefined,
  };
};

const newWebhook = (overrides: object = {}) => ({
  subscriptionId: newId(),
  url: `${receiverUrl}/hook`,
  eventTypes: ['shop.order.confirmed.v1'],
  ...overrides,
});

const confirm = () =>
  publish(served.log, 'shop.order.confirmed.v1', {
    orderId: newId(),
    orderNumber: 'SF-1',
    cartId: newId(),
    cartVersion: 1,
    customerId: 'marta',
    lines: [{ sku: 'cup', quantity: 4 }],
    total: { amount: 4090, currency: 'EUR' },
  });

const sign = (secret: string, { id, timestamp, body }: Posted) =>
  `v1,${createHmac(
    'sha256',
    Buffer.from(secret.slice('whsec_'.length), 'base64'),
  )
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64')}`;

const skipWaits = () =>
  test.query(
    `update webhook_deliveries set next_attempt_at = now() where state = 'queued'`,
  );

it('posts an event once to each receiver that wants it, signed, without whose order it is', async () => {
  const wanted = newWebhook();
  const made = await call('POST', '/webhooks', wanted);
  expect(made).toMatchObject({ status: 201, body: { enabled: true } });
  const { secret } = made.body;
  await call(
    'POST',
    '/webhooks',
    newWebhook({ eventTypes: ['shop.order.refunded.v1'] }),
  );
  const eventId = await confirm();
  await until(() => posted.length === 1);
  const [post] = posted;
  expect(post.contentType).toBe('application/cloudevents+json');
  expect(post.signatures).toEqual([sign(secret, post)]);
  expect(Math.abs(Number(post.timestamp) - Date.now() / 1000)).toBeLessThan(60);
  expect(JSON.parse(post.body)).toMatchObject({
    id: eventId,
    type: 'shop.order.confirmed.v1',
    data: { orderNumber: 'SF-1' },
  });
  expect(post.body).not.toContain('marta');
  await until(
    async () =>
      (
        await call(
          'GET',
          `/webhooks/${wanted.subscriptionId}/deliveries?state=delivered`,
        )
      ).body.items.length === 1,
  );
  expect(posted).toHaveLength(1);
  const dump = JSON.stringify(
    await test.query('select secret::text, url from webhook_subscriptions'),
  );
  expect(dump).not.toContain(secret);
  expect(served.lines.join('')).not.toContain(secret);
});

it('is made once by its id, and shows its secret once', async () => {
  const wanted = newWebhook();
  const first = await call('POST', '/webhooks', wanted);
  const again = await call('POST', '/webhooks', wanted);
  expect(first.body.secret).toMatch(/^whsec_/);
  expect(again).toMatchObject({ status: 201 });
  expect(again.body.secret).toBeUndefined();
  expect(
    (await call('GET', `/webhooks/${wanted.subscriptionId}`)).body.secret,
  ).toBeUndefined();
  expect(
    await call('POST', '/webhooks', { ...wanted, url: `${receiverUrl}/other` }),
  ).toMatchObject({ status: 409, body: { code: 'id-reused' } });
});

it.each([
  [{ url: 'http://example.com/' }, 'url-not-allowed', '/url'],
  [{ url: 'https://169.254.169.254/latest' }, 'url-not-allowed', '/url'],
  [{ url: 'https://localhost:8443/' }, 'url-not-allowed', '/url'],
  [{ eventTypes: [] }, 'validation-failed', '/eventTypes'],
  [
    { eventTypes: ['shop.customer.erased.v1'] },
    'validation-failed',
    '/eventTypes/0',
  ],
  [{ subscriptionId: '1' }, 'validation-failed', '/subscriptionId'],
  [{ secret: 'x' }, 'validation-failed', '/secret'],
])('is refused with %j', async (overrides, code, field) => {
  const answer = await call('POST', '/webhooks', newWebhook(overrides));
  expect(answer).toMatchObject({ status: 400, body: { code } });
  expect(answer.body.errors[0].field).toBe(field);
});

it('comes again with the same id, is disabled after failures in a row, and goes on when enabled', async () => {
  const wanted = newWebhook();
  await call('POST', '/webhooks', wanted);
  const url = `/webhooks/${wanted.subscriptionId}`;
  respond = () => 500;
  await confirm();
  for (let failures = 1; failures <= 3; failures += 1) {
    await until(async () => {
      const { body } = await call('GET', url);
      return body.consecutiveFailures === failures;
    });
    await skipWaits();
  }
  expect((await call('GET', url)).body).toMatchObject({
    enabled: false,
    disabledReason: 'failures',
  });
  expect(new Set(posted.map(({ id }) => id)).size).toBe(1);
  expect(posted).toHaveLength(3);

  respond = () => 200;
  const { etag } = await call('GET', url);
  expect(
    await call('PATCH', url, { enabled: true }, { 'if-match': '"99"' }),
  ).toMatchObject({ status: 412, body: { code: 'version-changed' } });
  expect(await call('PATCH', url, { enabled: true })).toMatchObject({
    status: 428,
  });
  expect(
    (await call('PATCH', url, { enabled: true }, { 'if-match': etag })).body,
  ).toMatchObject({ enabled: true, consecutiveFailures: 0 });
  await skipWaits();
  await until(async () => {
    const { body } = await call('GET', `${url}/deliveries`);
    return body.items[0].state === 'delivered';
  });
  expect(posted).toHaveLength(4);
});

it('that answers 410 is not tried again', async () => {
  const wanted = newWebhook();
  await call('POST', '/webhooks', wanted);
  respond = () => 410;
  await confirm();
  const url = `/webhooks/${wanted.subscriptionId}`;
  await until(async () => !(await call('GET', url)).body.enabled);
  expect((await call('GET', url)).body.disabledReason).toBe('gone');
  const { body } = await call('GET', `${url}/deliveries`);
  expect(body.items).toMatchObject([
    { state: 'failed', lastStatus: 410, failure: 'status-410' },
  ]);
  // Events while it is disabled are not kept for it.
  await confirm();
  await until(
    async () => (await test.query('select from messages')).length === 2,
  );
  expect((await call('GET', `${url}/deliveries`)).body.items).toHaveLength(1);
});

it('that is slow holds up no other', async () => {
  respond = path => (path === '/slow' ? 'hang' : 204);
  await call('POST', '/webhooks', newWebhook({ url: `${receiverUrl}/slow` }));
  const quick = newWebhook();
  await call('POST', '/webhooks', quick);
  for (let count = 0; count < 20; count += 1) {
    await confirm();
  }
  await until(async () => {
    const [{ count }] = await test.query<{ count: string }>(
      `select count(*) from webhook_deliveries where state = 'delivered'`,
    );
    return Number(count) === 20;
  });
  // The slow one is still being waited for.
  const [{ count }] = await test.query<{ count: string }>(
    `select count(*) from webhook_deliveries where state = 'queued'`,
  );
  expect(Number(count)).toBeGreaterThan(0);
});

it('changes its secret without a gap', async () => {
  const wanted = newWebhook();
  const old = (await call('POST', '/webhooks', wanted)).body.secret;
  const url = `/webhooks/${wanted.subscriptionId}`;
  const { etag } = await call('GET', url);
  const rotated = await call('POST', `${url}/secrets`, undefined, {
    'if-match': etag,
  });
  expect(rotated.status).toBe(201);
  await confirm();
  await until(() => posted.length === 1);
  expect(posted[0].signatures).toEqual([
    sign(rotated.body.secret, posted[0]),
    sign(old, posted[0]),
  ]);
  await test.query(
    `update webhook_subscriptions set previous_until = now() - interval '1 s'`,
  );
  await confirm();
  await until(() => posted.length === 2);
  expect(posted[1].signatures).toEqual([sign(rotated.body.secret, posted[1])]);
});

it('can be asked to deliver again, and be removed', async () => {
  const wanted = newWebhook();
  await call('POST', '/webhooks', wanted);
  const url = `/webhooks/${wanted.subscriptionId}`;
  await confirm();
  await until(() => posted.length === 1);
  const { body } = await call('GET', `${url}/deliveries`);
  const { deliveryId } = body.items[0];
  await until(
    async () =>
      (await call('GET', `${url}/deliveries`)).body.items[0].state ===
      'delivered',
  );
  expect(
    (await call('POST', `${url}/deliveries/${deliveryId}/retries`)).body.state,
  ).toBe('queued');
  await until(() => posted.length === 2);
  expect(posted[1].id).toBe(posted[0].id);
  await served.webhooksIdle();
  expect((await call('DELETE', url)).status).toBe(204);
  expect((await call('DELETE', url)).status).toBe(404);
  expect((await call('GET', `${url}/deliveries`)).status).toBe(404);
});

it('is the business of care alone', async () => {
  const other = await served.issuer.headers({
    staff: 'deng',
    roles: ['fulfilment-admin'],
  });
  for (const url of ['/webhooks', '/messages']) {
    expect((await served.http.request(url)).statusCode).toBe(401);
    expect(
      (await served.http.request({ url, headers: other })).statusCode,
    ).toBe(403);
  }
});
