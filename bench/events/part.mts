/* One service of the bench, as a process of its own: `producer` writes and relays, `consumer` is one group. */
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '../../packages/service-kit/src/config/defineConfig.ts';
import { databaseConfigSpec } from '../../packages/service-kit/src/config/serviceConfig.ts';
import { createEventLog } from '../../packages/service-kit/src/events/createEventLog.ts';
import { EventConsumer } from '../../packages/service-kit/src/events/EventConsumer.ts';
import { eventsConfigSpec } from '../../packages/service-kit/src/events/eventsConfig.ts';
import {
  outboxInsert,
  outboxParameter,
} from '../../packages/service-kit/src/events/outbox.ts';
import { OutboxRelay } from '../../packages/service-kit/src/events/OutboxRelay.ts';
import { newId } from '../../packages/service-kit/src/ids/newId.ts';
import { createLogger } from '../../packages/service-kit/src/logging/createLogger.ts';
import { ServiceMetrics } from '../../packages/service-kit/src/metrics/ServiceMetrics.ts';
import { PooledDatabase } from '../../packages/service-kit/src/postgres/Database.ts';
import { Tracing } from '../../packages/service-kit/src/tracing/Tracing.ts';

const TYPE = 'shop.customer.erased.v1';
const TOPIC = 'shop.customers';
/** Aggregates that events are about. */
const AGGREGATES = 2000;

const role = process.argv[2];
const service = {
  name: role,
  version: '1.0.0',
  release: 'v1',
  environment: 'bench',
  instance: `${role}-${process.pid}`,
};
const logger = createLogger({ service, level: 'warn' });
const metrics = ServiceMetrics.create();
const tracing = Tracing.create({ service });
const database = PooledDatabase.create({
  config: loadConfig(databaseConfigSpec, process.env),
  applicationName: role,
  metrics,
  tracing,
  logger,
});
const log = await createEventLog(loadConfig(eventsConfigSpec, process.env), {
  applicationName: role,
  logger,
});
const clockMs = () => performance.timeOrigin + performance.now();
const say = (kind: string, body?: unknown) => process.send!({ kind, body });
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

if (role === 'producer') {
  const statement = {
    name: 'change_thing',
    text: `with changed as (
      insert into things values ($1, 1)
      on conflict (id) do update set version = things.version + 1
      returning id, version
    )${outboxInsert(2, { from: 'changed', version: 'version' })}
    select version from changed`,
  };
  const aggregates = Array.from({ length: AGGREGATES }, newId);
  OutboxRelay.create({ database, log, metrics, tracing, logger }).start();
  let sent = 0;
  let failed = 0;
  let worstLateMs = 0;
  /** What the event says of itself: `m` counts, `w` is warm-up, then the time it was due. */
  const write = async (dueMs: number, measured: boolean) => {
    const id = aggregates[sent % AGGREGATES];
    sent += 1;
    worstLateMs = Math.max(worstLateMs, clockMs() - dueMs);
    await database.query(statement, [
      id,
      outboxParameter(
        [
          {
            topic: TOPIC,
            type: TYPE,
            aggregateId: id,
            aggregateVersion: 0,
            data: { customerId: `${measured ? 'm' : 'w'}${dueMs}` },
          },
        ],
        { source: 'bench' },
      ),
    ]);
  };
  process.once('message', async () => {
    const rate = Number(process.env.RATE);
    const warmupMs = Number(process.env.WARMUP) * 1000;
    const wholeMs = warmupMs + Number(process.env.SECONDS) * 1000;
    const startMs = clockMs();
    const running = new Set<Promise<void>>();
    let n = 0;
    let cpuAtStart = cpuSeconds();
    // Open loop: an event is due at its time, whether or not the ones before it are done.
    for (;;) {
      const elapsedMs = clockMs() - startMs;
      while (n < (Math.min(elapsedMs, wholeMs) * rate) / 1000) {
        const dueMs = startMs + (n * 1000) / rate;
        const measured = dueMs - startMs >= warmupMs;
        if (!measured) {
          cpuAtStart = cpuSeconds();
        }
        const work = write(dueMs, measured);
        running.add(work);
        work
          .catch(() => {
            failed += 1;
          })
          .finally(() => running.delete(work));
        n += 1;
      }
      if (elapsedMs >= wholeMs) {
        break;
      }
      await delay(2);
    }
    await Promise.allSettled(running);
    say('done', {
      sent: sent - failed,
      failed,
      lateMs: worstLateMs,
      cpuSeconds: cpuSeconds() - cpuAtStart,
    });
  });
} else {
  const latenciesMs: number[] = [];
  let handled = 0;
  let expected = Infinity;
  let cpuAtStart = 0;
  let inHand: number[] = [];
  const report = () => {
    if (handled >= expected) {
      say('report', {
        handled,
        latenciesMs,
        cpuSeconds: cpuSeconds() - cpuAtStart,
      });
      expected = Infinity;
    }
  };
  const work = process.env.WORK === 'true';
  const statement = { name: 'do', text: 'insert into done values ($1)' };
  const consumer = EventConsumer.create({
    log,
    // Handled means committed.
    database: {
      query: (...args) => database.query(...args),
      together: steps => database.together(steps),
      ping: () => database.ping(),
      close: () => database.close(),
      transaction: async todo => {
        inHand = [];
        const result = await database.transaction(todo);
        const now = clockMs();
        handled += inHand.length;
        for (const dueMs of inHand) {
          if (dueMs > 0) {
            latenciesMs.push(now - dueMs);
          } else {
            cpuAtStart = cpuSeconds();
          }
        }
        report();
        return result;
      },
    },
    group: process.env.GROUP!,
    topics: [TOPIC],
    handlers: {
      [TYPE]: async ({ data, id }, tx) => {
        inHand.push(
          data.customerId.startsWith('m')
            ? Number(data.customerId.slice(1))
            : 0,
        );
        if (work) {
          await tx.query(statement, [id]);
        }
      },
    },
    metrics,
    tracing,
    logger,
  });
  consumer.start();
  process.on('message', (message: { expected: number }) => {
    expected = message.expected;
    report();
  });
}
say('ready');
