import { context, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { type CloudEvent, validateEvent } from '@shopfloor/contracts';
import pg from 'pg';
import { newId } from '../ids/newId.ts';
import { migrateDatabase, revertDatabase } from '../postgres/migrate.ts';
import { UnavailableError } from '../problems/DomainError.ts';
import { TestDatabase } from '../testing/TestDatabase.ts';
import { EventConsumer, type EventConsumerOptions } from './EventConsumer.ts';
import { inboxMigration, outboxMigration } from './migrations.ts';
import { outboxInsert, outboxParameter } from './outbox.ts';
import { OutboxRelay } from './OutboxRelay.ts';
import { RefusedEvents } from './RefusedEvents.ts';
import { statementHandler } from './statementHandler.ts';
import { openKit, until } from './testing/kitForTests.ts';
import {
  type ConsumeOptions,
  type EventRecord,
  type LogEvent,
  RecordsRefusedError,
} from './types.ts';

const TYPE = 'shop.order.cancelled.v1';
const TOPIC = 'shop.orders';

/** A log in memory whose moods a test decides. */
function createMoodyLog() {
  const taken: EventRecord[] = [];
  const appends: EventRecord[][] = [];
  let mood: (records: readonly EventRecord[]) => Promise<void> = async () => {};
  const consumers: ConsumeOptions[] = [];
  return {
    taken,
    appends,
    consumers,
    setMood: (next: typeof mood) => {
      mood = next;
    },
    append: async (records: readonly EventRecord[]) => {
      await mood(records);
      appends.push([...records]);
      taken.push(...records);
    },
    consume: async (options: ConsumeOptions) => {
      consumers.push(options);
      return { close: async () => {} };
    },
  };
}

const versionsOf = (records: readonly EventRecord[], key: string) =>
  records
    .filter(record => record.key === key)
    .map(({ value }) => (JSON.parse(value) as CloudEvent).aggregateversion);

describe('outbox and inbox', () => {
  let test: TestDatabase;
  let spans: InMemorySpanExporter;
  let kit: ReturnType<typeof openKit>;
  let closing: (() => Promise<void>)[];

  beforeEach(async () => {
    test = await TestDatabase.create();
    await migrateDatabase({
      connectionString: test.connectionString,
      lockName: 'events-test',
      migrations: [outboxMigration, inboxMigration],
    });
    await test.query(
      'create table orders (id text primary key, state text not null, version int not null)',
    );
    spans = new InMemorySpanExporter();
    kit = openKit(test.connectionString, {
      sampleRatio: 1,
      processors: [new SimpleSpanProcessor({ exporter: spans })],
    });
    closing = [];
  });

  afterEach(async () => {
    await Promise.all(closing.map(close => close()));
    await kit.database.close();
    await test.drop();
  });

  const newEvent = (orderId: string, version: number, more: object = {}) => ({
    topic: TOPIC,
    type: TYPE,
    aggregateId: orderId,
    aggregateVersion: version,
    data: { orderId, orderNumber: 'SF-1', reason: 'test' },
    ...more,
  });

  const put = (...events: Parameters<typeof outboxParameter>[0]) =>
    kit.database.query(
      {
        name: 'put',
        text: `with one as (select 1)${outboxInsert(1)} select 1`,
      },
      [outboxParameter(events, { source: 'orders' })],
    );

  function startRelay(
    log: Pick<ReturnType<typeof createMoodyLog>, 'append'>,
    leaseTtlMs = 1500,
  ): OutboxRelay {
    const relay = OutboxRelay.create({ ...kit, log, leaseTtlMs });
    relay.start();
    closing.push(() => relay.close());
    return relay;
  }

  const metrics = () => kit.metrics.registry.metrics();

  describe('the outbox', () => {
    it('writes the event with the change, once, and not at all when nothing changed', async () => {
      const orderId = newId();
      await test.query("insert into orders values ($1, 'open', 4)", [orderId]);
      const cancel = {
        name: 'cancel',
        text: `
          with changed as (
            update orders set state = 'cancelled', version = version + 1
            where id = $1 and state = 'open'
            returning id, version
          )${outboxInsert(2, { from: 'changed', version: 'version' })}
          select version from changed`,
      };
      const values = () => [
        orderId,
        outboxParameter([newEvent(orderId, 0)], { source: 'orders' }),
      ];
      expect(await kit.database.query(cancel, values())).toEqual([
        { version: 5 },
      ]);
      expect(await kit.database.query(cancel, values())).toEqual([]);
      expect(
        await test.query(
          'select aggregate_id, aggregate_version::int as version, partition_key from outbox',
        ),
      ).toEqual([
        { aggregate_id: orderId, version: 5, partition_key: orderId },
      ]);
    });

    it('writes only the events of aggregates that changed', async () => {
      const [one, two] = [newId(), newId()];
      await test.query(
        "insert into orders values ($1, 'open', 1), ($2, 'closed', 7)",
        [one, two],
      );
      await kit.database.query(
        {
          name: 'cancel_all',
          text: `
            with changed as (
              update orders set state = 'cancelled', version = version + 1
              where state = 'open' returning id, version
            )${outboxInsert(1, { from: 'changed', id: 'id', version: 'version' })}
            select 1`,
        },
        [
          outboxParameter([newEvent(one, 0), newEvent(two, 0)], {
            source: 'orders',
          }),
        ],
      );
      expect(
        await test.query(
          'select aggregate_id, aggregate_version::int as version from outbox',
        ),
      ).toEqual([{ aggregate_id: one, version: 2 }]);
    });

    it('refuses an event that breaks its contract, and names the field', () => {
      const orderId = newId();
      expect(() =>
        outboxParameter(
          [newEvent(orderId, 1, { data: { orderId, reason: 'test' } })],
          { source: 'orders' },
        ),
      ).toThrow(/must have required property 'orderNumber'/);
      expect(() =>
        outboxParameter(
          [newEvent(orderId, 1, { type: 'shop.order.eaten.v1' })],
          {
            source: 'orders',
          },
        ),
      ).toThrow(/not in the catalogue/);
    });

    it('can be taken back', async () => {
      await revertDatabase({
        connectionString: test.connectionString,
        migrations: [outboxMigration, inboxMigration],
      });
      expect(
        await test.query(
          `select table_name from information_schema.tables
           where table_schema = 'public' and table_name not like 'schema_migrations%'`,
        ),
      ).toEqual([{ table_name: 'orders' }]);
    });
  });

  describe('the relay', () => {
    it('makes whole CloudEvents that go on with the trace of the change', async () => {
      const log = createMoodyLog();
      startRelay(log);
      const orderId = newId();
      const request = kit.tracing.startRequest(
        {},
        'POST /orders/:id/cancel',
        {},
      );
      await context.with(request.context, () => put(newEvent(orderId, 3)));
      await until('the event', () => log.taken.length === 1);
      const event = JSON.parse(log.taken[0].value) as CloudEvent;
      expect(validateEvent(event)).toEqual([]);
      expect(event).toMatchObject({
        source: 'orders',
        type: TYPE,
        subject: orderId,
        aggregateversion: 3,
        partitionkey: orderId,
        data: { orderId, orderNumber: 'SF-1', reason: 'test' },
      });
      expect(event.traceparent).toContain(
        trace.getSpanContext(request.context)!.traceId,
      );
    });

    it('sends a later version after an earlier one that got a higher id', async () => {
      const orderId = newId();
      await put(newEvent(orderId, 2));
      await put(newEvent(orderId, 1));
      await put(newEvent(orderId, 3));
      const log = createMoodyLog();
      startRelay(log);
      await until('three', () => log.taken.length === 3);
      expect(versionsOf(log.taken, orderId)).toEqual([1, 2, 3]);
    });

    it('finds what has to go first, however far on it lies', async () => {
      const orderId = newId();
      const versions = Array.from({ length: 120 }, (_, n) => 120 - n);
      await put(...versions.map(version => newEvent(orderId, version)));
      const log = createMoodyLog();
      startRelay(log);
      await until('all', () => log.taken.length === 120);
      expect(versionsOf(log.taken, orderId)).toEqual(versions.reverse());
    });

    it('keeps everything and its order while the log is away, and says how old it is', async () => {
      const log = createMoodyLog();
      log.setMood(async () => {
        throw new UnavailableError({ code: 'away', message: 'Away.' });
      });
      const relay = startRelay(log);
      const orderId = newId();
      for (let version = 1; version <= 20; version += 1) {
        await put(newEvent(orderId, version));
      }
      await until('it is noticed', () =>
        relay.check().then(
          () => false,
          () => true,
        ),
      );
      const text = await metrics();
      expect(text).toMatch(/outbox_rows\{state="waiting"\} [1-9]/);
      expect(text).toMatch(
        /outbox_oldest_age_seconds 0\.\d|outbox_oldest_age_seconds [1-9]/,
      );
      expect(text).toContain(
        'event_publish_failures_total{reason="unavailable"}',
      );
      log.setMood(async () => {});
      await until('twenty', () => log.taken.length === 20);
      expect(versionsOf(log.taken, orderId)).toEqual(
        Array.from({ length: 20 }, (_, n) => n + 1),
      );
      await until('it is well again', () =>
        relay.check().then(
          () => true,
          () => false,
        ),
      );
      expect(await metrics()).toContain(
        `events_published_total{topic="${TOPIC}"} 20`,
      );
    });

    it('parks an event that is refused and the later ones of its key, and lets them go when told', async () => {
      const log = createMoodyLog();
      let refusing = true;
      const [bad, good] = [newId(), newId()];
      log.setMood(async records => {
        const refused = records.filter(
          record =>
            refusing &&
            record.key === bad &&
            versionsOf([record], bad)[0] === 2,
        );
        if (refused.length > 0) {
          throw new RecordsRefusedError(
            refused.map(({ id }) => ({ id, reason: 'too-large' as const })),
          );
        }
      });
      startRelay(log);
      for (let version = 1; version <= 4; version += 1) {
        await put(newEvent(bad, version), newEvent(good, version));
      }
      await until(
        'the good ones',
        () => versionsOf(log.taken, good).length === 4,
      );
      const refused = RefusedEvents.create(kit);
      await until('two are behind', async () => {
        const [first] = await refused.list(10);
        return first?.behind === 2;
      });
      expect(versionsOf(log.taken, bad)).toEqual([1]);
      const [event] = await refused.list(10);
      expect(event).toMatchObject({
        key: bad,
        reason: 'too-large',
        topic: TOPIC,
      });
      await until('it is shown', async () =>
        (await metrics()).includes('outbox_rows{state="refused"} 3'),
      );
      await put(newEvent(bad, 5));
      refusing = false;
      expect(await refused.retry(event.eventId)).toEqual({ retried: 1 });
      await until(
        'all of the key',
        () => versionsOf(log.taken, bad).length === 5,
      );
      expect(versionsOf(log.taken, bad)).toEqual([1, 2, 3, 4, 5]);
    });

    it('lets the others of a key go when the refused one is discarded', async () => {
      const log = createMoodyLog();
      const bad = newId();
      log.setMood(async records => {
        const refused = records.filter(
          record => versionsOf([record], bad)[0] === 1,
        );
        if (refused.length > 0) {
          throw new RecordsRefusedError(
            refused.map(({ id }) => ({ id, reason: 'unknown-topic' as const })),
          );
        }
      });
      startRelay(log);
      await put(newEvent(bad, 1));
      await put(newEvent(bad, 2));
      const refused = RefusedEvents.create(kit);
      await until('one is behind', async () => {
        const [first] = await refused.list(10);
        return first?.behind === 1;
      });
      const [event] = await refused.list(10);
      await refused.discard(event.eventId, { by: 'ann', reason: 'a test' });
      await until('the second', () => log.taken.length === 1);
      expect(versionsOf(log.taken, bad)).toEqual([2]);
      await expect(
        refused.discard(event.eventId, { by: 'ann', reason: 'again' }),
      ).rejects.toMatchObject({ code: 'refused-event-not-found' });
    });

    it('shares the buckets with a second relay, and gives them back when it closes', async () => {
      const log = createMoodyLog();
      const first = startRelay(log);
      const shares = async () =>
        (
          await test.query<{ share: number }>(
            `select count(*)::int as share from outbox_leases
             where member is not null group by member order by 1`,
          )
        ).map(({ share }) => share);
      await until('one has all', async () => `${await shares()}` === '16');
      const second = OutboxRelay.create({ ...kit, log, leaseTtlMs: 1500 });
      second.start();
      await until('each has half', async () => `${await shares()}` === '8,8');
      await second.close();
      await until(
        'one has all again',
        async () => `${await shares()}` === '16',
      );
      await first.close();
      expect(await shares()).toEqual([]);
      expect(await test.query('select 1 from outbox_relays')).toEqual([]);
    });

    it('carries what its own buckets hold behind a backlog of another relay', async () => {
      const log = createMoodyLog();
      await test.query(
        `update outbox_leases set member = 'other', token = token + 1, expires_at = now() + interval '1 hour'
         where bucket % 2 = 0`,
      );
      await test.query(
        "insert into outbox_relays (member, expires_at) values ('other', now() + interval '1 hour')",
      );
      const ids = Array.from({ length: 400 }, () => newId());
      await put(...ids.map(id => newEvent(id, 1)));
      const mine = await test.query<{ id: string }>(
        'select aggregate_id as id from outbox where bucket % 2 = 1 order by outbox.id',
      );
      expect(mine.length).toBeGreaterThan(50);
      startRelay(log);
      await until('our share', () => log.taken.length >= mine.length);
      await until('its deletion', async () => {
        const rows = await test.query(
          'select 1 from outbox where bucket % 2 = 1',
        );
        return rows.length === 0;
      });
      expect(new Set(log.taken.map(({ key }) => key))).toEqual(
        new Set(mine.map(({ id }) => id)),
      );
      const later = newEvent(mine[0].id, 2);
      await put(later);
      await until('the later one', () =>
        log.taken.some(
          ({ key, value }) =>
            key === later.aggregateId &&
            JSON.parse(value).aggregateversion === 2,
        ),
      );
    });

    it('deletes nothing on a lease that another has taken', async () => {
      const log = createMoodyLog();
      let release: (() => void) | undefined;
      log.setMood(
        () =>
          new Promise(resolve => {
            release = resolve;
          }),
      );
      const orderId = newId();
      await put(newEvent(orderId, 1));
      const relay = startRelay(log, 60_000);
      await until(
        'the relay is stuck in its append',
        () => release !== undefined,
      );
      // As if it had slept through its lease.
      await test.query(
        "update outbox_leases set member = 'another', token = token + 1",
      );
      log.setMood(async () => {});
      release!();
      await until('it has appended', () => log.taken.length === 1);
      await relay.close();
      expect(await test.query('select 1 from outbox')).toHaveLength(1);
    });

    it('sleeps while nothing happens, and wakes for a change at once', async () => {
      const log = createMoodyLog();
      startRelay(log);
      const waits: number[] = [];
      const asleep = async () => {
        const rows = await test.query(
          'select 1 from outbox_relays where asleep',
        );
        return rows.length === 1;
      };
      for (let n = 1; n <= 5; n += 1) {
        await until('it sleeps', asleep);
        const sentAt = performance.now();
        await put(newEvent(newId(), 1));
        await until('it left', () => log.taken.length === n);
        waits.push(performance.now() - sentAt);
      }
      // Without the bell the mean would be half of the longest sleep.
      expect(waits.sort((a, b) => a - b)[2]).toBeLessThan(400);
    });
  });

  describe('the consumer', () => {
    const eventOf = (
      key: string,
      version: number,
      more: Partial<LogEvent> = {},
    ): LogEvent => ({
      topic: TOPIC,
      partition: 0,
      offset: version,
      key,
      ageMs: 5,
      generation: 0,
      value: JSON.stringify({
        specversion: '1.0',
        id: newId(),
        source: 'orders',
        type: TYPE,
        subject: key,
        time: '2026-11-23T17:41:16.474Z',
        datacontenttype: 'application/json',
        dataschema: 'x',
        aggregateversion: version,
        partitionkey: key,
        data: { orderId: key, orderNumber: 'SF-1', reason: 'test' },
      }),
      ...more,
    });

    /** A consumer whose batches the test hands over itself. */
    async function consumeByHand(
      more: Partial<EventConsumerOptions> & {
        handle?: (event: CloudEvent) => Promise<void>;
      } = {},
    ) {
      const log = createMoodyLog();
      await test.query(
        'create table done (n bigint generated always as identity, what text)',
      );
      const consumer = EventConsumer.create({
        ...kit,
        log,
        group: 'cart',
        topics: [TOPIC],
        retry: { attempts: 2, baseMs: 1, maxMs: 2 },
        handlers: {
          [TYPE]: async (event, tx) => {
            await more.handle?.(event as CloudEvent);
            await tx.query(
              { name: 'done', text: 'insert into done (what) values ($1)' },
              [`${event.subject}/${event.aggregateversion}`],
            );
          },
        },
        ...more,
      });
      consumer.start();
      closing.push(() => consumer.close());
      await until('it listens', () => log.consumers.length === 1);
      const handled = async () =>
        (
          await test.query<{ what: string }>('select what from done order by n')
        ).map(({ what }) => what);
      return { consumer, handled, give: log.consumers[0].onBatch };
    }

    const outcome = async (name: string) =>
      Number(
        new RegExp(
          `events_consumed_total\\{group="cart",topic="${TOPIC}",outcome="${name}"\\} (\\d+)`,
        ).exec(await metrics())?.[1] ?? 0,
      );

    it('does the work of a batch in one transaction, and each event once', async () => {
      const { handled, give } = await consumeByHand();
      const batch = [eventOf('a', 1), eventOf('b', 1), eventOf('a', 2)];
      await give([...batch, batch[1]]);
      await give(batch);
      expect(await handled()).toEqual(['a/1', 'b/1', 'a/2']);
      expect(await outcome('handled')).toBe(3);
      expect(await outcome('duplicate')).toBe(4);
      const times = await test.query('select distinct handled_at from inbox');
      expect(times).toHaveLength(1);
    });

    it('puts no more events into one transaction than its service bears', async () => {
      const { handled, give } = await consumeByHand({ maxBatch: 2 });
      const keys = ['a', 'b', 'c', 'd', 'e'];
      await give(keys.map(key => eventOf(key, 1)));
      expect(await handled()).toEqual(keys.map(key => `${key}/1`));
      const together = await test.query<{ events: number }>(
        'select count(*)::int as events from inbox group by handled_at order by handled_at',
      );
      expect(together).toEqual([{ events: 2 }, { events: 2 }, { events: 1 }]);
    });

    it('does work that is one statement in one round trip, each event once and none of a batch that fails', async () => {
      const woken: string[] = [];
      const { handled, give } = await consumeByHand({
        handlers: {
          [TYPE]: statementHandler<typeof TYPE>({
            step: event => ({
              statement: {
                name: 'done_below',
                text: 'insert into done (what) select $1 where 1 / (100 - $2::int) is not null',
              },
              values: [
                `${event.subject}/${event.aggregateversion}`,
                event.aggregateversion,
              ],
            }),
            done: (_rows, event) => woken.push(event.subject),
          }),
        },
      });
      const runs = async (statement: string) =>
        Number(
          new RegExp(
            `db_client_operation_duration_seconds_count\\{statement="${statement}"\\} (\\d+)`,
          ).exec(await metrics())?.[1] ?? 0,
        );
      const [first, second] = [eventOf('a', 1), eventOf('b', 1)];
      await give([first, second]);
      expect(await runs('inbox_admit_new')).toBe(1);
      expect(await runs('inbox_admit')).toBe(0);
      expect(woken).toEqual(['a', 'b']);
      // Known ones, and one that divides by zero, are told apart in a transaction.
      const poison = eventOf('a', 100);
      await give([first, eventOf('b', 2), poison]);
      expect(await handled()).toEqual(['a/1', 'b/1', 'b/2']);
      expect(await outcome('duplicate')).toBe(1);
      expect(await outcome('parked')).toBe(1);
      await give([eventOf('a', 3), eventOf('b', 3)]);
      expect(await outcome('behind')).toBe(1);
      expect(await handled()).toEqual(['a/1', 'b/1', 'b/2', 'b/3']);
      expect(woken).toEqual(['a', 'b', 'b', 'b']);
    });

    it('gives an event a transaction of its own where its type wants one', async () => {
      const { handled, give } = await consumeByHand({
        alone: [TYPE],
        handlers: {
          [TYPE]: async (event, tx) => {
            await tx.query(
              { name: 'done', text: 'insert into done (what) values ($1)' },
              [event.subject],
            );
          },
          'shop.order.claimed.v1': async () => {},
        },
      });
      const other = (key: string) => {
        const event = eventOf(key, 1);
        return {
          ...event,
          value: event.value.replace(TYPE, 'shop.order.claimed.v1'),
        };
      };
      await give([
        other('a'),
        other('b'),
        eventOf('c', 1),
        eventOf('d', 1),
        other('e'),
      ]);
      expect(await handled()).toEqual(['c', 'd']);
      const together = await test.query<{ events: number }>(
        'select count(*)::int as events from inbox group by handled_at order by handled_at',
      );
      expect(together).toEqual([
        { events: 2 },
        { events: 1 },
        { events: 1 },
        { events: 1 },
      ]);
    });

    it('wakes whom a handler names once its work is there to be seen, and nobody for what is taken back', async () => {
      const seen: number[] = [];
      const waking: Promise<unknown>[] = [];
      let failures = 1;
      const { give } = await consumeByHand({
        handlers: {
          [TYPE]: async (event, tx) => {
            await tx.query(
              {
                name: 'work',
                text: "insert into orders values ($1, 'seen', 1)",
              },
              [event.subject],
            );
            tx.afterCommit(() => {
              waking.push(
                test
                  .query('select from orders')
                  .then(rows => seen.push(rows.length)),
              );
            });
            if (failures > 0) {
              failures -= 1;
              throw new Error('once');
            }
          },
        },
      });
      await give([eventOf('a', 1)]);
      await Promise.all(waking);
      expect(seen).toEqual([1]);
    });

    it('handles events of a replay again', async () => {
      const { handled, give } = await consumeByHand();
      const event = eventOf('a', 1);
      await give([event]);
      await give([{ ...event, generation: 1 }]);
      await give([{ ...event, generation: 1 }]);
      expect(await handled()).toEqual(['a/1', 'a/1']);
    });

    it('rolls the work back with the inbox row when the handler throws', async () => {
      let failures = 1;
      const { give } = await consumeByHand({
        handlers: {
          [TYPE]: async (event, tx) => {
            await tx.query(
              {
                name: 'work',
                text: "insert into orders values ($1, 'seen', 1)",
              },
              [event.subject],
            );
            if (failures > 0) {
              failures -= 1;
              throw new Error('once');
            }
          },
        },
      });
      await give([eventOf('a', 1)]);
      expect(await test.query('select id from orders')).toEqual([{ id: 'a' }]);
      expect(await test.query('select 1 from dead_letters')).toEqual([]);
    });

    it('does what was before and after a poison event, and parks text that is no event', async () => {
      const { consumer, handled, give } = await consumeByHand({
        handle: async event => {
          if (event.subject === 'bad') {
            throw new Error('cannot');
          }
        },
      });
      await give([
        eventOf('a', 1),
        eventOf('bad', 1),
        eventOf('b', 1),
        eventOf('c', 9, { value: 'no json' }),
        eventOf('c', 10),
        eventOf('bad', 2),
      ]);
      expect(await handled()).toEqual(['a/1', 'b/1']);
      const letters = await consumer.deadLetters.list({});
      expect(letters.map(({ key, cause, type }) => [key, cause, type])).toEqual(
        [
          ['bad', 'failed', TYPE],
          ['c', 'failed', 'unreadable'],
          ['c', 'behind', TYPE],
          ['bad', 'behind', TYPE],
        ],
      );
      expect(await outcome('parked')).toBe(2);
      expect(await outcome('behind')).toBe(2);
      await until('they are counted', async () =>
        (await metrics()).includes('event_dead_letters{group="cart"} 4'),
      );
      // The log gives a batch again after a crash: nothing is parked or done twice.
      await give([eventOf('a', 1)]);
      expect(await consumer.deadLetters.list({})).toHaveLength(4);
    });

    it('postpones rather than parks while something else is down', async () => {
      let down = true;
      const { consumer, handled, give } = await consumeByHand({
        handle: async () => {
          if (down) {
            throw new UnavailableError({ code: 'mail', message: 'No mail.' });
          }
        },
      });
      const batch = [eventOf('a', 1), eventOf('b', 1)];
      await expect(give(batch)).rejects.toThrow('No mail.');
      await expect(give(batch)).rejects.toThrow('No mail.');
      expect(await consumer.deadLetters.list({})).toEqual([]);
      down = false;
      await give(batch);
      expect(await handled()).toEqual(['a/1', 'b/1']);
    });

    it('parks nothing while its own database is away', async () => {
      const { consumer, handled, give } = await consumeByHand();
      const batch = [eventOf('a', 1)];
      const blocker = new pg.Client(test.connectionString);
      await blocker.connect();
      await blocker.query('begin; lock table inbox in access exclusive mode');
      await expect(give(batch)).rejects.toMatchObject({
        code: 'database-unavailable',
      });
      await blocker.end();
      expect(await consumer.deadLetters.list({})).toEqual([]);
      await give(batch);
      expect(await handled()).toEqual(['a/1']);
    });

    it('ends a handler that never comes back', async () => {
      const { consumer, give } = await consumeByHand({
        handlerTimeoutMs: 50,
        handle: () => new Promise(() => {}),
      });
      await give([eventOf('a', 1)]);
      const [letter] = await consumer.deadLetters.list({});
      expect(letter.error).toBe('Error: The handler took longer than 50 ms');
    });

    it('passes over types without a handler', async () => {
      const { give } = await consumeByHand({ handlers: {} });
      await give([eventOf('a', 1)]);
      expect(await outcome('ignored')).toBe(1);
      expect(await test.query('select 1 from inbox')).toEqual([]);
    });

    it('goes on with the trace of the producer, and says nothing of the data', async () => {
      const { give } = await consumeByHand({
        handle: async () => {
          await kit.database.query({ name: 'look', text: 'select 1' });
        },
      });
      const traceId = '2ecf3df4695f59bd6a9dd05a7ea94cfa';
      const event = eventOf('a', 1);
      const value = JSON.parse(event.value);
      value.traceparent = `00-${traceId}-4d9ab2339953d1bf-01`;
      await give([{ ...event, value: JSON.stringify(value) }]);
      const mine = spans
        .getFinishedSpans()
        .filter(span => span.spanContext().traceId === traceId);
      expect(mine.map(({ name }) => name)).toEqual([
        'look',
        'done',
        `process ${TYPE}`,
      ]);
      expect(mine[2].attributes).toMatchObject({
        'messaging.consumer.group.name': 'cart',
        'messaging.message.id': value.id,
      });
      expect(JSON.stringify(mine[2].attributes)).not.toContain('SF-1');
    });

    it('keeps a replay of dead letters and new events of the key apart', async () => {
      let broken = true;
      const gate: { open?: () => void } = {};
      const { consumer, handled, give } = await consumeByHand({
        handle: async event => {
          if (broken) {
            throw new Error('cannot');
          }
          if (event.aggregateversion === 1) {
            await new Promise<void>(resolve => {
              gate.open = resolve;
            });
          }
        },
      });
      await give([eventOf('a', 1), eventOf('a', 2)]);
      broken = false;
      const [head] = await consumer.deadLetters.list({});
      const replay = consumer.deadLetters.replay(head.id, 'ann');
      await until(
        'the replay is in its first event',
        () => gate.open !== undefined,
      );
      const later = give([eventOf('a', 3)]);
      gate.open!();
      expect(await replay).toMatchObject({ remaining: 0 });
      await later;
      expect(await handled()).toEqual(['a/1', 'a/2', 'a/3']);
      expect(await consumer.deadLetters.list({})).toEqual([]);
    });

    it('discards one with a reason; those behind it can then be replayed', async () => {
      const { consumer, handled, give } = await consumeByHand({
        handle: async event => {
          if (event.aggregateversion === 1) {
            throw new Error('cannot');
          }
        },
      });
      const first = eventOf('a', 1);
      await give([first, eventOf('a', 2)]);
      const [head, second] = await consumer.deadLetters.list({});
      expect(
        await consumer.deadLetters.discard(head.id, {
          by: 'ann',
          reason: 'sent by mistake',
        }),
      ).toEqual({ remaining: 1 });
      expect(await consumer.deadLetters.replay(second.id, 'ann')).toEqual({
        replayed: 1,
        remaining: 0,
      });
      await give([first, eventOf('a', 3)]);
      expect(await handled()).toEqual(['a/2', 'a/3']);
      expect(await consumer.deadLetters.get(head.id)).toMatchObject({
        state: 'discarded',
        resolvedBy: 'ann',
        resolution: 'sent by mistake',
      });
    });

    it('forgets what it handled long ago, and keeps what is parked', async () => {
      const { give } = await consumeByHand();
      await give([eventOf('a', 1), eventOf('a', 2)]);
      await test.query(
        "update inbox set handled_at = now() - interval '10 days' where ctid = (select min(ctid) from inbox)",
      );
      const { trimInboxStatement } = await import('./inboxStatements.ts');
      expect(await kit.database.query(trimInboxStatement, [9])).toEqual([
        { trimmed: 1 },
      ]);
      expect(await test.query('select 1 from inbox')).toHaveLength(1);
    });
  });
});
