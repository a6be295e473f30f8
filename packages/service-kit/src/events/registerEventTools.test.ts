import { RegoAccessPolicy } from '../access/RegoAccessPolicy.ts';
import { loadConfig } from '../config/defineConfig.ts';
import { serviceConfigSpec } from '../config/serviceConfig.ts';
import { Health } from '../health/Health.ts';
import { createServiceApp, type ServiceApp } from '../http/createServiceApp.ts';
import { newId } from '../ids/newId.ts';
import { migrateDatabase } from '../postgres/migrate.ts';
import { HttpClient, type TestRequest } from '../testing/HttpClient.ts';
import { TestDatabase } from '../testing/TestDatabase.ts';
import { TestIssuer } from '../testing/TestIssuer.ts';
import { EventConsumer } from './EventConsumer.ts';
import { inboxMigration, outboxMigration } from './migrations.ts';
import { outboxInsert, outboxParameter } from './outbox.ts';
import { RefusedEvents } from './RefusedEvents.ts';
import { registerEventTools } from './registerEventTools.ts';
import { replayGroup } from './replayGroup.ts';
import { openKit, testService, until } from './testing/kitForTests.ts';
import type { ConsumeOptions, LogEvent } from './types.ts';

const TYPE = 'shop.customer.erased.v1';

