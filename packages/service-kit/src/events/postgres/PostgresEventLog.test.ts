import { randomInt } from 'node:crypto';
import pg from 'pg';
import { newId } from '../../ids/newId.ts';
import { createMigrationKnex, revertDatabase } from '../../postgres/migrate.ts';
import { TestDatabase } from '../../testing/TestDatabase.ts';
import { partitionOf } from '../partitioning.ts';
import { eventLogContract } from '../testing/eventLogContract.ts';
import { silentLogger, until } from '../testing/kitForTests.ts';
import { createPostgresFixture } from '../testing/postgresFixture.ts';
import { eventLogMigrations } from './eventLogMigrations.ts';
import { grantEventLog, migrateEventLog } from './migrateEventLog.ts';
import { PostgresEventLog } from './PostgresEventLog.ts';

describe('PostgresEventLog', () => {
  eventLogContract({ createFixture: createPostgresFixture });

  describe('on its own database', () => {
    let database: TestDatabase;
    const logs: PostgresEventLog[] = [];
    const roles: string[] = [];

    const open = (connectionString = database.connectionString) => {
      const log = PostgresEventLog.create({
        connectionString,
        applicationName: 'log-test',
        logger: silentLogger,
        maxConnections: 2,
      });
      logs.push(log);
      return log;
    };
    const record = (topic: string, key: string, value: unknown) => ({
      topic,
      key,
      id: newId(),
      value: JSON.stringify(value),
    });

    beforeEach(async () => {
      database = await TestDatabase.create();
      await migrateEventLog({
        adminConnectionString: database.connectionString,
        topics: ['one', 'two'],
      });
    });

    afterEach(async () => {
      await Promise.all(logs.splice(0).map(log => log.close()));
      for (const role of roles.splice(0)) {
        await database.query(`drop owned by ${role}; drop role ${role}`);
      }
      await database.drop();
    });

    it('hands over no event before an earlier one of its partition, however late it is committed', async () => {
      const writers = 8;
      const each = 150;
      const seen: string[] = [];
      const member = await open().consume({
        group: 'late',
        topics: ['one'],
        onBatch: async events => {
          seen.push(
            ...events.map(({ partition, offset }) => `${partition}/${offset}`),
          );
        },
      });
      await Promise.all(
        Array.from({ length: writers }, async () => {
          const client = new pg.Client(database.connectionString);
          await client.connect();
          for (let n = 0; n < each; n += 1) {
            const keys = Array.from(
              { length: 1 + randomInt(4) },
              () => `k${randomInt(50)}`,
            );
            await client.query('begin');
            await client.query(
              'select event_log.append($1::text[], $2::smallint[], $3::text[], $4::uuid[], $5::text[])',
              [
                keys.map(() => 'one'),
                keys.map(key => partitionOf(key)),
                keys,
                keys.map(() => newId()),
                keys.map(() => '{}'),
              ],
            );
            await client.query('select pg_sleep(random() * 0.004)');
            await client.query('commit');
          }
          await client.end();
        }),
      );
      const [{ total }] = await database.query<{ total: number }>(
        'select count(*)::int as total from event_log.events',
      );
      await until('every event', () => seen.length >= total);
      await member.close();
      expect(seen.length).toBe(total);
      for (let partition = 0; partition < 8; partition += 1) {
        const offsets = seen
          .filter(place => place.startsWith(`${partition}/`))
          .map(place => Number(place.split('/')[1]));
        expect(offsets).toEqual(offsets.map((_, index) => index));
      }
    });

    it('gives a role with a lease the grants of the role that it acts as, and no others', async () => {
      const [role, stranger, lease] = ['svc', 'oth', 'lease'].map(
        kind => `${kind}_${newId().replaceAll('-', '')}`,
      );
      roles.push(lease, role, stranger);
      await database.query(`create role ${role}`);
      await database.query(`create role ${stranger}`);
      await database.query(
        `create role ${lease} login password 'x' in role ${role}`,
      );
      await database.query(`alter role ${lease} set role to ${role}`);
      const grant = (of: string, append: string[]) =>
        grantEventLog({
          adminConnectionString: database.connectionString,
          role: of,
          append,
          consume: [{ group: of, topics: ['two'] }],
        });
      await grant(role, ['one']);
      await grant(stranger, ['two']);
      const url = new URL(database.connectionString);
      url.username = lease;
      url.password = 'x';
      const log = open(url.toString());
      await log.append([record('one', 'leased', 1)]);
      await expect(
        log.append([record('two', 'leased', 1)]),
      ).rejects.toMatchObject({ refused: [{ reason: 'not-permitted' }] });
      await log.replay({ group: role, topics: ['two'], from: 'beginning' });
      await expect(
        log.replay({ group: stranger, topics: ['two'], from: 'beginning' }),
      ).rejects.toMatchObject({ cause: { code: 'SF002' } });
      const client = new pg.Client(url.toString());
      await client.connect();
      await expect(client.query(`set role ${stranger}`)).rejects.toMatchObject({
        code: '42501',
      });
      await client.end();
    });

    it('lets a role append to and read only what it was given, through functions only', async () => {
      const role = `svc_${newId().replaceAll('-', '')}`;
      roles.push(role);
      await database.query(`create role ${role} login password 'x'`);
      await grantEventLog({
        adminConnectionString: database.connectionString,
        role,
        append: ['one'],
        consume: [{ group: 'mine', topics: ['two'] }],
      });
      const url = new URL(database.connectionString);
      url.username = role;
      url.password = 'x';
      const log = open(url.toString());
      await log.append([record('one', 'k', 1)]);
      const foreign = record('two', 'k', 2);
      await expect(
        log.append([record('one', 'k', 3), foreign]),
      ).rejects.toMatchObject({
        refused: [{ id: foreign.id, reason: 'not-permitted' }],
      });
      await expect(
        log.replay({ group: 'mine', topics: ['one'], from: 'beginning' }),
      ).rejects.toMatchObject({ cause: { code: 'SF002' } });
      await expect(
        log.replay({ group: 'another', topics: ['two'], from: 'beginning' }),
      ).rejects.toMatchObject({ cause: { code: 'SF002' } });
      const client = new pg.Client(url.toString());
      await client.connect();
      for (const statement of [
        'select * from event_log.events',
        'update event_log.group_partitions set next_offset = 0',
        "insert into event_log.grants values (current_user, 'append', 2)",
        "update event_log.settings set retention = interval '0'",
      ]) {
        await expect(client.query(statement)).rejects.toMatchObject({
          code: '42501',
        });
      }
      await client.end();

      const seen: string[] = [];
      const member = await log.consume({
        group: 'mine',
        topics: ['two'],
        onBatch: async events => {
          seen.push(...events.map(({ value }) => value));
        },
      });
      await open().append([record('two', 'k', 'for you')]);
      await until('the event', () => seen.length > 0);
      await member.close();
      expect(seen).toEqual(['"for you"']);

      await grantEventLog({
        adminConnectionString: database.connectionString,
        role,
        append: [],
        consume: [],
      });
      await expect(log.append([record('one', 'k', 4)])).rejects.toMatchObject({
        refused: [{ reason: 'not-permitted' }],
      });
      await expect(
        grantEventLog({
          adminConnectionString: database.connectionString,
          role,
          append: ['three'],
          consume: [],
        }),
      ).rejects.toThrow('has no topic three');
    });

    it('gives a member whose grant was taken back nothing more, and says so', async () => {
      const role = `svc_${newId().replaceAll('-', '')}`;
      roles.push(role);
      await database.query(`create role ${role} login password 'x'`);
      const grant = (topics: string[]) =>
        grantEventLog({
          adminConnectionString: database.connectionString,
          role,
          append: [],
          consume: [{ group: 'mine', topics }],
        });
      await grant(['one', 'two']);
      const url = new URL(database.connectionString);
      url.username = role;
      url.password = 'x';
      const seen: string[] = [];
      const troubles: unknown[] = [];
      const member = await open(url.toString()).consume({
        group: 'mine',
        topics: ['one', 'two'],
        onBatch: async events => {
          seen.push(...events.map(({ value }) => value));
        },
        onTrouble: error => troubles.push(error?.cause),
      });
      const writer = open();
      await writer.append([record('one', 'k', 'before')]);
      await until('the first', () => seen.length === 1);
      await grant(['two']);
      await writer.append([record('one', 'k', 'after')]);
      await writer.append([record('two', 'k', 'still granted')]);
      await until('the refusal', () => troubles.length > 0);
      await member.close();
      expect(seen).not.toContain('"after"');
      expect(troubles[0]).toMatchObject({ code: 'SF002' });
    });

    it('gives a partition that alone has events the whole of a batch', async () => {
      await open().append(
        Array.from({ length: 300 }, (_, n) => record('one', 'k', n)),
      );
      const sizes: number[] = [];
      const member = await open().consume({
        group: 'reader',
        topics: ['one', 'two'],
        maxBatch: 160,
        onBatch: async events => {
          sizes.push(events.length);
        },
      });
      await until('every event', () => sizes.reduce((a, b) => a + b, 0) >= 300);
      await member.close();
      expect(sizes).toEqual([160, 140]);
    });

    it('knows a sleeper again that was away for so long that it was forgotten', async () => {
      const seen: string[] = [];
      const log = open();
      const member = await log.consume({
        group: 'sleeper',
        topics: ['one'],
        onBatch: async events => {
          seen.push(...events.map(({ value }) => value));
        },
      });
      const asleep = () =>
        until('sleep', async () => {
          const rows = await database.query(
            'select 1 from event_log.group_members where asleep',
          );
          return rows.length === 1;
        });
      await asleep();
      await database.query('delete from event_log.group_members');
      await asleep();
      await log.append([record('one', 'k', 1)]);
      await until('it came', () => seen.length === 1);
      await member.close();
      expect(seen).toEqual(['1']);
    });

    it('goes on without a restart after the server cut every connection', async () => {
      const log = open();
      const troubles: (Error | undefined)[] = [];
      const seen: string[] = [];
      const member = await log.consume({
        group: 'g',
        topics: ['one'],
        onBatch: async events => {
          seen.push(...events.map(({ value }) => value));
        },
        onTrouble: error => troubles.push(error),
      });
      await log.append([record('one', 'k', 1)]);
      await until('the first', () => seen.length === 1);
      await database.cutConnections();
      await until('an append that works', () =>
        log.append([record('one', 'k', 2)]).then(
          () => true,
          () => false,
        ),
      );
      await until('the second', () => seen.includes('2'));
      await member.close();
      expect(seen.filter(value => value === '1')).toHaveLength(1);
    });

    it('ignores the commit of a member whose lease another has taken', async () => {
      await open().append([record('one', 'k', 1), record('one', 'k', 2)]);
      const partition = partitionOf('k');
      const call = async (member: string, offset?: string, token?: string) =>
        database.query<{ off: string; token: string }>(
          `select * from event_log.fetch('g', $1, '{one}', false, 100, $2::text[], $3::smallint[], $4::bigint[], $5::bigint[])`,
          [
            member,
            offset ? ['one'] : [],
            offset ? [partition] : [],
            offset ? [token] : [],
            offset ? [offset] : [],
          ],
        );
      const claim = async (member: string) => {
        await database.query(
          `select event_log.renew('g', $1, '{one}', 60000)`,
          [member],
        );
        await database.query(
          `select event_log.rebalance('g', $1, '{one}', 60000, '{one}', $2::smallint[], '{}', '{}')`,
          [member, [partition]],
        );
      };
      await claim('old');
      const [first] = await call('old');
      expect(first.off).toBe('0');
      await claim('new');
      expect(await call('new')).toEqual([]);
      await database.query(
        "update event_log.group_partitions set expires_at = clock_timestamp() where member = 'old'",
      );
      await claim('new');
      expect(await call('new')).toHaveLength(2);
      expect(await call('old', '2', first.token)).toEqual([]);
      const [again] = await call('new');
      expect(again.off).toBe('0');
      expect(Number(again.token)).toBeGreaterThan(Number(first.token));
    });

    it('trims what is past its retention in steps, and nothing younger', async () => {
      const log = open();
      await log.append(
        Array.from({ length: 3000 }, (_, n) => record('one', `k${n % 3}`, n)),
      );
      await database.query(
        `update event_log.events set appended_at = now() - interval '8 days'
         where "offset" < 900`,
      );
      expect(await log.trim()).toBe(
        (
          await database.query<{ n: number }>(
            'select count(*)::int as n from event_log.partitions where next_offset > 0',
          )
        )[0].n * 900,
      );
      const seen: number[] = [];
      const member = await log.consume({
        group: 'late-comer',
        topics: ['one'],
        onBatch: async events => {
          seen.push(...events.map(({ offset }) => offset));
        },
      });
      await until('the rest', () => seen.includes(999));
      await member.close();
      expect(Math.min(...seen)).toBe(900);
      await migrateEventLog({
        adminConnectionString: database.connectionString,
        topics: [],
        retentionDays: 0,
      });
      await log.trim();
      expect(await database.query('select 1 from event_log.events')).toEqual(
        [],
      );
    });

    it('asks next to nothing while nothing happens, and still wakes at once', async () => {
      const log = open();
      const waits: number[] = [];
      let sentAt = 0;
      const member = await log.consume({
        group: 'sleeper',
        topics: ['one'],
        onBatch: async () => {
          waits.push(performance.now() - sentAt);
        },
      });
      const asleep = () =>
        until('sleep', async () => {
          const rows = await database.query(
            'select 1 from event_log.group_members where asleep',
          );
          return rows.length === 1;
        });
      for (let n = 1; n <= 5; n += 1) {
        await asleep();
        sentAt = performance.now();
        await log.append([record('one', 'k', n)]);
        await until('it came', () => waits.length === n);
      }
      await member.close();
      // Without the bell the mean would be half of the longest sleep.
      expect(waits.sort((a, b) => a - b)[2]).toBeLessThan(400);
    });

    it('works with the functions of before once they are back', async () => {
      const knex = createMigrationKnex(database.connectionString);
      try {
        await eventLogMigrations.at(-1)!.down(knex);
      } finally {
        await knex.destroy();
      }
      const log = open();
      const seen: string[] = [];
      const member = await log.consume({
        group: 'g',
        topics: ['one'],
        onBatch: async events => {
          seen.push(...events.map(({ value }) => value));
        },
      });
      await log.append([record('one', 'k', 1), record('one', 'k', 2)]);
      await until('both', () => seen.length === 2);
      await member.close();
      await expect(log.append([record('none', 'k', 1)])).rejects.toMatchObject({
        refused: [{ reason: 'unknown-topic' }],
      });
    });

    it('can be taken back', async () => {
      await revertDatabase({
        connectionString: database.connectionString,
        migrations: eventLogMigrations,
      });
      const rows = await database.query(
        "select 1 from information_schema.schemata where schema_name = 'event_log'",
      );
      expect(rows).toEqual([]);
    });
  });
});
