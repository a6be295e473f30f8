import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePorts } from '../freePorts.ts';
import { requireJava, resolveJars, TOOLS_FOLDER } from './jars.ts';
import {
  findProgram,
  listens,
  start,
  type TestServer,
  untilReady,
} from './processes.ts';

const START_TIMEOUT_MS = 300_000;

/** Bounds each server, so that all together fit beside the rest of a test run. */
const JVM = ['-Xms64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** A fixed id: each broker has a folder of its own anyway. */
const CLUSTER_ID = '4L6g3nShT-eMCtK--X86sw';

/** One Kafka broker in KRaft mode. */
export async function startKafka(folder: string): Promise<TestServer> {
  const java = await requireJava();
  const jars = await resolveJars('kafka');
  const [port, controller] = await freePorts(2);
  const properties = path.join(folder, 'server.properties');
  await writeFile(
    properties,
    [
      'process.roles=broker,controller',
      'node.id=1',
      `controller.quorum.voters=1@127.0.0.1:${controller}`,
      `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
      `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
      'controller.listener.names=CONTROLLER',
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      `log.dirs=${path.join(folder, 'data')}`,
      'offsets.topic.replication.factor=1',
      'offsets.topic.num.partitions=4',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
      'share.coordinator.state.topic.replication.factor=1',
      'share.coordinator.state.topic.min.isr=1',
      'group.initial.rebalance.delay.ms=0',
      'auto.create.topics.enable=false',
    ].join('\n'),
  );
  const broker = start(java, [
    ...JVM,
    '-Xmx512m',
    '-cp',
    jars,
    path.join(TOOLS_FOLDER, 'kafka/Broker.java'),
    properties,
    CLUSTER_ID,
  ]);
  await untilReady(broker, () => listens(port), {
    timeoutMs: START_TIMEOUT_MS,
  }).catch(async error => {
    await broker.stop();
    throw error;
  });
  return {
    env: { SHOPFLOOR_TEST_KAFKA_BROKERS: `127.0.0.1:${port}` },
    stop: () => broker.stop(),
  };
}

/** One OpenSearch node. */
export async function startOpenSearch(folder: string): Promise<TestServer> {
  const java = await requireJava();
  const jars = await resolveJars('opensearch');
  const [port, transport] = await freePorts(2);
  const node = start(java, [
    ...JVM,
    '-Xmx512m',
    '-cp',
    jars,
    path.join(TOOLS_FOLDER, 'opensearch/Server.java'),
    folder,
    String(port),
    String(transport),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const ready = async () =>
    (
      await fetch(`${url}/_cluster/health`, {
        signal: AbortSignal.timeout(2000),
      })
    ).ok;
  await untilReady(node, ready, { timeoutMs: START_TIMEOUT_MS }).catch(
    async error => {
      await node.stop();
      throw error;
    },
  );
  return {
    env: { SHOPFLOOR_TEST_OPENSEARCH_URL: url },
    stop: () => node.stop(),
  };
}

/** A real `mongod` where one is on PATH, else a server in Java that speaks its protocol. */
export async function startMongo(folder: string): Promise<TestServer> {
  const [port] = await freePorts(1);
  const mongod = findProgram('mongod');
  const server = mongod
    ? start(mongod, [
        '--bind_ip',
        '127.0.0.1',
        '--port',
        String(port),
        '--dbpath',
        folder,
      ])
    : start(await requireJava(), [
        ...JVM,
        '-Xmx256m',
        '-cp',
        await resolveJars('mongo'),
        path.join(TOOLS_FOLDER, 'mongo/Server.java'),
        String(port),
      ]);
  await untilReady(server, () => listens(port), {
    timeoutMs: START_TIMEOUT_MS,
  }).catch(async error => {
    await server.stop();
    throw error;
  });
  return {
    env: { SHOPFLOOR_TEST_MONGO_URL: `mongodb://127.0.0.1:${port}` },
    stop: () => server.stop(),
  };
}
