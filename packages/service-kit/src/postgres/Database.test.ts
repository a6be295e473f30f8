import { context } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { loadConfig } from '../config/defineConfig.ts';
import { databaseConfigSpec } from '../config/serviceConfig.ts';
import { createLogger } from '../logging/createLogger.ts';
import { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import { UnavailableError } from '../problems/DomainError.ts';
import { TestDatabase } from '../testing/TestDatabase.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { PooledDatabase } from './Database.ts';

const service = {
  name: 'things',
  version: '1.0.0',
  release: 'v1',
  environment: 'test',
  instance: 'things-1',
};

function open(env: Record<string, string>) {
  const metrics = ServiceMetrics.create({ processMetrics: false });
  const spans = new InMemorySpanExporter();
  const tracing = Tracing.create({
    service,
    sampleRatio: 1,
    processors: [new SimpleSpanProcessor({ exporter: spans })],
  });
  const database = PooledDatabase.create({
    config: loadConfig(databaseConfigSpec, env),
    applicationName: 'things',
    metrics,
    tracing,
    logger: createLogger({ service, destination: { write() {} } }),
  });
  return { database, metrics, spans, tracing };
}

describe('PooledDatabase', () => {
  let test: TestDatabase;
  let opened: ReturnType<typeof open>;

  beforeAll(async () => {
    test = await TestDatabase.create();
    opened = open({
      DATABASE_URL: test.connectionString,
      DATABASE_POOL_MAX: '2',
      DATABASE_CONNECT_TIMEOUT_MS: '1500',
      DATABASE_STATEMENT_TIMEOUT_MS: '300',
    });
  });

  afterAll(async () => {
    await opened.database.close();
    await test.drop();
  });

  it('prepares a named statement once per connection', async () => {
    const statement = { name: 'double', text: 'select $1::int * 2 as n' };
    for (const n of [1, 2, 3, 4]) {
      expect(await opened.database.query(statement, [n])).toEqual([
        { n: n * 2 },
      ]);
    }
    const prepared = await opened.database.query<{ name: string }>({
      name: 'prepared',
      text: "select name from pg_prepared_statements where name = 'double'",
    });
    expect(prepared).toEqual([{ name: 'double' }]);
  });

  it('measures and traces by statement name, never by values', async () => {
    const request = opened.tracing.startRequest({}, 'GET /', {});
    await context.with(request.context, () =>
      opened.database.query(
        { name: 'greet', text: 'select $1::text as word' },
        ['hunter2'],
      ),
    );
    const [span] = opened.spans.getFinishedSpans();
    expect(span.name).toBe('greet');
    expect(JSON.stringify(span.attributes)).not.toContain('hunter2');
    const text = await opened.metrics.registry.metrics();
    expect(text).toContain(
      'db_client_operation_duration_seconds_count{statement="greet"} 1',
    );
    expect(text).toContain('db_pool_connections{state="idle"}');
  });

  it('ends a statement that runs too long, and calls it unavailable', async () => {
    await expect(
      opened.database.query({ name: 'sleep', text: 'select pg_sleep(5)' }),
    ).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'database-unavailable',
    });
  });

  it('bounds the wait for a connection', async () => {
    const slow = { name: 'nap', text: 'select pg_sleep(0.25)' };
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => opened.database.query(slow)),
    );
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const result of refused) {
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(
        UnavailableError,
      );
    }
  });

  it('does statements together or not at all, and names the one that failed', async () => {
    await test.query('create table pairs (n int primary key)');
    const add = {
      name: 'add_pair',
      text: 'insert into pairs values ($1) returning n',
    };
    const half = { name: 'half', text: 'select 10 / $1::int as half' };
    const add1 = (n: number) => ({ statement: add, values: [n] });
    // Prepared by a group that fails, they serve the next one.
    await expect(
      opened.database.together([
        add1(1),
        { statement: half, values: [0] },
        add1(2),
      ]),
    ).rejects.toThrow('Statement half failed');
    expect(await test.query('select n from pairs')).toEqual([]);
    for (const n of [1, 3]) {
      expect(
        await opened.database.together([
          add1(n),
          { statement: half, values: [2] },
          add1(n + 1),
        ]),
      ).toEqual([[{ n }], [{ half: 5 }], [{ n: n + 1 }]]);
    }
    expect(await test.query('select count(*)::int as n from pairs')).toEqual([
      { n: 4 },
    ]);
  });

  it('reads every kind of value, in rows of a statement that ran before as well', async () => {
    const kinds = {
      name: 'kinds',
      text: 'select $1::int[] as list, $2::jsonb as json, $3::timestamptz as at, $4::bytea as bytes, null as nothing',
    };
    const values = [
      [1, 2],
      { a: [null] },
      new Date(86_400_000),
      Buffer.of(0, 255),
    ];
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await opened.database.query(kinds, values)).toEqual([
        {
          list: [1, 2],
          json: { a: [null] },
          at: new Date(86_400_000),
          bytes: Buffer.of(0, 255),
          nothing: null,
        },
      ]);
    }
  });

  it('calls a wrong statement a fault of ours and names it', async () => {
    await expect(
      opened.database.query({ name: 'wrong', text: 'select nothing' }),
    ).rejects.toThrow('Statement wrong failed');
  });

  describe('transaction', () => {
    beforeAll(async () => {
      await test.query('create table notes (id int primary key, text text)');
    });

    const add = { name: 'add', text: 'insert into notes values ($1, $2)' };
    const notes = () =>
      test.query<{ id: number }>('select id from notes order by id');

    it('commits what the work wrote and gives back what it returned', async () => {
      const result = await opened.database.transaction(async tx => {
        await tx.query(add, [1, 'one']);
        expect(await notes()).toEqual([]);
        await tx.query(add, [2, 'two']);
        return 'done';
      });
      expect(result).toBe('done');
      expect(await notes()).toEqual([{ id: 1 }, { id: 2 }]);
    });

    it('rolls back when the work throws, and passes its error on', async () => {
      await expect(
        opened.database.transaction(async tx => {
          await tx.query(add, [3, 'three']);
          throw new RangeError('changed my mind');
        }),
      ).rejects.toThrow(RangeError);
      expect(await notes()).toEqual([{ id: 1 }, { id: 2 }]);
    });

    it('does what waits for the commit after it, and not at all when it is rolled back', async () => {
      const done: string[] = [];
      const result = await opened.database.transaction(async tx => {
        tx.afterCommit(() => done.push('after'));
        await tx.query({ name: 'one', text: 'select 1 as one' });
        done.push('before');
        return done.length;
      });
      expect(result).toBe(1);
      expect(done).toEqual(['before', 'after']);
      await expect(
        opened.database.transaction(async tx => {
          tx.afterCommit(() => done.push('never'));
          throw new RangeError('changed my mind');
        }),
      ).rejects.toThrow(RangeError);
      expect(done).toEqual(['before', 'after']);
    });

    it('never passes a rollback off as a commit', async () => {
      await expect(
        opened.database.transaction(async tx => {
          await tx.query(add, [4, 'four']);
          await tx.query(add, [1, 'taken']).catch(() => undefined);
        }),
      ).rejects.toThrow('rolled back');
      expect(await notes()).toEqual([{ id: 1 }, { id: 2 }]);
    });

    it('refuses a statement that comes after its end', async () => {
      let escaped: Promise<unknown> | undefined;
      await opened.database.transaction(async tx => {
        escaped = new Promise(resolve => {
          setTimeout(resolve, 20);
        }).then(() => tx.query(add, [5, 'late']));
        escaped.catch(() => undefined);
      });
      await expect(escaped).rejects.toThrow('after the end');
    });

    it('says unavailable when its connection is cut, and leaves the pool whole', async () => {
      await expect(
        opened.database.transaction(async tx => {
          await tx.query(add, [6, 'six']);
          await test.cutConnections();
          await tx.query(add, [7, 'seven']);
        }),
      ).rejects.toMatchObject({ code: 'database-unavailable' });
      expect(await notes()).toEqual([{ id: 1 }, { id: 2 }]);
      expect(
        await opened.database.transaction(tx =>
          tx.query({ name: 'one', text: 'select 1 as one' }),
        ),
      ).toEqual([{ one: 1 }]);
    });
  });

  it('listens, and listens again after the server cut the connection', async () => {
    const heard: string[] = [];
    const stop = await opened.database.listen('bell', payload =>
      heard.push(payload),
    );
    const hear = async (word: string) => {
      for (let n = 0; n < 200 && !heard.includes(word); n += 1) {
        await test.query(`select pg_notify('bell', '${word}')`);
        await new Promise(resolve => {
          setTimeout(resolve, 25);
        });
      }
      expect(heard).toContain(word);
    };
    await hear('one');
    await test.cutConnections();
    await hear('two');
    await stop();
    heard.length = 0;
    await test.query("select pg_notify('bell', 'three')");
    expect(heard).toEqual([]);
  });

  it('recovers without a restart when the server cuts its connections', async () => {
    await opened.database.ping();
    await test.cutConnections();
    const statement = { name: 'again', text: 'select 1 as one' };
    let rows: object[] = [];
    const refusals: unknown[] = [];
    for (let attempt = 0; attempt < 5 && rows.length === 0; attempt += 1) {
      rows = await opened.database.query(statement).catch(error => {
        refusals.push(error);
        return [];
      });
    }
    expect(rows).toEqual([{ one: 1 }]);
    expect(refusals.every(error => error instanceof UnavailableError)).toBe(
      true,
    );
  });

  it('says that the database does not answer, without its address', async () => {
    const { database } = open({
      DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:9/none',
    });
    await expect(database.ping()).rejects.toThrow(
      /^the database does not answer$/,
    );
    await expect(
      database.query({ name: 'one', text: 'select 1' }),
    ).rejects.toBeInstanceOf(UnavailableError);
    await database.close();
  });
});
