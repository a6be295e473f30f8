import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { loadConfig } from '../config/defineConfig.ts';
import { describeWithServer } from '../testing/adapters/describeWithServer.ts';
import { until } from '../testing/eventually.ts';
import {
  deferred,
  type TestMaterials,
  testMaterials,
} from '../testing/testMaterials.ts';
import { cacheConfigSpec, createCache } from './createCache.ts';
import { describeCacheContract } from './testing/cacheContract.ts';

const create = (
  materials: TestMaterials,
  options: { nodes?: string; name?: string; timeoutMs?: number } = {},
) =>
  createCache({
    ...materials,
    name: options.name ?? randomUUID(),
    config: loadConfig(cacheConfigSpec, {
      CACHE_ADAPTER: 'redis',
      CACHE_REDIS_NODES:
        options.nodes ?? process.env.SHOPFLOOR_TEST_REDIS_NODES,
      CACHE_REDIS_TIMEOUT_MS: String(options.timeoutMs ?? 2000),
    }),
  });

/** Connecting goes on after `create`; until then every lookup is a miss. */
async function connected(materials: TestMaterials, name?: string) {
  const cache = await create(materials, { name });
  await until(async () => {
    await cache.set('ready', true, { ttlMs: 10_000 });
    return (await cache.get('ready')) === true;
  });
  await cache.delete('ready');
  return cache;
}

describeWithServer('SHOPFLOOR_TEST_REDIS_NODES', 'Redis Cluster', () => {
  describeCacheContract('Redis Cluster', {
    create: async materials => {
      const cache = await connected(materials);
      materials.metrics.registry.resetMetrics();
      return cache;
    },
    // A short life in the contract is a second: that is waited for really.
    pass: milliseconds => delay(milliseconds),
  });

  it('loads once among processes that ask at once', async () => {
    const name = randomUUID();
    const caches = await Promise.all(
      Array.from({ length: 4 }, () => connected(testMaterials(), name)),
    );
    const gate = deferred<string>();
    let loads = 0;
    const load = () => {
      loads += 1;
      return gate.promise;
    };
    const asking = caches.flatMap(cache =>
      Array.from({ length: 5 }, () =>
        cache.getOrLoad('key', { ttlMs: 10_000, load }),
      ),
    );
    await until(() => loads > 0);
    gate.resolve('value');
    expect(new Set(await Promise.all(asking))).toEqual(new Set(['value']));
    expect(loads).toBe(1);
    await Promise.all(caches.map(cache => cache.close()));
  });
});

describe('a Redis that is down', () => {
  it.each([
    ['refuses connections', async () => ({ nodes: '127.0.0.1:9', end() {} })],
    [
      'takes connections and never answers',
      async () => {
        const sockets: Socket[] = [];
        const server = createServer(socket => sockets.push(socket));
        await new Promise<void>(resolve => {
          server.listen(0, '127.0.0.1', resolve);
        });
        const { port } = server.address() as AddressInfo;
        return {
          nodes: `127.0.0.1:${port}`,
          end: () => {
            sockets.forEach(socket => socket.destroy());
            server.close();
          },
        };
      },
    ],
  ])(
    '%s: everything is a miss with a metric, nothing an error',
    async (_what, start) => {
      const { nodes, end } = await start();
      const materials = testMaterials();
      const cache = await create(materials, { nodes, timeoutMs: 50 });
      const started = performance.now();
      for (let index = 0; index < 50; index += 1) {
        const value = await cache.getOrLoad(`key${index}`, {
          ttlMs: 1000,
          load: async () => index,
        });
        expect(value).toBe(index);
      }
      await cache.set('key', 1, { ttlMs: 1000 });
      await cache.delete('key');
      expect(await cache.get('key')).toBeUndefined();
      // 50 lookups with four commands each: without the breaker 10 s of deadlines.
      expect(performance.now() - started).toBeLessThan(5000);
      const text = await materials.metrics.registry.metrics();
      expect(text).toMatch(/cache_failures_total\{.*operation="get"\} \d+/);
      await cache.close();
      end();
    },
  );
});
