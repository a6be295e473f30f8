import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startKafka, startMongo, startOpenSearch } from './javaServers.ts';
import { type TestServer, UnavailableServer } from './processes.ts';
import { startRedisCluster } from './redisCluster.ts';

/** The servers that the distributed adapters speak to, as far as this machine has them. */
export interface TestAdapters {
  /** Variables that tests find the servers by. */
  env: Record<string, string>;
  /** Why a server is not there, by its name. */
  missing: { server: string; reason: string }[];
  stop(): Promise<void>;
}

const STARTERS = {
  'Redis Cluster': startRedisCluster,
  Kafka: startKafka,
  OpenSearch: startOpenSearch,
  MongoDB: startMongo,
};

/**
 * Starts, on loopback and in temporary folders, every server that can be had.
 *
 * @throws Error when one can be had but does not start: that is a failure, not a reason to skip
 */
export async function startAdapters(): Promise<TestAdapters> {
  const folder = await mkdtemp(path.join(tmpdir(), 'shopfloor-adapters-'));
  const missing: TestAdapters['missing'] = [];
  const servers: TestServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map(server => server.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const outcomes = await Promise.allSettled(
    Object.entries(STARTERS).map(async ([server, begin]) => {
      try {
        servers.push(await begin(await mkdtemp(path.join(folder, 'server-'))));
      } catch (error) {
        if (!(error instanceof UnavailableServer)) {
          throw new Error(`${server} does not start`, { cause: error });
        }
        missing.push({ server, reason: error.message });
      }
    }),
  );
  const failed = outcomes.find(outcome => outcome.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    env: Object.assign({}, ...servers.map(({ env }) => env)),
    missing,
    stop,
  };
}
