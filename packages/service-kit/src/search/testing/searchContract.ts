/* eslint-disable jest/no-export -- the contract is run by the tests of each adapter */
import type {
  SearchDocument,
  SearchIndex,
  SearchQuery,
  SearchSchema,
} from '../types.ts';

/** The schema that the contract is written for. */
export const CONTRACT_SCHEMA: SearchSchema = {
  name: 'contract_products',
  fields: {
    name_en: { kind: 'text', language: 'en', weight: 'A', suggest: true },
    name_zh: { kind: 'text', language: 'zh', weight: 'A', suggest: true },
    brand_name: { kind: 'text', language: 'names', weight: 'B' },
    description: { kind: 'text', language: 'en', weight: 'C' },
    brand: { kind: 'keyword' },
    categories: { kind: 'keyword' },
    price: { kind: 'number' },
    created: { kind: 'date' },
  },
};

interface Source {
  title: string;
}

/** id, English, Chinese, brand, categories, price, day of January 2026. */
const rows: [
  string,
  string,
  string,
  string,
  string[],
  number | undefined,
  number,
][] = [
  [
    'p01',
    'Oak Chopping Board',
    '橡木砧板',
    'Larkfield',
    ['kitchen', 'boards'],
    2500,
    1,
  ],
  [
    'p02',
    'Walnut Chopping Board',
    '胡桃木砧板',
    'Northwind',
    ['kitchen', 'boards'],
    3900,
    2,
  ],
  [
    'p03',
    'Porcelain Teapot',
    '瓷茶壶',
    'Larkfield',
    ['kitchen', 'tea'],
    2900,
    3,
  ],
  [
    'p04',
    'Cast Iron Teapot',
    '铸铁茶壶',
    'Ærø & Søn',
    ['kitchen', 'tea'],
    4900,
    4,
  ],
  ['p05', 'Linen Notebook', '亚麻笔记本', 'Northwind', ['desk'], 1200, 5],
  ['p06', 'Lined Paper Notebook', '横格笔记本', 'Larkfield', ['desk'], 900, 6],
  ['p07', 'Oak Desk Lamp', '橡木台灯', 'Northwind', ['desk', 'lamps'], 8900, 7],
  ['p08', 'Wool Blanket', '羊毛毯', 'Larkfield', ['bedroom'], undefined, 8],
];

/** The documents of the contract. */
export function contractDocuments(): SearchDocument<Source>[] {
  return rows.map(([id, en, zh, brand, categories, price, day]) => ({
    id,
    version: 1,
    fields: {
      name_en: en,
      name_zh: zh,
      brand_name: brand,
      description:
        id === 'p03' ? 'Pours without a drip, on any desk.' : 'Made to last.',
      brand,
      categories,
      price,
      created: `2026-01-0${day}T08:00:00Z`,
    },
    source: { title: en },
  }));
}

/** An index under test. */
export interface SearchHarness {
  /** A new handle on the same, so far empty index; several are several processes. */
  open(): Promise<SearchIndex<Source>>;
  /** Removes all there is of it. */
  clear(): Promise<void>;
}

