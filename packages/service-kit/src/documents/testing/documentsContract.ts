/* eslint-disable jest/no-export -- the contract is run by the tests of each adapter */
import { randomUUID } from 'node:crypto';
import type { DocumentSchema, DocumentStore } from '../types.ts';

interface Page {
  title: string;
  owner?: string;
  public?: boolean;
  nested?: { list: (number | null)[] };
}

/** A store under test: each call of `open` is another process on the same data. */
export interface DocumentsHarness {
  open(schema: DocumentSchema<Page>): Promise<DocumentStore<Page>>;
}

/** What a document store does, whichever adapter is behind it. */
export function describeDocumentsContract(
  name: string,
  harness: DocumentsHarness,
) {
  describe(`a document store (${name})`, () => {
    const stores: DocumentStore<Page>[] = [];
    let schema: DocumentSchema<Page>;
    let store: DocumentStore<Page>;

    const open = async () => {
      const opened = await harness.open(schema);
      await opened.prepare();
      stores.push(opened);
      return opened;
    };

    beforeEach(async () => {
      schema = {
        name: `c_${randomUUID().replaceAll('-', '')}`,
        indexes: {
          owner: page => page.owner,
          is_public: page => page.public,
        },
        keepVersions: 4,
      };
      store = await open();
    });

    afterEach(async () => {
      await Promise.all(stores.splice(0).map(opened => opened.close()));
    });

    it('gives back what was put, with its version', async () => {
      const value = {
        title: '茶 "tea" \\ $set {a.b}',
        nested: { list: [1.5, null] },
      };
      const put = await store.put('a/b.$c', value);
      expect(put).toMatchObject({ id: 'a/b.$c', version: 1, value });
      expect(await (await open()).get('a/b.$c')).toEqual(put);
      const again = await store.put('a/b.$c', { title: 'two' });
      expect(again.version).toBe(2);
      expect(again.value).toEqual({ title: 'two' });
      expect(again.updatedAt.getTime()).toBeGreaterThanOrEqual(
        put.updatedAt.getTime(),
      );
      expect(await store.get('none')).toBeUndefined();
    });

    it('changes only what has the expected version', async () => {
      const changed = { code: 'version-changed' };
      const put = (ifVersion: number) =>
        store.put('a', { title: `${ifVersion}` }, { ifVersion });
      await expect(put(1)).rejects.toMatchObject(changed);
      expect((await put(0)).version).toBe(1);
      await expect(put(0)).rejects.toMatchObject(changed);
      expect((await put(1)).version).toBe(2);
      await expect(put(1)).rejects.toMatchObject(changed);
      await expect(store.delete('a', { ifVersion: 1 })).rejects.toMatchObject(
        changed,
      );
      expect(await store.delete('a', { ifVersion: 2 })).toBe(true);
      await expect(store.delete('a', { ifVersion: 3 })).rejects.toMatchObject(
        changed,
      );
      await expect(put(3)).rejects.toMatchObject(changed);
      expect((await put(0)).version).toBe(4);
    });

    it('deletes, and tells whether there was something', async () => {
      await store.put('a', { title: 'one' });
      expect(await store.delete('a')).toBe(true);
      expect(await store.get('a')).toBeUndefined();
      expect(await store.delete('a')).toBe(false);
      expect(await store.delete('none')).toBe(false);
    });

    it('keeps the newest versions, deletions among them', async () => {
      for (const title of ['1', '2', '3']) {
        await store.put('a', { title });
      }
      await store.delete('a');
      await store.put('a', { title: '5' });
      const history = await store.history('a');
      expect(
        history.map(({ version, value }) => [version, value?.title]),
      ).toEqual([
        [5, '5'],
        [4, undefined],
        [3, '3'],
        [2, '2'],
      ]);
      expect(await store.history('none')).toEqual([]);
    });

    it('lists by indexes, page by page, each document once', async () => {
      for (let index = 0; index < 25; index += 1) {
        await store.put(`page-${String(index).padStart(2, '0')}`, {
          title: `${index}`,
          owner: index % 2 ? 'amira' : 'ben',
          public: index % 5 === 0,
        });
      }
      await store.put('page-03', { title: 'moved', owner: 'ben' });
      await store.delete('page-05');
      const every = async (where: Record<string, string | boolean>) => {
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await store.list({ where, limit: 4, cursor });
          expect(page.items.length).toBeLessThanOrEqual(4);
          ids.push(...page.items.map(({ id }) => id.slice(5)));
          cursor = page.nextCursor;
        } while (cursor);
        return ids;
      };
      expect(await every({ owner: 'amira' })).toEqual([
        '01',
        '07',
        '09',
        '11',
        '13',
        '15',
        '17',
        '19',
        '21',
        '23',
      ]);
      expect(await every({ owner: 'ben', is_public: true })).toEqual([
        '00',
        '10',
        '20',
      ]);
      expect(await every({ owner: 'nobody' })).toEqual([]);
      expect(await every({})).toHaveLength(24);
      await expect(
        store.list({ where: { title: 'x' }, limit: 1 }),
      ).rejects.toThrow('no index title');
      await expect(
        store.list({ limit: 1, cursor: 'made up' }),
      ).rejects.toMatchObject({ code: 'invalid-cursor' });
    });

    it('lets one of many at once win who expect the same version', async () => {
      const others = [store, await open(), await open()];
      await store.put('a', { title: 'start' });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 24 }, (_, index) =>
          others[index % 3].put('a', { title: `${index}` }, { ifVersion: 1 }),
        ),
      );
      const won = outcomes.flatMap(outcome =>
        outcome.status === 'fulfilled' ? [outcome.value] : [],
      );
      expect(won).toHaveLength(1);
      expect(await store.get('a')).toEqual(won[0]);
    });

    it('loses no change of many writers that read, add and put', async () => {
      const others = [store, await open()];
      await store.put('a', { title: '', nested: { list: [] } });
      const add = async (own: DocumentStore<Page>, number: number) => {
        for (;;) {
          const { version, value } = (await own.get('a'))!;
          const list = [...value.nested!.list, number];
          try {
            await own.put(
              'a',
              { ...value, nested: { list } },
              { ifVersion: version },
            );
            return;
          } catch (error) {
            if ((error as { code?: string }).code !== 'version-changed') {
              throw error;
            }
          }
        }
      };
      await Promise.all(
        Array.from({ length: 12 }, (_, index) => add(others[index % 2], index)),
      );
      const { version, value } = (await store.get('a'))!;
      expect(version).toBe(13);
      expect([...value.nested!.list].sort((a, b) => a! - b!)).toEqual(
        Array.from({ length: 12 }, (_, index) => index),
      );
    });

    it('gives every version once to many writers that expect none', async () => {
      const others = [store, await open()];
      const versions = await Promise.all(
        Array.from(
          { length: 16 },
          async (_, index) =>
            (await others[index % 2].put('new', { title: `${index}` })).version,
        ),
      );
      expect(versions.sort((a, b) => a - b)).toEqual(
        Array.from({ length: 16 }, (_, index) => index + 1),
      );
    });
  });
}
