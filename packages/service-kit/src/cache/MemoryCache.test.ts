import { createCache, cacheConfigSpec } from './createCache.ts';
import { loadConfig } from '../config/defineConfig.ts';
import { MemoryCache } from './MemoryCache.ts';
import { type TestMaterials, testMaterials } from '../testing/testMaterials.ts';
import { describeCacheContract } from './testing/cacheContract.ts';

let now = 0;
const create = (
  materials: TestMaterials,
  limits: { maxEntries?: number; maxBytes?: number } = {},
) =>
  MemoryCache.create({
    name: 'things',
    maxEntries: 100,
    maxBytes: 1_000_000,
    ...limits,
    metrics: materials.metrics,
    logger: materials.logger,
    now: () => now,
  });

describeCacheContract('memory', {
  create: async materials => create(materials),
  pass: async milliseconds => {
    now += milliseconds;
  },
});

describe('MemoryCache', () => {
  it('makes room by what was not asked for longest, and counts it', async () => {
    const materials = testMaterials();
    const cache = create(materials, { maxEntries: 2 });
    await cache.set('a', 1, { ttlMs: 1000 });
    await cache.set('b', 2, { ttlMs: 1000 });
    await cache.get('a');
    await cache.set('c', 3, { ttlMs: 1000 });
    expect(await cache.get('b')).toBeUndefined();
    expect(await cache.get('a')).toBe(1);
    const text = await materials.metrics.registry.metrics();
    expect(text).toContain('cache_evictions_total{cache="things"} 1');
    expect(text).toContain('cache_entries{cache="things"} 2');
  });

  it('stays below its bytes, also for one value that is larger', async () => {
    const materials = testMaterials();
    const cache = create(materials, { maxBytes: 10_000 });
    for (let index = 0; index < 50; index += 1) {
      await cache.set(`${index}`, Buffer.alloc(1000), { ttlMs: 1000 });
    }
    await cache.set('large', Buffer.alloc(20_000), { ttlMs: 1000 });
    expect(await cache.get('large')).toBeUndefined();
    expect(await cache.get('49')).toHaveLength(1000);
    const text = await materials.metrics.registry.metrics();
    const bytes = Number(/cache_bytes\{cache="things"\} (\d+)/.exec(text)![1]);
    expect(bytes).toBeGreaterThan(5000);
    expect(bytes).toBeLessThanOrEqual(10_000);
  });

  it('lets a failed renewal rest for a second while the stale value answers', async () => {
    const cache = create(testMaterials());
    let loads = 0;
    const ask = () =>
      cache.getOrLoad('key', {
        ttlMs: 1000,
        staleMs: 60_000,
        load: async () => {
          loads += 1;
          if (loads > 1) {
            throw new Error('down');
          }
          return 'value';
        },
      });
    await ask();
    now += 1001;
    for (let index = 0; index < 20; index += 1) {
      expect(await ask()).toBe('value');
    }
    expect(loads).toBe(2);
    now += 1001;
    await ask();
    await new Promise(resolve => setImmediate(resolve));
    expect(loads).toBe(3);
  });

  it('is what a service gets without configuration, by name in its metrics', async () => {
    const materials = testMaterials();
    const config = loadConfig(cacheConfigSpec, {});
    const pages = await createCache({ ...materials, config, name: 'pages' });
    const prices = await createCache({ ...materials, config, name: 'prices' });
    await pages.set('key', 1, { ttlMs: 1000 });
    expect(await prices.get('key')).toBeUndefined();
    expect(await pages.get('key')).toBe(1);
    const text = await materials.metrics.registry.metrics();
    expect(text).toContain('{cache="pages",outcome="hit"} 1');
    expect(text).toContain('{cache="prices",outcome="miss"} 1');
  });
});
