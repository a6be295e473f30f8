/* eslint-disable jest/no-export -- a part of the contract that the tests of each adapter run */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { newId } from '../../ids/newId.ts';
import { migrateDatabase } from '../../postgres/migrate.ts';
import { TestDatabase } from '../../testing/TestDatabase.ts';
import { EventConsumer, type EventConsumerOptions } from '../EventConsumer.ts';
import { inboxMigration, outboxMigration } from '../migrations.ts';
import { outboxInsert, outboxParameter } from '../outbox.ts';
import { OutboxRelay } from '../OutboxRelay.ts';
import type { EventLogFixture } from './EventLogFixture.ts';
import { openKit, until } from './kitForTests.ts';

const TYPE = 'shop.customer.erased.v1';

/** From the outbox through a log into inboxes: part of the contract of every adapter. */
export function eventFlowContract(given: {
  fixture: () => EventLogFixture;
  topic: () => string;
}): void {
  describe('from outbox to inbox', () => {
    let test: TestDatabase;
    let kit: ReturnType<typeof openKit>;
    let children: ChildProcess[];
    let closing: (() => Promise<void>)[];

    beforeEach(async () => {
      test = await TestDatabase.create();
      await migrateDatabase({
        connectionString: test.connectionString,
        lockName: 'events-test',
        migrations: [outboxMigration, inboxMigration],
      });
      await test.query(`
        create table aggregates (id text primary key, version bigint not null default 0);
        create table seen (
          n bigint generated always as identity, group_name text not null,
          aggregate text not null, version bigint not null
        )`);
      kit = openKit(test.connectionString);
      children = [];
      closing = [];
    });

    afterEach(async () => {
      for (const child of children) {
        child.kill('SIGKILL');
      }
      await Promise.all(closing.map(close => close()));
      await kit.database.close();
      await test.drop();
    });

    async function startRelayProcess(): Promise<ChildProcess> {
      const child = spawn(
        process.execPath,
        [fileURLToPath(new URL('./relayProcess.ts', import.meta.url))],
        {
          env: {
            ...process.env,
            NODE_OPTIONS: '--no-warnings',
            ...given.fixture().env,
            DATABASE_URL: test.connectionString,
          },
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      children.push(child);
      await once(child.stdout!, 'data');
      return child;
    }

    function startRelay(): void {
      const relay = OutboxRelay.create({
        ...kit,
        log: given.fixture().open(),
      });
      relay.start();
      closing.unshift(() => relay.close());
    }

    /** Writes down what it handles, in the transaction of the inbox. */
    function startConsumer(
      group: string,
      more: Partial<EventConsumerOptions> = {},
    ): EventConsumer {
      const consumer = EventConsumer.create({
        ...kit,
        log: given.fixture().open({ leaseTtlMs: 1500 }),
        group,
        topics: [given.topic()],
        handlers: {
          [TYPE]: async (event, tx) => {
            await tx.query(
              {
                name: 'seen',
                text: 'insert into seen (group_name, aggregate, version) values ($1, $2, $3)',
              },
              [group, event.subject, event.aggregateversion],
            );
          },
        },
        ...more,
      });
      consumer.start();
      closing.unshift(() => consumer.close());
      return consumer;
    }

    const insert = `
      with changed as (
        insert into aggregates values ($1, 1)
        on conflict (id) do update set version = aggregates.version + 1
        returning id, version
      )${outboxInsert(2, { from: 'changed', version: 'version' })}
      select version from changed`;

    const parameter = (aggregateId: string, data: object = {}) =>
      outboxParameter(
        [
          {
            topic: given.topic(),
            type: TYPE,
            aggregateId,
            aggregateVersion: 0,
            data: { customerId: aggregateId, ...data },
          },
        ],
        { source: 'events-test' },
      );

    async function write(aggregateId: string, data?: object): Promise<void> {
      await kit.database.query({ name: 'write', text: insert }, [
        aggregateId,
        parameter(aggregateId, data),
      ]);
    }

    async function seenBy(group: string): Promise<Map<string, number[]>> {
      const rows = await test.query<{ aggregate: string; versions: string[] }>(
        `select aggregate, array_agg(version order by n) as versions
         from seen where group_name = $1 group by aggregate`,
        [group],
      );
      return new Map(
        rows.map(row => [row.aggregate, row.versions.map(Number)]),
      );
    }

    async function countSeen(group: string): Promise<number> {
      const [{ count }] = await test.query<{ count: string }>(
        'select count(*) from seen where group_name = $1',
        [group],
      );
      return Number(count);
    }

    it('loses, repeats and reorders nothing when commits are late and a relay is killed', async () => {
      const writers = 8;
      const transactions = 330;
      const perTransaction = 4;
      const total = writers * transactions * perTransaction;
      const aggregates = Array.from({ length: 40 }, newId);
      const group = newId();
      const [first] = await Promise.all([
        startRelayProcess(),
        startRelayProcess(),
      ]);
      startConsumer(group);
      startConsumer(group);
      let written = 0;
      const writing = Promise.all(
        Array.from({ length: writers }, async () => {
          const client = new pg.Client(test.connectionString);
          await client.connect();
          for (let n = 0; n < transactions; n += 1) {
            const aggregate = aggregates[randomInt(aggregates.length)];
            await client.query('begin');
            for (let i = 0; i < perTransaction; i += 1) {
              await client.query({
                name: 'write',
                text: insert,
                values: [aggregate, parameter(aggregate)],
              });
            }
            // The commit comes late, so that later ids are visible before earlier ones.
            await client.query('select pg_sleep(random() * 0.01)');
            await client.query('commit');
            written += perTransaction;
          }
          await client.end();
        }),
      );
      await until('a third is written', () => written > total / 3, 180_000);
      first.kill('SIGKILL');
      await until(
        'two thirds are written',
        () => written > (total * 2) / 3,
        180_000,
      );
      await startRelayProcess();
      await writing;
      await until(
        `${total} events are handled`,
        async () => (await countSeen(group)) >= total,
        180_000,
      );
      const versions = await test.query<{ id: string; version: string }>(
        'select id, version from aggregates',
      );
      const seen = await seenBy(group);
      for (const { id, version } of versions) {
        expect(seen.get(id)).toEqual(
          Array.from({ length: Number(version) }, (_, n) => n + 1),
        );
      }
      await until('the outbox is empty', async () => {
        const rows = await test.query('select 1 from outbox limit 1');
        return rows.length === 0;
      });
    }, 400_000);

    it('parks a poison event with the later ones of its key, while others flow', async () => {
      const group = newId();
      const [poison, good] = [newId(), newId()];
      let broken = true;
      const consumer = startConsumer(group, {
        retry: { attempts: 3, baseMs: 10, maxMs: 20 },
        handlers: {
          [TYPE]: async (event, tx) => {
            await tx.query(
              {
                name: 'seen',
                text: 'insert into seen (group_name, aggregate, version) values ($1, $2, $3)',
              },
              [group, event.subject, event.aggregateversion],
            );
            if (
              broken &&
              event.subject === poison &&
              event.aggregateversion === 2
            ) {
              throw new Error('cannot do this one');
            }
          },
        },
      });
      startRelay();
      for (let n = 0; n < 4; n += 1) {
        await write(poison);
        await write(good);
      }
      await until('three are parked', async () => {
        const parked = await consumer.deadLetters.list({});
        return parked.length === 3 && (await countSeen(group)) === 5;
      });
      expect(await seenBy(group)).toEqual(
        new Map([
          [poison, [1]],
          [good, [1, 2, 3, 4]],
        ]),
      );
      const parked = await consumer.deadLetters.list({});
      expect(parked.map(({ cause }) => cause)).toEqual([
        'failed',
        'behind',
        'behind',
      ]);
      expect(parked[0]).toMatchObject({
        group,
        key: poison,
        attempts: 3,
        error: 'Error: cannot do this one',
      });

      // Still broken: the head fails again, and nothing overtakes it.
      expect(await consumer.deadLetters.replay(parked[2].id, 'ann')).toEqual({
        replayed: 0,
        remaining: 3,
        failed: { id: parked[0].id, error: 'Error: cannot do this one' },
      });
      broken = false;
      expect(await consumer.deadLetters.replay(parked[0].id, 'ann')).toEqual({
        replayed: 3,
        remaining: 0,
      });
      await write(poison);
      await until('the key flows again', async () => {
        return (await seenBy(group)).get(poison)?.length === 5;
      });
      expect((await seenBy(group)).get(poison)).toEqual([1, 2, 3, 4, 5]);
      await expect(
        consumer.deadLetters.replay(parked[0].id, 'ann'),
      ).rejects.toMatchObject({ code: 'dead-letter-resolved' });
    });

    it('handles events once in each group however often they come', async () => {
      const group = newId();
      const aggregate = newId();
      const log = given.fixture().open();
      const id = newId();
      const value = JSON.stringify({
        specversion: '1.0',
        id,
        source: 'events-test',
        type: TYPE,
        subject: aggregate,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        dataschema: 'x',
        aggregateversion: 1,
        partitionkey: aggregate,
        data: { customerId: aggregate },
      });
      const record = { topic: given.topic(), key: aggregate, id, value };
      await log.append([record, record]);
      await log.append([record]);
      const marker = newId();
      startConsumer(group);
      startRelay();
      await write(marker);
      await until('the marker', async () => (await seenBy(group)).has(marker));
      await until('the first', async () =>
        (await seenBy(group)).has(aggregate),
      );
      expect((await seenBy(group)).get(aggregate)).toEqual([1]);
      await until('all are counted', async () =>
        (await kit.metrics.registry.metrics()).includes(
          `events_consumed_total{group="${group}",topic="${given.topic()}",outcome="duplicate"} 2`,
        ),
      );
    });
  });
}
