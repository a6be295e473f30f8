import { loadConfig } from '../config/defineConfig.ts';
import {
  databaseConfigSpec,
  serviceConfigSpec,
} from '../config/serviceConfig.ts';
import { RegoAccessPolicy } from '../access/RegoAccessPolicy.ts';
import { Health } from '../health/Health.ts';
import { createServiceApp, type ServiceApp } from '../http/createServiceApp.ts';
import { type Database, PooledDatabase } from '../postgres/Database.ts';
import { migrateDatabase, revertDatabase } from '../postgres/migrate.ts';
import { ConflictError } from '../problems/DomainError.ts';
import { HttpClient } from '../testing/HttpClient.ts';
import { TestDatabase } from '../testing/TestDatabase.ts';
import { TestIssuer } from '../testing/TestIssuer.ts';
import { until } from '../testing/eventually.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { idempotencyMigration } from './idempotencyMigration.ts';
import { type Idempotency, trimIdempotencyKeys } from './idempotencyPlugin.ts';

const service = {
  name: 'things',
  version: '1',
  release: 'v1',
  environment: 'test',
  instance: 'i',
};

describe('idempotencyPlugin', () => {
  let test: TestDatabase;
  let database: Database;
  let issuer: TestIssuer;
  let app: ServiceApp;
  let client: HttpClient;
  let attempts: Idempotency[];
  let waiting: (() => void)[];
  let lines: string[];

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateDatabase({
      connectionString: test.connectionString,
      lockName: 'things',
      migrations: [idempotencyMigration],
    });
    issuer = await TestIssuer.create();
  });

  afterAll(() => test.drop());

  const createApp = async (requestTimeoutMs = 5000, leaseMs = 30_000) => {
    const materials = testMaterials();
    lines = materials.lines;
    const tracing = Tracing.create({ service });
    database = PooledDatabase.create({
      ...materials,
      tracing,
      config: loadConfig(databaseConfigSpec, {
        DATABASE_URL: test.connectionString,
        DATABASE_POOL_MAX: '20',
      }),
      applicationName: 'test',
    });
    const created = await createServiceApp({
      ...materials,
      tracing,
      service,
      config: loadConfig(serviceConfigSpec, {
        REQUEST_TIMEOUT_MS: String(requestTimeoutMs),
      }),
      health: new Health(),
      openApi: { title: 't', description: 'd', version: '1' },
      access: {
        verifier: issuer.verifier,
        policy: RegoAccessPolicy.create(materials),
        allowedCallers: [],
      },
      idempotency: { database, leaseMs },
    });
    const opened = database;
    created.addHook('onClose', () => opened.close().catch(() => undefined));
    return created;
  };

  const setUp = async (...options: [number?, number?]) => {
    attempts = [];
    waiting = [];
    app = await createApp(...options);
    app.post(
      '/things/:id',
      { config: { access: 'shopper', idempotent: true } },
      async (request, reply) => {
        attempts.push(request.idempotency!);
        const { mode } = request.body as { mode?: string };
        if (mode === 'wait') {
          await new Promise<void>(resolve => {
            waiting.push(resolve);
          });
        }
        if (mode === 'refuse') {
          throw new ConflictError({ code: 'no-stock', message: 'None left.' });
        }
        if (mode === 'fail-once' && attempts.length === 1) {
          throw new Error('boom');
        }
        if (mode === 'busy') {
          return reply.code(429).send({ later: true });
        }
        return reply
          .code(201)
          .header('location', `/things/${request.idempotency!.resourceId}`)
          .header('x-passing', 'not kept')
          .send({ id: request.idempotency!.resourceId, at: attempts.length });
      },
    );
    client = await HttpClient.listen(app);
  };

  afterEach(async () => {
    await app.close();
    await test.query('delete from idempotency_keys');
  });

  const send = async (
    options: {
      key?: string;
      body?: object;
      guest?: string;
      url?: string;
    } = {},
  ) =>
    client.request({
      method: 'POST',
      url: options.url ?? '/things/1',
      payload: options.body ?? {},
      headers: {
        ...(await issuer.headers({ guest: options.guest ?? '1' })),
        ...(options.key !== '' && {
          'idempotency-key': options.key ?? 'key-00001',
        }),
      },
    });

  it('gives a repetition the same answer, byte for byte, and says so', async () => {
    await setUp();
    const first = await send({ body: { a: 1, b: 2 } });
    expect(first.statusCode).toBe(201);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const again = await send({ body: { b: 2, a: 1 } });
    expect(again.statusCode).toBe(201);
    expect(again.body).toBe(first.body);
    expect(again.headers['idempotency-replayed']).toBe('true');
    for (const name of ['content-type', 'content-length', 'location']) {
      expect(again.headers[name]).toBe(first.headers[name]);
    }
    expect(again.headers['x-passing']).toBeUndefined();
    expect(attempts).toHaveLength(1);
  });

  it('repeats a refusal, too', async () => {
    await setUp();
    const first = await send({ body: { mode: 'refuse' } });
    expect(first.json().code).toBe('no-stock');
    const again = await send({ body: { mode: 'refuse' } });
    expect([again.statusCode, again.body]).toEqual([409, first.body]);
    expect(again.headers['content-type']).toBe(first.headers['content-type']);
    expect(attempts).toHaveLength(1);
  });

  it('makes one thing of fifty equal requests at once', async () => {
    await setUp();
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => send({ body: { a: 1 } })),
    );
    expect(attempts).toHaveLength(1);
    const made = responses.filter(({ statusCode }) => statusCode === 201);
    expect(new Set(made.map(({ body }) => body)).size).toBe(1);
    expect(made.length).toBeGreaterThanOrEqual(1);
    for (const other of responses.filter(r => r.statusCode !== 201)) {
      expect([other.statusCode, other.json().code]).toEqual([
        409,
        'request-in-progress',
      ]);
      expect(Number(other.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect((await send({ body: { a: 1 } })).body).toBe(made[0].body);
  });

  it('refuses the key for another body, path or query, also while the first runs', async () => {
    await setUp();
    const first = send({ body: { mode: 'wait' } });
    await until(() => waiting.length === 1);
    const running = await send({ body: { mode: 'wait' } });
    expect([running.statusCode, running.json().code]).toEqual([
      409,
      'request-in-progress',
    ]);
    const other = async (options: object) => {
      const response = await send(options);
      return [response.statusCode, response.json().code];
    };
    const reused = [422, 'idempotency-key-reused'];
    expect(await other({ body: { mode: 'other' } })).toEqual(reused);
    waiting[0]();
    expect((await first).statusCode).toBe(201);
    expect(await other({ body: { mode: 'other' } })).toEqual(reused);
    const same = { body: { mode: 'wait' } };
    expect(await other({ ...same, url: '/things/2' })).toEqual(reused);
    expect(await other({ ...same, url: '/things/1?x=1' })).toEqual(reused);
    expect(attempts).toHaveLength(1);
  });

  it('keeps the keys of different people apart', async () => {
    await setUp();
    const one = await send({ guest: '1' });
    const two = await send({ guest: '2' });
    expect(one.json().id).not.toBe(two.json().id);
    expect(attempts).toHaveLength(2);
  });

  it('does not remember a fault, and lets a repetition resume under the same id at once', async () => {
    await setUp();
    const body = { mode: 'fail-once' };
    expect((await send({ body })).statusCode).toBe(500);
    const again = await send({ body });
    expect(again.statusCode).toBe(201);
    expect(attempts.map(({ resumed }) => resumed)).toEqual([false, true]);
    expect(attempts[1].resourceId).toBe(attempts[0].resourceId);
    expect(again.json().id).toBe(attempts[0].resourceId);
  });

  it('does not remember "not now"', async () => {
    await setUp();
    expect((await send({ body: { mode: 'busy' } })).statusCode).toBe(429);
    await send({ body: { mode: 'busy' } });
    expect(attempts).toHaveLength(2);
  });

  it('resumes after a crash once the lease has run out, and the late first attempt cannot overwrite', async () => {
    await setUp();
    const body = { mode: 'wait' };
    const first = send({ body });
    await until(() => waiting.length === 1);
    // The clock of the database is the one that counts.
    await test.query(
      `update idempotency_keys set leased_until = now() - interval '1 s'`,
    );
    const second = send({ body });
    await until(() => waiting.length === 2);
    expect(attempts[1]).toEqual({ ...attempts[0], resumed: true });
    waiting[1]();
    const answer = await second;
    waiting[0]();
    await first;
    expect((await send({ body })).body).toBe(answer.body);
    expect(lines.join()).toContain('outlived its lease');
  });

  it('keeps the lease of a handler that runs on after its request timed out', async () => {
    await setUp(200);
    const body = { mode: 'wait' };
    expect((await send({ body })).statusCode).toBe(503);
    expect((await send({ body })).json().code).toBe('request-in-progress');
    expect(attempts).toHaveLength(1);
    waiting[0]();
  });

  it('forgets a key after its time, as if it had never been', async () => {
    await setUp();
    const first = await send({ body: { a: 1 } });
    await test.query(`update idempotency_keys set expires_at = now()`);
    const second = await send({ body: { other: true } });
    expect(second.statusCode).toBe(201);
    expect(second.json().id).not.toBe(first.json().id);
    expect(attempts[1].resumed).toBe(false);
    const [row] = await test.query<{ days: number }>(
      `select round(extract(epoch from expires_at - now()) / 86400)::int as days from idempotency_keys`,
    );
    expect(row.days).toBe(7);
  });

  it('removes what has expired, and nothing else', async () => {
    await setUp();
    await send({ key: 'key-00001' });
    await send({ key: 'key-00002' });
    await test.query(
      `update idempotency_keys set expires_at = now() where key = 'key-00001'`,
    );
    expect(await trimIdempotencyKeys(database)).toBe(1);
    expect(await test.query('select key from idempotency_keys')).toEqual([
      { key: 'key-00002' },
    ]);
  });

  it.each([
    ['', 'idempotency-key-missing'],
    ['short', 'idempotency-key-invalid'],
    ['with space in it', 'idempotency-key-invalid'],
    ['x'.repeat(129), 'idempotency-key-invalid'],
    ['"key-00001', 'idempotency-key-invalid'],
  ])('does not take the key %j', async (key, code) => {
    await setUp();
    const response = await send({ key });
    expect([response.statusCode, response.json().code]).toEqual([400, code]);
    expect(response.json().errors[0]).toMatchObject({
      in: 'header',
      field: 'idempotency-key',
    });
    expect(attempts).toHaveLength(0);
  });

  it('takes a quoted key as the same key', async () => {
    await setUp();
    const first = await send({ key: 'key-00001' });
    expect((await send({ key: '"key-00001"' })).body).toBe(first.body);
  });

  it('does nothing when the key cannot be stored', async () => {
    await setUp();
    await database.close();
    const response = await send();
    expect(response.statusCode).toBe(500);
    expect(attempts).toHaveLength(0);
  });

  it('documents the header, and refuses to start without its database', async () => {
    await setUp();
    const { paths } = (await client.request('/openapi.json')).json();
    expect(paths['/things/{id}'].post.parameters).toContainEqual(
      expect.objectContaining({
        in: 'header',
        name: 'idempotency-key',
        required: true,
      }),
    );
    const materials = testMaterials();
    const other = await createServiceApp({
      ...materials,
      service,
      tracing: Tracing.create({ service }),
      config: loadConfig(serviceConfigSpec, {}),
      health: new Health(),
      openApi: { title: 't', description: 'd', version: '1' },
    });
    expect(() =>
      other.post(
        '/x',
        { config: { access: 'public', idempotent: true } },
        async () => ({}),
      ),
    ).toThrow('to be given: idempotency');
    await other.close();
  });

  it('can be migrated back', async () => {
    await setUp();
    const other = await TestDatabase.create();
    const migrations = [idempotencyMigration];
    const options = {
      connectionString: other.connectionString,
      lockName: 'x',
      migrations,
    };
    await migrateDatabase(options);
    await revertDatabase(options);
    expect(
      await other.query(
        `select 1 from pg_class where relname = 'idempotency_keys'`,
      ),
    ).toEqual([]);
    await other.drop();
  });
});
