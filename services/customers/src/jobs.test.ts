import {
  createEventLog,
  eventsConfigSpec,
  loadConfig,
  migrateDatabase,
  migrateEventLog,
  newId,
  type EventLog,
} from '@shopfloor/service-kit';
import { dataSchemaOf } from '@shopfloor/contracts';
import { readFixtures } from '@shopfloor/contracts/src/contractFiles.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { deferred } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { DATA_HOLDERS } from './domain/services.ts';
import { migrations } from './migrations/index.ts';
import { Neighbours } from './testing/Neighbours.ts';
import {
  serveCustomers,
  type ServedCustomers,
} from './testing/serveCustomers.ts';

const program = path.resolve(import.meta.dirname, 'server.ts');

describe('jobs across all services', () => {
  let test: TestDatabase;
  let logDatabase: TestDatabase;
  let log: EventLog;
  let issuer: TestIssuer;
  let neighbours: Neighbours;
  /** Answers requests; what runs beside them is another process or another replica. */
  let quiet: ServedCustomers;
  let busy: ServedCustomers | undefined;
  const children: ChildProcess[] = [];

  const serve = (env?: Record<string, string>, withWork = false) =>
    serveCustomers({
      connectionString: test.connectionString,
      issuer,
      neighbours,
      env,
      log: withWork ? log : undefined,
    });

  beforeAll(async () => {
    [test, logDatabase] = await Promise.all([
      TestDatabase.create(),
      TestDatabase.create(),
    ]);
    await migrateEventLog({
      adminConnectionString: logDatabase.connectionString,
    });
    await migrateDatabase({
      connectionString: test.connectionString,
      lockName: 'customers',
      migrations,
    });
    issuer = await TestIssuer.create();
    neighbours = await Neighbours.start();
    log = await createEventLog(
      loadConfig(eventsConfigSpec, {
        EVENTS_DATABASE_URL: logDatabase.connectionString,
      }),
    );
    quiet = await serve();
  });

  afterEach(async () => {
    neighbours.down.clear();
    neighbours.gate = undefined;
    await busy?.close();
    busy = undefined;
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
    }
  });

  afterAll(async () => {
    await quiet?.close();
    await log?.close();
    await neighbours?.close();
    await test.drop();
    await logDatabase.drop();
  });

  /** The program itself, as a pod runs it. */
  async function startProgram(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [program], {
      env: {
        PATH: process.env.PATH!,
        PORT: '0',
        DATABASE_URL: test.connectionString,
        EVENTS_DATABASE_URL: logDatabase.connectionString,
        SESSION_JWKS_URL: 'http://127.0.0.1:9/jwks',
        EXPORT_POLL_INTERVAL_MS: '50',
        EXPORT_LEASE_SECONDS: '1',
        ...neighbours.env,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(child);
    return child;
  }

  async function customer(id: string) {
    const headers = await issuer.headers({
      customer: id,
      email: `${id}@shopper.example`,
    });
    const send = async (
      method: string,
      url: string,
      payload?: unknown,
      served = quiet,
    ) => {
      const response = await served.client.request({
        method,
        url,
        payload,
        headers,
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        body: response.body ? response.json() : undefined,
      };
    };
    return send;
  }

  async function completed(customerId: string, service: string) {
    const id = newId();
    const type = 'shop.erasure.completed.v1';
    await log.append([
      {
        topic: 'shop.customers',
        key: customerId,
        id,
        value: JSON.stringify({
          specversion: '1.0',
          id,
          source: service,
          type,
          subject: customerId,
          time: new Date().toISOString(),
          datacontenttype: 'application/json',
          dataschema: dataSchemaOf(type),
          aggregateversion: 1,
          partitionkey: customerId,
          data: { customerId, service },
        }),
      },
    ]);
  }

  /** How often services were told to erase a customer, by what is in the log. */
  async function toldToErase(customerId: string): Promise<number> {
    let told = 0;
    let behind = true;
    const end = `end-${newId()}`;
    const consumer = await log.consume({
      group: `test-${newId()}`,
      topics: ['shop.customers'],
      onBatch: async events => {
        for (const { value } of events) {
          const event = JSON.parse(value);
          if (event.data.service === end) {
            behind = false;
          } else if (
            event.type === 'shop.customer.erased.v1' &&
            event.data.customerId === customerId
          ) {
            told += 1;
          }
        }
      },
    });
    // Of the same customer, so that it comes after what was published before it.
    await completed(customerId, end);
    await until(() => !behind);
    await consumer.close();
    return told;
  }

  const stateOf = async (
    send: Awaited<ReturnType<typeof customer>>,
    url: string,
  ) => (await send('GET', url)).body.state;

  describe('an export', () => {
    it('collects from every service and is handed out once', async () => {
      busy = await serve({}, true);
      const send = await customer('c-export');
      await send('POST', '/me/addresses', {
        name: 'Grace Mensah',
        line1: '1 High Street',
        city: 'London',
        postalCode: 'SW1A 1AA',
        country: 'GB',
      });
      await send('POST', '/me/consents', {
        purpose: 'marketing-email',
        textVersion: 1,
        granted: true,
      });
      const begun = await send('POST', '/me/exports');
      expect(begun).toMatchObject({
        status: 202,
        body: { state: 'collecting' },
      });
      const url = `/me/exports/${begun.body.exportId}`;
      expect(begun.headers.location).toBe(url);
      await until(async () => (await stateOf(send, url)) === 'ready');
      const { status, body, headers } = await send('POST', `${url}/download`);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-disposition': expect.stringContaining('attachment'),
      });
      expect(Object.keys(body.services).sort()).toEqual(
        ['customers', ...DATA_HOLDERS].sort(),
      );
      for (const service of DATA_HOLDERS) {
        expect(body.services[service]).toEqual({
          of: 'c-export',
          from: service,
        });
      }
      expect(body.services.customers).toMatchObject({
        profile: { id: 'c-export', email: 'c-export@shopper.example' },
        addresses: [{ city: 'London' }],
        consents: [{ granted: true, text: { en: expect.any(String) } }],
      });
      expect(await send('POST', `${url}/download`)).toMatchObject({
        status: 409,
        body: { code: 'export-downloaded' },
      });
      expect(
        await test.query(
          'select 1 from export_parts where records is not null',
        ),
      ).toEqual([]);
      expect((await send('GET', '/me/exports')).body.items).toMatchObject([
        { state: 'downloaded' },
      ]);
    });

    it('asked for again while it is under way is the same one, and nobody else’s', async () => {
      const send = await customer('c-same');
      const ids = await Promise.all(
        Array.from(
          { length: 6 },
          async () => (await send('POST', '/me/exports')).body.exportId,
        ),
      );
      expect(new Set(ids).size).toBe(1);
      const url = `/me/exports/${ids[0]}`;
      expect(await send('POST', `${url}/download`)).toMatchObject({
        status: 409,
        body: { code: 'export-not-ready' },
      });
      const stranger = await customer('c-export-stranger');
      expect((await stranger('GET', url)).status).toBe(404);
      expect((await stranger('POST', `${url}/download`)).status).toBe(404);
    });

    it('goes on without a service that is down, and asks that one again', async () => {
      neighbours.down.add('payments');
      busy = await serve({}, true);
      const send = await customer('c-partial');
      const url = `/me/exports/${(await send('POST', '/me/exports')).body.exportId}`;
      await until(async () => {
        const { parts } = (await send('GET', url)).body;
        return (
          parts.filter((part: any) => part.state === 'done').length === 5 &&
          parts.some((part: any) => part.failure)
        );
      });
      expect((await send('GET', url)).body.parts).toContainEqual({
        service: 'payments',
        state: 'pending',
        failure: 'payments-unavailable',
      });
      neighbours.down.clear();
      await test.query(`update export_parts set next_attempt_at = now()`);
      await until(async () => (await stateOf(send, url)) === 'ready');
    });

    it('that cannot be collected in time has failed, and an old result is thrown away', async () => {
      const send = await customer('c-late');
      const { exportId } = (await send('POST', '/me/exports')).body;
      await test.query(`update exports set deadline_at = now() where id = $1`, [
        exportId,
      ]);
      neighbours.down.add('cart');
      busy = await serve({}, true);
      const url = `/me/exports/${exportId}`;
      await until(async () => (await stateOf(send, url)) === 'failed');
      expect((await send('POST', `${url}/download`)).body.code).toBe(
        'export-failed',
      );
      neighbours.down.clear();
      const { exportId: next } = (await send('POST', '/me/exports')).body;
      const nextUrl = `/me/exports/${next}`;
      await test.query(`update export_parts set next_attempt_at = now()`);
      await until(async () => (await stateOf(send, nextUrl)) === 'ready');
      await test.query(
        `update exports set expires_at = now() - interval '1 second' where id = $1`,
        [next],
      );
      expect((await send('POST', `${nextUrl}/download`)).body.code).toBe(
        'export-expired',
      );
      await until(async () => (await stateOf(send, nextUrl)) === 'expired');
      expect(
        await test.query(
          `select 1 from export_parts where records is not null and export_id = $1`,
          [next],
        ),
      ).toEqual([]);
      await until(async () => (await busy!.metric('customers_jobs')) >= 0);
    });

    it('is finished by the next process when one is killed in the middle', async () => {
      const send = await customer('c-killed');
      const gate = deferred<void>();
      neighbours.gate = gate.promise;
      const before = neighbours.calls.length;
      const { exportId } = (await send('POST', '/me/exports')).body;
      const first = await startProgram();
      await until(() => neighbours.calls.length > before);
      first.kill('SIGKILL');
      neighbours.gate = undefined;
      gate.resolve();
      await startProgram();
      await until(
        async () =>
          (await stateOf(send, `/me/exports/${exportId}`)) === 'ready',
      );
      const { body } = await send('POST', `/me/exports/${exportId}/download`);
      expect(body.services.orders).toEqual({ of: 'c-killed', from: 'orders' });
    }, 60_000);
  });

  describe('an erasure', () => {
    it('deletes what is here at once, tells the others and ends when all have', async () => {
      busy = await serve({}, true);
      const send = await customer('c-gone');
      await send('POST', '/me/addresses', {
        name: 'Marta Silva',
        line1: 'Rua 1',
        city: 'Lisboa',
        postalCode: '1000-001',
        country: 'PT',
      });
      await send('POST', '/me/consents', {
        purpose: 'marketing-email',
        textVersion: 1,
        granted: true,
      });
      await send('POST', '/me/exports');
      const begun = await send('POST', '/me/erasures');
      expect(begun).toMatchObject({ status: 202, body: { state: 'running' } });
      const tables = await test.query<{ table_name: string }>(
        `select table_name from information_schema.columns
         where table_schema = 'public' and column_name in ('customer_id', 'id')
           and table_name in ('customers', 'addresses', 'consents', 'exports')
         group by 1`,
      );
      expect(tables).toHaveLength(4);
      for (const { table_name } of tables) {
        expect(
          await test.query(
            `select 1 from ${table_name} t where to_jsonb(t)::text like '%c-gone%'`,
          ),
        ).toEqual([]);
      }
      const url = `/me/erasures/${begun.body.erasureId}`;
      expect(begun.headers.location).toBe(url);
      expect(begun.body.parts).toContainEqual({ service: 'orders' });
      expect(begun.body.parts).toContainEqual({
        service: 'customers',
        completedAt: expect.any(String),
      });
      expect(begun.body.retention).toContainEqual(
        expect.objectContaining({ service: 'orders', years: 10 }),
      );

      expect(await send('POST', '/me/erasures')).toMatchObject({
        body: { erasureId: begun.body.erasureId },
      });
      await until(async () => (await toldToErase('c-gone')) === 1);
      // A token from before is still about: it must not make the customer anew.
      for (const [method, path_] of [
        ['GET', '/me'],
        ['POST', '/me/exports'],
        ['POST', '/me/claims'],
      ]) {
        expect(await send(method, path_)).toMatchObject({
          status: 409,
          body: { code: 'erasure-in-progress' },
        });
      }

      for (const service of DATA_HOLDERS) {
        expect(await stateOf(send, url)).toBe('running');
        await completed('c-gone', service);
        await completed('c-gone', service);
        await until(async () =>
          (await send('GET', url)).body.parts.some(
            (part: any) => part.service === service && part.completedAt,
          ),
        );
      }
      expect(await toldToErase('c-gone')).toBe(1);
      const done = (await send('GET', url)).body;
      expect(done).toMatchObject({
        state: 'completed',
        completedAt: expect.any(String),
      });
      expect((await send('GET', '/me')).status).toBe(409);
      await test.query(
        `update erasures set requested_at = now() - interval '1 hour' where id = $1`,
        [begun.body.erasureId],
      );
      expect((await send('GET', '/me')).body).toMatchObject({ version: 1 });
      expect((await send('GET', '/me/erasures')).body.items).toHaveLength(1);
    });

    it('asked for many times at once is one', async () => {
      const send = await customer('c-once');
      await send('GET', '/me');
      const ids = await Promise.all(
        Array.from(
          { length: 10 },
          async () => (await send('POST', '/me/erasures')).body.erasureId,
        ),
      );
      expect(new Set(ids).size).toBe(1);
      expect(
        await test.query(`select 1 from outbox where partition_key = 'c-once'`),
      ).toHaveLength(1);
    });

    it('is reported by events of every published revision', async () => {
      const fixtures = readFixtures('shop.erasure.completed.v1');
      expect(fixtures.length).toBeGreaterThan(0);
      busy = await serve({}, true);
      for (const { content } of fixtures) {
        const { customerId, service } = content.data;
        const send = await customer(customerId);
        const { erasureId } = (await send('POST', '/me/erasures')).body;
        await completed(customerId, service);
        await until(async () =>
          (await send('GET', `/me/erasures/${erasureId}`)).body.parts.some(
            (part: any) => part.service === service && part.completedAt,
          ),
        );
        await test.query(`update erasures set state = 'completed'`);
      }
    });

    it('of somebody else is not found', async () => {
      const send = await customer('c-private');
      const { erasureId } = (await send('POST', '/me/erasures')).body;
      const stranger = await customer('c-erasure-stranger');
      expect((await stranger('GET', `/me/erasures/${erasureId}`)).status).toBe(
        404,
      );
    });

    it('is told by a metric when it is overdue, and the services are told again', async () => {
      const send = await customer('c-overdue');
      const { erasureId } = (await send('POST', '/me/erasures')).body;
      busy = await serve({}, true);
      await until(
        async () => (await busy!.metric('customers_erasures_overdue')) === 0,
      );
      await test.query(
        `update erasures set deadline_at = now(), next_emission_at = now() where id = $1`,
        [erasureId],
      );
      await until(
        async () => (await busy!.metric('customers_erasures_overdue')) === 1,
      );
      await until(async () => (await toldToErase('c-overdue')) === 2);
      for (const service of DATA_HOLDERS) {
        await completed('c-overdue', service);
      }
      await until(
        async () => (await busy!.metric('customers_erasures_overdue')) === 0,
      );
      expect(await stateOf(send, `/me/erasures/${erasureId}`)).toBe(
        'completed',
      );
    });

    it('is told by the next process when one is killed, whenever that is', async () => {
      const send = await customer('c-crash');
      const first = await startProgram();
      const { erasureId } = (await send('POST', '/me/erasures')).body;
      first.kill('SIGKILL');
      await startProgram();
      await until(async () => (await toldToErase('c-crash')) >= 1);
      for (const service of DATA_HOLDERS) {
        await completed('c-crash', service);
      }
      await until(
        async () =>
          (await stateOf(send, `/me/erasures/${erasureId}`)) === 'completed',
      );
      expect(await toldToErase('c-crash')).toBe(1);
    }, 60_000);
  });
});
