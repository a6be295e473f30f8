import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePorts } from '../freePorts.ts';
import {
  listens,
  requireProgram,
  type Running,
  start,
  type TestServer,
  untilReady,
} from './processes.ts';

const run = promisify(execFile);
const MASTERS = 3;

/** A Redis Cluster of three masters. */
export async function startRedisCluster(folder: string): Promise<TestServer> {
  const server = requireProgram('redis-server', 'Debian: redis-server');
  const cli = requireProgram('redis-cli', 'Debian: redis-tools');
  const ports = await freePorts(2 * MASTERS);
  const nodes: { port: number; running: Running }[] = [];
  const stop = async () => {
    await Promise.all(
      nodes.map(async ({ port, running }) => {
        // Redis does not look at its standard input.
        await run(cli, ['-p', String(port), 'shutdown', 'nosave']).catch(
          () => undefined,
        );
        await running.stop();
      }),
    );
  };
  try {
    for (let index = 0; index < MASTERS; index += 1) {
      const port = ports[index];
      const own = path.join(folder, String(port));
      await mkdir(own);
      const running = start(server, [
        '--port',
        String(port),
        '--cluster-port',
        String(ports[MASTERS + index]),
        '--bind',
        '127.0.0.1',
        '--dir',
        own,
        '--cluster-enabled',
        'yes',
        '--cluster-node-timeout',
        '2000',
        '--save',
        '',
        '--appendonly',
        'no',
        '--maxmemory',
        '64mb',
      ]);
      nodes.push({ port, running });
      await untilReady(running, () => listens(port), { timeoutMs: 60_000 });
    }
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
    await run(cli, [
      '--cluster',
      'create',
      ...addresses,
      '--cluster-replicas',
      '0',
      '--cluster-yes',
    ]);
    for (const { port, running } of nodes) {
      await untilReady(
        running,
        async () =>
          (
            await run(cli, ['-p', String(port), 'cluster', 'info'])
          ).stdout.includes('cluster_state:ok'),
        { timeoutMs: 60_000 },
      );
    }
    return {
      env: { SHOPFLOOR_TEST_REDIS_NODES: addresses.join(',') },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