/** What a search index does, whichever adapter is behind it. */
export function describeSearchContract(name: string, harness: SearchHarness) {
  describe(`a search index (${name})`, () => {
    let index: SearchIndex<Source>;

    beforeEach(async () => {
      index = await harness.open();
      await index.prepare();
      await index.upsert(contractDocuments());
      await index.refresh();
    });

    afterEach(async () => {
      await index.close();
      await harness.clear();
    });

    const find = async (query: Partial<SearchQuery>) =>
      index.query({ limit: 20, ...query });
    const ids = async (query: Partial<SearchQuery>) =>
      (await find(query)).items.map(({ id }) => id);

    describe('text', () => {
      it.each([
        ['words in any form and order', 'boards chopped', ['p01', 'p02']],
        ['one word', 'teapot', ['p03', 'p04']],
        ['capitals and accents', 'TÉAPOT', ['p03', 'p04']],
        ['a letter too few', 'notebok', ['p05', 'p06']],
        ['a letter too many', 'noteboook', ['p05', 'p06']],
        ['two letters swapped', 'taepot', ['p03', 'p04']],
        ['a wrong letter', 'blamket', ['p08']],
        ['two slips in a long word', 'porcelin teapto', ['p03']],
        ['a brand', 'larkfield teapot', ['p03']],
        ['a misspelt brand', 'larkfeld teapot', ['p03']],
        ['a word of the description', 'drip', ['p03']],
        ['words with a stop word', 'the teapot with a drip', ['p03']],
        ['a Chinese name', '橡木砧板', ['p01']],
        ['part of a Chinese name', '砧板', ['p01', 'p02']],
        ['one Chinese character', '毯', ['p08']],
        ['Chinese with a wrong character', '橡木枮板', ['p01']],
        ['two Chinese parts', '橡木 台灯', ['p07']],
        ['both languages', '茶壶 iron', ['p04']],
      ])('finds by %s', async (_what, text, expected) => {
        expect((await ids({ text })).sort()).toEqual(expected);
      });

      it.each(['zzzzqqqq', '!!!', '龘', "'); vacuum; --", '\\', '😀'])(
        'finds nothing by %p',
        async text => {
          expect(await find({ text })).toMatchObject({ items: [], total: 0 });
        },
      );

      it('puts what is in the name before what is in the description', async () => {
        const found = await ids({ text: 'desk' });
        expect(found[0]).toBe('p07');
        expect(found).toContain('p03');
      });

      it('shows what lacks a word when nothing has all, and says so', async () => {
        const strict = await find({ text: 'oak board' });
        expect(strict.relaxed).toBe(false);
        expect(strict.items.map(({ id }) => id)).toEqual(['p01']);
        const relaxed = await find({ text: 'walnut teapot' });
        expect(relaxed.relaxed).toBe(true);
        expect(relaxed.items.map(({ id }) => id).sort()).toEqual([
          'p02',
          'p03',
          'p04',
        ]);
      });
    });

    describe('filters, facets and order', () => {
      it('keeps what each filter asks for', async () => {
        expect(
          (
            await ids({
              filters: [
                { field: 'brand', anyOf: ['Larkfield', 'Northwind'] },
                { field: 'categories', anyOf: ['kitchen'] },
                { field: 'price', min: 2500, max: 2900 },
              ],
            })
          ).sort(),
        ).toEqual(['p01', 'p03']);
      });

      it('filters by time', async () => {
        const min = Date.parse('2026-01-07T08:00:00Z');
        expect(
          (await ids({ filters: [{ field: 'created', min }] })).sort(),
        ).toEqual(['p07', 'p08']);
      });

      it('counts each facet without its own filter', async () => {
        const page = await find({
          filters: [
            { field: 'brand', anyOf: ['Larkfield'] },
            { field: 'price', max: 2999 },
          ],
          facets: [
            { field: 'brand', size: 10 },
            { field: 'categories', size: 2 },
            {
              field: 'price',
              ranges: [
                { key: 'low', max: 2500 },
                { key: 'middle', min: 2500, max: 4900 },
                { key: 'high', min: 4900 },
              ],
            },
          ],
        });
        expect(page.total).toBe(3);
        expect(page.exact).toBe(true);
        expect(page.facets).toEqual({
          brand: [
            { key: 'Larkfield', count: 3 },
            { key: 'Northwind', count: 1 },
          ],
          categories: [
            { key: 'kitchen', count: 2 },
            { key: 'boards', count: 1 },
          ],
          price: [
            { key: 'low', count: 1 },
            { key: 'middle', count: 2 },
            { key: 'high', count: 0 },
          ],
        });
      });

      it('orders by a number both ways, without what has none', async () => {
        const up = await ids({ sort: { field: 'price', direction: 'asc' } });
        expect(up).toEqual(['p06', 'p05', 'p01', 'p03', 'p02', 'p04', 'p07']);
        expect(
          await ids({ sort: { field: 'price', direction: 'desc' } }),
        ).toEqual([...up].reverse());
      });

      it.each<[string, Partial<SearchQuery>]>([
        ['by id', {}],
        ['by relevance', { text: 'made to last' }],
        ['by price', { sort: { field: 'price', direction: 'asc' } }],
        ['relaxed', { text: 'oak notebook' }],
      ])('gives every page once, %s', async (_what, query) => {
        const all = await ids(query);
        expect(all.length).toBeGreaterThan(3);
        const paged: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await find({ ...query, limit: 2, cursor });
          paged.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        } while (cursor);
        expect(paged).toEqual(all);
      });

      it('refuses a cursor that is made up or of another list', async () => {
        const { nextCursor } = await find({ text: 'made', limit: 2 });
        for (const query of [
          { cursor: 'abc' },
          { cursor: Buffer.from('[1,2,3,4,5]').toString('base64url') },
          { text: 'oak', cursor: nextCursor },
        ]) {
          await expect(find(query)).rejects.toMatchObject({
            code: 'invalid-cursor',
          });
        }
      });
    });

    describe('suggestions', () => {
      it.each([
        ['teap', ['Cast Iron Teapot', 'Porcelain Teapot']],
        ['chopping b', ['Oak Chopping Board', 'Walnut Chopping Board']],
        ['oak', ['Oak Desk Lamp', 'Oak Chopping Board']],
        ['笔记', ['亚麻笔记本', '横格笔记本']],
        ['砧', ['橡木砧板', '胡桃木砧板']],
        ['noteboks', ['Linen Notebook', 'Lined Paper Notebook']],
        ['zzzz', []],
        ['!', []],
      ])('for %p are %p', async (text, expected) => {
        expect(await index.suggest({ text, limit: 10 })).toEqual(expected);
      });
    });

    describe('versions', () => {
      const document = (version: number, called: string) => ({
        ...contractDocuments()[0],
        version,
        fields: { ...contractDocuments()[0].fields, name_en: called },
        source: { title: called },
      });
      const title = async () => {
        await index.refresh();
        const page = await find({
          filters: [{ field: 'categories', anyOf: ['boards'] }],
        });
        return page.items.find(({ id }) => id === 'p01')?.source.title;
      };

      it('never go back', async () => {
        await index.upsert([document(5, 'Five')]);
        await index.upsert([document(4, 'Four')]);
        await index.upsert([document(5, 'Five again')]);
        expect(await title()).toBe('Five');
        await index.upsert([document(7, 'Seven'), document(6, 'Six')]);
        expect(await title()).toBe('Seven');
      });

      it('do not bring back what was removed, until a newer one does', async () => {
        await index.remove([{ id: 'p01', version: 5 }]);
        await index.upsert([document(4, 'Four')]);
        expect(await title()).toBeUndefined();
        await index.remove([{ id: 'p01', version: 3 }]);
        await index.upsert([document(6, 'Six')]);
        expect(await title()).toBe('Six');
      });

      it('of many writers at once end with the newest', async () => {
        const versions = Array.from({ length: 40 }, (_, index_) => index_ + 2);
        versions.sort((a, b) => ((a * 7) % 11) - ((b * 7) % 11));
        await Promise.all(
          versions.map(version =>
            index.upsert([document(version, `${version}`)]),
          ),
        );
        expect(await title()).toBe('41');
      });
    });

    describe('generations', () => {
      it('are built beside the serving one and take its place at once', async () => {
        const other = await harness.open();
        const before = await index.generations();
        const generation = await index.beginGeneration();
        expect(generation).not.toBe(before.serving);
        expect(await other.beginGeneration()).toBe(generation);
        await index
          .inGeneration(generation)
          .upsert(contractDocuments().slice(0, 2));
        await index.refresh();
        expect((await find({})).total).toBe(8);
        expect(await index.count(generation)).toBe(2);
        await index.promote(generation);
        await index.promote(generation);
        expect(await index.generations()).toEqual({ serving: generation });
        expect((await find({})).total).toBe(2);
        await other.close();
      });

      it('get what others write meanwhile, in both places', async () => {
        const other = await harness.open();
        await other.query({ limit: 1 });
        const generation = await index.beginGeneration();
        const fresh = { ...contractDocuments()[0], id: 'p99', version: 9 };
        await other.upsert([fresh]);
        await other.remove([{ id: 'p02', version: 9 }]);
        // What a slow copy brings late is older and changes nothing.
        await index.inGeneration(generation).upsert(contractDocuments());
        await index.refresh();
        expect((await ids({})).sort()).toContain('p99');
        await index.promote(generation);
        const found = await ids({});
        expect(found).toContain('p99');
        expect(found).not.toContain('p02');
        expect(found).toHaveLength(8);
        await other.close();
      });

      it('are gone on with after a crash, or given up', async () => {
        const generation = await index.beginGeneration();
        await index
          .inGeneration(generation)
          .upsert(contractDocuments().slice(0, 3));
        const restarted = await harness.open();
        await restarted.prepare();
        expect(await restarted.beginGeneration()).toBe(generation);
        await restarted.refresh();
        expect(await restarted.count(generation)).toBe(3);
        await restarted.discard(generation);
        await restarted.discard(generation);
        expect((await restarted.generations()).building).toBeUndefined();
        await expect(restarted.promote(generation)).rejects.toThrow();
        expect((await find({})).total).toBe(8);
        await restarted.close();
      });

      it('change under readers without one failed query', async () => {
        const reader = await harness.open();
        const totals: number[] = [];
        let reading = true;
        const readAll = (async () => {
          while (reading) {
            totals.push((await reader.query({ limit: 1 })).total);
          }
        })();
        for (let round = 0; round < 3; round += 1) {
          const generation = await index.beginGeneration();
          await index.inGeneration(generation).upsert(contractDocuments());
          await index.promote(generation);
        }
        reading = false;
        await readAll;
        expect(new Set(totals)).toEqual(new Set([8]));
        await reader.close();
      });
    });
  });
}