describe('tools for events', () => {
  let test: TestDatabase;
  let kit: ReturnType<typeof openKit>;
  let app: ServiceApp;
  let http: HttpClient;
  let issuer: TestIssuer;
  let consumer: EventConsumer;
  let give: ConsumeOptions['onBatch'];
  let broken: boolean;

  /** Requests of a member of staff who may. */
  const client = {
    request: async (given: TestRequest | string) => {
      const request = typeof given === 'string' ? { url: given } : given;
      return http.request({
        ...request,
        headers: await issuer.headers({ staff: 'ann', roles: ['care'] }),
      });
    },
  };

  beforeAll(async () => {
    issuer = await TestIssuer.create();
  });

  beforeEach(async () => {
    test = await TestDatabase.create();
    await migrateDatabase({
      connectionString: test.connectionString,
      lockName: 'tools',
      migrations: [outboxMigration, inboxMigration],
    });
    kit = openKit(test.connectionString);
    broken = true;
    let listening: ConsumeOptions | undefined;
    consumer = EventConsumer.create({
      ...kit,
      log: {
        consume: async options => {
          listening = options;
          return { close: async () => {} };
        },
      },
      group: 'cart',
      topics: ['shop.customers'],
      retry: { attempts: 1 },
      handlers: {
        [TYPE]: async () => {
          if (broken) {
            throw new Error('cannot');
          }
        },
      },
    });
    consumer.start();
    await until('it listens', () => listening !== undefined);
    give = listening!.onBatch;
    app = await createServiceApp({
      ...kit,
      service: testService,
      config: loadConfig(serviceConfigSpec, {}),
      health: new Health(),
      access: {
        verifier: issuer.verifier,
        policy: RegoAccessPolicy.create(kit),
        allowedCallers: [],
      },
      openApi: { title: 'T', version: '1.0.0', description: 'T', tags: [] },
    });
    registerEventTools(app, {
      access: 'staff:care',
      consumers: [consumer],
      refused: RefusedEvents.create(kit),
    });
    http = await HttpClient.listen(app);
  });

  afterEach(async () => {
    await app.close();
    await consumer.close();
    await kit.database.close();
    await test.drop();
  });

  const eventOf = (key: string): LogEvent => ({
    topic: 'shop.customers',
    partition: 0,
    offset: 1,
    key,
    ageMs: 0,
    generation: 0,
    value: JSON.stringify({
      id: newId(),
      type: TYPE,
      data: { customerId: key },
    }),
  });

  it('shows dead letters by page, one with its event, and replays or discards them', async () => {
    await give(['a', 'b', 'c'].map(eventOf));
    const page = await client.request(
      '/events/groups/cart/dead-letters?limit=2',
    );
    expect(page.statusCode).toBe(200);
    const { items, nextCursor } = page.json();
    expect(items).toMatchObject([
      { key: 'a', type: TYPE, cause: 'failed', state: 'parked', attempts: 1 },
      { key: 'b' },
    ]);
    const rest = await client.request(
      `/events/groups/cart/dead-letters?limit=2&cursor=${nextCursor}`,
    );
    expect(rest.json().items).toMatchObject([{ key: 'c' }]);

    const path = `/events/groups/cart/dead-letters/${items[0].id}`;
    const one = await client.request(path);
    expect(JSON.parse(one.json().event).data).toEqual({ customerId: 'a' });

    broken = false;
    const replay = await client.request({
      method: 'POST',
      url: `${path}/replay`,
    });
    expect(replay.json()).toEqual({ replayed: 1, remaining: 0 });
    const again = await client.request({
      method: 'POST',
      url: `${path}/replay`,
    });
    expect(again.statusCode).toBe(409);
    expect(again.json().code).toBe('dead-letter-resolved');

    const discard = await client.request({
      method: 'POST',
      url: `/events/groups/cart/dead-letters/${items[1].id}/discard`,
      payload: { reason: 'told by the customer' },
    });
    expect(discard.json()).toEqual({ remaining: 0 });
    const gone = await client.request(
      '/events/groups/cart/dead-letters?state=discarded',
    );
    expect(gone.json().items).toMatchObject([
      {
        key: 'b',
        resolution: 'told by the customer',
        resolvedBy: 'staff:ann',
      },
    ]);
  });

  it.each([
    [
      'GET',
      '/events/groups/none/dead-letters',
      undefined,
      404,
      'group-not-found',
    ],
    [
      'GET',
      '/events/groups/cart/dead-letters/7',
      undefined,
      404,
      'dead-letter-not-found',
    ],
    [
      'GET',
      '/events/groups/cart/dead-letters/x',
      undefined,
      400,
      'validation-failed',
    ],
    [
      'GET',
      '/events/groups/cart/dead-letters?state=odd',
      undefined,
      400,
      'validation-failed',
    ],
    [
      'POST',
      '/events/groups/cart/dead-letters/7/discard',
      {},
      400,
      'validation-failed',
    ],
    [
      'POST',
      `/events/refused/${newId()}/discard`,
      { reason: 'none' },
      404,
      'refused-event-not-found',
    ],
    ['POST', '/events/refused/x/retry', undefined, 400, 'validation-failed'],
  ])('%s %s is refused', async (method, url, payload, status, code) => {
    const response = await client.request({ method, url, payload });
    expect(response.statusCode).toBe(status);
    expect(response.json().code).toBe(code);
  });

  it('lets in nobody else', async () => {
    const url = '/events/groups/cart/dead-letters';
    expect((await http.request(url)).statusCode).toBe(401);
    const headers = await issuer.headers({ staff: 'bob', roles: ['finance'] });
    expect((await http.request({ url, headers })).statusCode).toBe(403);
  });

  it('shows refused events, sends them again or gives them up', async () => {
    for (let n = 0; n < 2; n += 1) {
      await kit.database.query(
        {
          name: 'put',
          text: `with one as (select 1)${outboxInsert(1)} select 1`,
        },
        [
          outboxParameter(
            [
              {
                topic: 'shop.customers',
                type: TYPE,
                aggregateId: `c${n}`,
                aggregateVersion: 1,
                data: { customerId: `c${n}` },
              },
            ],
            { source: 'tools' },
          ),
        ],
      );
    }
    await test.query("update outbox set refused_reason = 'unknown-topic'");
    const { items } = (await client.request('/events/refused')).json();
    expect(items).toMatchObject([
      { key: 'c0', reason: 'unknown-topic', behind: 0 },
      { key: 'c1' },
    ]);
    const retry = await client.request({
      method: 'POST',
      url: `/events/refused/${items[0].eventId}/retry`,
    });
    expect(retry.json()).toEqual({ retried: 1 });
    const discard = await client.request({
      method: 'POST',
      url: `/events/refused/${items[1].eventId}/discard`,
      payload: { reason: 'sent by mistake' },
    });
    expect(discard.statusCode).toBe(204);
    expect(
      await test.query('select aggregate_id, refused_reason from outbox'),
    ).toEqual([{ aggregate_id: 'c0', refused_reason: null }]);
  });

  it('forgets what a group handled when the log cannot tell a replay apart', async () => {
    broken = false;
    await give([eventOf('a'), eventOf('b')]);
    const asked: unknown[] = [];
    const replay = async (options: unknown) => {
      asked.push(options);
    };
    const options = {
      database: kit.database,
      group: 'cart',
      topics: ['shop.customers'],
      from: 'beginning' as const,
    };
    await replayGroup({ ...options, log: { replay, generations: true } });
    expect(await test.query('select 1 from inbox')).toHaveLength(2);
    await replayGroup({ ...options, log: { replay, generations: false } });
    expect(await test.query('select 1 from inbox')).toEqual([]);
    expect(asked).toHaveLength(2);
  });
});
