/* eslint-disable jest/no-export -- the contract is run by the tests of each adapter */
import { until } from '../../testing/eventually.ts';
import {
  deferred,
  type TestMaterials,
  testMaterials,
} from '../../testing/testMaterials.ts';
import type { Cache } from '../Cache.ts';

/** A cache under test, and how its time passes. */
export interface CacheHarness {
  create(materials: TestMaterials): Promise<Cache>;
  /** Lets this much time pass for the cache. */
  pass(milliseconds: number): Promise<void>;
}

/** What every cache does, whichever adapter is behind it. */
export function describeCacheContract(name: string, harness: CacheHarness) {
  describe(`a cache (${name})`, () => {
    let materials: TestMaterials;
    let cache: Cache;

    beforeEach(async () => {
      materials = testMaterials();
      cache = await harness.create(materials);
    });

    afterEach(async () => {
      await cache.close();
    });

    const outcomes = async () => {
      const text = await materials.metrics.registry.metrics();
      return Object.fromEntries(
        [...text.matchAll(/^cache_requests_total\{.*outcome="(.*)"\} (\d+)$/gm)]
          .map(match => [match[1], Number(match[2])])
          .sort(),
      );
    };

    it.each([
      ['text', 'Tee 茶'],
      ['a number', 1.5],
      ['nothing', null],
      ['false', false],
      ['bytes', Buffer.from([0, 255, 10, 34])],
      ['a list', [1, 'two', [3]]],
      [
        'an answer with its bytes',
        { status: 200, body: Buffer.from('{}'), other: [Buffer.alloc(3)] },
      ],
      ['what looks like a mark of ours', { $bytes: 0, list: [{ $bytes: 1 }] }],
    ])('gives back %s as it was', async (_what, value) => {
      await cache.set('key', value, { ttlMs: 1000 });
      expect(await cache.get('key')).toEqual(value);
    });

    it('keeps keys apart, whatever is in them', async () => {
      const keys = ['a', 'A', 'a{b}', 'a{b', '}', ' ', '茶', 'a:v', 'a%7Bb%7D'];
      for (const key of keys) {
        await cache.set(key, key, { ttlMs: 1000 });
      }
      for (const key of keys) {
        expect(await cache.get(key)).toBe(key);
      }
    });

    it.each([
      ['a date', new Date()],
      ['a map', new Map()],
      ['a function', () => 1],
      ['NaN', { deep: [Number.NaN] }],
      ['nothing at all', undefined],
    ])('refuses %s', async (_what, value) => {
      await expect(
        cache.set('key', value as never, { ttlMs: 1000 }),
      ).rejects.toThrow(TypeError);
      expect(await cache.get('key')).toBeUndefined();
    });

    it('does not let one reader change what the next one gets', async () => {
      await cache.set('key', { list: [1] }, { ttlMs: 1000 });
      const value = (await cache.get<{ list: number[] }>('key'))!;
      try {
        value.list.push(2);
      } catch {
        // Frozen: that is one way.
      }
      expect(await cache.get('key')).toEqual({ list: [1] });
    });

    it('forgets a value when its time is over or it is deleted', async () => {
      await cache.set('key', 1, { ttlMs: 1000 });
      await cache.set('other', 2, { ttlMs: 1000 });
      await cache.delete('other');
      expect(await cache.get('key')).toBe(1);
      expect(await cache.get('other')).toBeUndefined();
      await harness.pass(1001);
      expect(await cache.get('key')).toBeUndefined();
      expect(await outcomes()).toEqual({ hit: 1, miss: 2 });
    });

    it('loads once, however many ask at once', async () => {
      const gate = deferred<string>();
      let loads = 0;
      const load = () => {
        loads += 1;
        return gate.promise;
      };
      const asking = Array.from({ length: 100 }, () =>
        cache.getOrLoad('key', { ttlMs: 1000, load }),
      );
      await until(() => loads > 0);
      gate.resolve('value');
      expect(new Set(await Promise.all(asking))).toEqual(new Set(['value']));
      expect(await cache.getOrLoad('key', { ttlMs: 1000, load })).toBe('value');
      expect(loads).toBe(1);
      // A lookup that takes long may find what another has stored meanwhile.
      const { hit, miss } = await outcomes();
      expect(hit + miss).toBe(101);
      expect(hit).toBeGreaterThan(0);
    });

    it('loads anew when the value is neither fresh nor stale', async () => {
      let loads = 0;
      const ask = () =>
        cache.getOrLoad('key', {
          ttlMs: 1000,
          staleMs: 1000,
          load: async () => (loads += 1),
        });
      expect(await ask()).toBe(1);
      await harness.pass(2001);
      expect(await ask()).toBe(2);
    });

    it('gives a stale value at once and renews it behind', async () => {
      const gate = deferred<string>();
      let loads = 0;
      const ask = () =>
        cache.getOrLoad('key', {
          ttlMs: 1000,
          staleMs: 60_000,
          load: async () => {
            loads += 1;
            return loads === 1 ? 'old' : gate.promise;
          },
        });
      await ask();
      await harness.pass(1001);
      expect(await Promise.all([ask(), ask(), ask()])).toEqual([
        'old',
        'old',
        'old',
      ]);
      await until(() => loads === 2);
      gate.resolve('new');
      await until(async () => (await ask()) === 'new');
      expect(loads).toBe(2);
      expect((await outcomes()).stale).toBeGreaterThanOrEqual(3);
    });

    it('renews few at a time what has aged together, each from what it replaces', async () => {
      const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
      let running = 0;
      let most = 0;
      const ask = (key: string) =>
        cache.getOrLoad<string>(key, {
          ttlMs: 1000,
          staleMs: 60_000,
          load: async last => {
            if (last === undefined) return key;
            running += 1;
            most = Math.max(most, running);
            await new Promise(setImmediate);
            running -= 1;
            return `${last} again`;
          },
        });
      await Promise.all(keys.map(ask));
      await harness.pass(1001);
      expect(await Promise.all(keys.map(ask))).toEqual(keys);
      await until(async () => {
        const values = await Promise.all(keys.map(ask));
        return values.every((value, index) => value === `${keys[index]} again`);
      });
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(4);
    });

    it('gives the last value when a load fails, until that is too old', async () => {
      let fails = false;
      const ask = () =>
        cache.getOrLoad('key', {
          ttlMs: 1000,
          staleIfErrorMs: 2000,
          load: async () => {
            if (fails) {
              throw new Error('products is down');
            }
            return 'value';
          },
        });
      await ask();
      fails = true;
      await harness.pass(1001);
      expect(await ask()).toBe('value');
      await harness.pass(2001);
      await expect(ask()).rejects.toThrow('products is down');
      expect(materials.lines.join()).toContain('A load failed');
    });

    it('passes a failed load on to everyone who waits, and tries again for the next', async () => {
      const gate = deferred<string>();
      const asking = Array.from({ length: 5 }, () =>
        cache.getOrLoad('key', { ttlMs: 1000, load: () => gate.promise }),
      );
      const outcome = Promise.allSettled(asking);
      gate.reject(new Error('no'));
      expect((await outcome).map(({ status }) => status)).toEqual(
        Array.from({ length: 5 }, () => 'rejected'),
      );
      expect(
        await cache.getOrLoad('key', { ttlMs: 1000, load: async () => 'yes' }),
      ).toBe('yes');
    });

    it('does not bring back by a late load what was deleted meanwhile', async () => {
      const gate = deferred<string>();
      let loading = false;
      const asking = cache.getOrLoad('key', {
        ttlMs: 1000,
        load: () => {
          loading = true;
          return gate.promise;
        },
      });
      await until(() => loading);
      await cache.delete('key');
      gate.resolve('old');
      expect(await asking).toBe('old');
      expect(await cache.get('key')).toBeUndefined();
    });

    it('renews a value that is fresh when it is told to, and gives what it replaces', async () => {
      const lasts: unknown[] = [];
      const times = { ttlMs: 1000, staleMs: 1000 };
      const load = (value: string) => async (last?: string) => {
        lasts.push(last);
        return value;
      };
      expect(await cache.renew('key', { ...times, load: load('a') })).toBe('a');
      expect(await cache.renew('key', { ...times, load: load('b') })).toBe('b');
      expect(lasts).toEqual([undefined, 'a']);
      expect(await cache.get('key')).toBe('b');
      await harness.pass(1001);
      expect(await cache.getOrLoad('key', { ...times, load: load('c') })).toBe(
        'b',
      );
      await expect(
        cache.renew('key', {
          ...times,
          load: () => Promise.reject(new Error('down')),
        }),
      ).rejects.toThrow('down');
    });

    it('renews by a load of its own; one that began before replaces nothing', async () => {
      const gates = [deferred<string>(), deferred<string>()];
      let begun = 0;
      const load = () => {
        begun += 1;
        return gates[begun - 1].promise;
      };
      const older = cache.getOrLoad('key', { ttlMs: 1000, load });
      await until(() => begun === 1);
      const newer = cache.renew('key', { ttlMs: 1000, load });
      await until(() => begun === 2);
      gates[1].resolve('new');
      expect(await newer).toBe('new');
      gates[0].resolve('old');
      expect(await older).toBe('old');
      expect(await cache.get('key')).toBe('new');
    });
  });
}
