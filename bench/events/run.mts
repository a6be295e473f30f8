/*
 * Measures events from the outbox of one service to the handlers of four others.
 *
 *   node bench/events/run.mts --rate 2000 --seconds 20 [--warmup 5] [--work] [--adapter kafka [--brokers host:port]]
 *
 * Kafka without brokers: one is started for the run, whose processor time is not in the figures.
 * SHOPFLOOR_TEST_POSTGRES_URL names a scratch server; databases of the run are made there and dropped.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrateEventLog } from '../../packages/service-kit/src/events/postgres/migrateEventLog.ts';
import {
  inboxMigration,
  outboxMigration,
} from '../../packages/service-kit/src/events/migrations.ts';
import { migrateDatabase } from '../../packages/service-kit/src/postgres/migrate.ts';
import { startKafka } from '../../packages/service-kit/src/testing/adapters/javaServers.ts';
import { TestDatabase } from '../../packages/service-kit/src/testing/TestDatabase.ts';

const TOPIC = 'shop.customers';
const GROUPS = ['cart', 'orders', 'messages', 'fulfilment'];

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '20' },
    warmup: { type: 'string', default: '5' },
    work: { type: 'boolean', default: false },
    adapter: { type: 'string', default: 'postgres' },
    brokers: { type: 'string', default: '' },
  },
});
/** Groups of their own for each run: a broker remembers. */
const run = Date.now();
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const warmupSeconds = Number(values.warmup);

interface Report {
  cpuSeconds: number;
  handled?: number;
  latenciesMs?: number[];
  sent?: number;
  failed?: number;
  lateMs?: number;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function messageFrom<T>(child: ChildProcess, kind: string): Promise<T> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { kind: string; body: T }) => {
      if (message.kind === kind) {
        resolve(message.body);
      }
    });
    child.once('exit', code => reject(new Error(`a part ended with ${code}`)));
  });
}

/** A broker of this run alone. */
async function ownBroker(): Promise<{
  brokers: string;
  stop(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'shopfloor-kafka-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  try {
    const { env, stop } = await startKafka(folder);
    return {
      brokers: env.SHOPFLOOR_TEST_KAFKA_BROKERS,
      stop: async () => {
        await stop();
        await removeFolder();
      },
    };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/** Kafka makes no topic by itself. */
async function createTopic(brokers: string): Promise<void> {
  const { Admin } = await import('@platformatic/kafka');
  const admin = new Admin({
    clientId: 'bench',
    bootstrapBrokers: brokers.split(','),
  });
  try {
    const topics = await admin.listTopics();
    if (!topics.includes(TOPIC)) {
      await admin.createTopics({ topics: [TOPIC], partitions: 8, replicas: 1 });
    }
  } finally {
    await admin.close();
  }
}

const databases: TestDatabase[] = [];
const children: ChildProcess[] = [];
const broker =
  values.adapter === 'kafka' && !values.brokers ? await ownBroker() : undefined;
const brokers = broker?.brokers ?? values.brokers;
try {
  const log = await TestDatabase.create();
  databases.push(log);
  await migrateEventLog({ adminConnectionString: log.connectionString });
  if (values.adapter === 'kafka') {
    await createTopic(brokers);
  }
  const start = async (role: string, env: Record<string, string>) => {
    const database = await TestDatabase.create();
    databases.push(database);
    await migrateDatabase({
      connectionString: database.connectionString,
      lockName: role,
      migrations: [outboxMigration, inboxMigration],
    });
    await database.query(
      'create table things (id text primary key, version bigint not null); create table done (id text)',
    );
    const child = fork(new URL('./part.mts', import.meta.url), [role], {
      execArgv: ['--no-warnings'],
      env: {
        ...process.env,
        DATABASE_URL: database.connectionString,
        EVENTS_ADAPTER: values.adapter,
        EVENTS_DATABASE_URL: log.connectionString,
        KAFKA_BROKERS: brokers,
        ...env,
      },
    });
    children.push(child);
    await messageFrom(child, 'ready');
    return child;
  };
  const consumers = await Promise.all(
    GROUPS.map(group =>
      start('consumer', {
        GROUP: `${group}-${run}`,
        WORK: String(values.work),
      }),
    ),
  );
  const producer = await start('producer', {
    RATE: String(rate),
    SECONDS: String(seconds),
    WARMUP: String(warmupSeconds),
  });
  const produced = await new Promise<Report>((resolve, reject) => {
    messageFrom<Report>(producer, 'done').then(resolve, reject);
    producer.send('go');
  });
  const reports = await Promise.all(
    consumers.map(consumer => {
      const report = messageFrom<Report>(consumer, 'report');
      consumer.send({ expected: produced.sent });
      return report;
    }),
  );
  const all = reports
    .flatMap(({ latenciesMs }) => latenciesMs!)
    .sort((a, b) => a - b);
  const cpu = (report: Report) => Math.round(report.cpuSeconds * 100) / 100;
  console.log(
    JSON.stringify(
      {
        adapter: values.adapter,
        work: values.work,
        eventsPerSecond: rate,
        groups: GROUPS.length,
        seconds,
        sent: produced.sent,
        failedWrites: produced.failed,
        handled: reports.map(({ handled }) => handled),
        latencyMs: {
          p50: Math.round(percentile(all, 0.5)),
          p95: Math.round(percentile(all, 0.95)),
          p99: Math.round(percentile(all, 0.99)),
          max: Math.round(all.at(-1)!),
        },
        generatorLateMs: Math.round(produced.lateMs!),
        cpuSeconds: {
          producerAndRelay: cpu(produced),
          consumers: reports.map(cpu),
        },
        loadAverage: loadavg()[0],
      },
      undefined,
      2,
    ),
  );
} finally {
  for (const child of children) {
    child.kill('SIGKILL');
  }
  for (const database of databases) {
    await database.drop();
  }
  await broker?.stop();
}
