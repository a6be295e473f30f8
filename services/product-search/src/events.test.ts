import { readFixtures } from '@shopfloor/contracts/src/contractFiles.ts';
import { newId } from '@shopfloor/service-kit';
import { BundledPrograms } from '@shopfloor/service-kit/src/testing/BundledPrograms.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { killProgram } from '@shopfloor/service-kit/src/testing/startProgram.ts';
import { createHandlers } from './events/handlers.ts';
import { sampleProducts } from './testing/sampleProducts.ts';
import { type Replica, TestSearch } from './testing/TestSearch.ts';

const [first, second, ...more] = sampleProducts();

describe('product-search', () => {
  let search: TestSearch;
  let replica: Replica;

  beforeEach(async () => {
    search = await TestSearch.create();
    replica = await search.replica();
  });

  afterEach(async () => {
    await replica.close();
    await search.drop();
  });

  const results = async (query = '') =>
    (await replica.client.request(`/search?limit=100${query}`)).json();
  const slugs = async (query = '') =>
    (await results(query)).items.map(({ slug }: { slug: string }) => slug);
  const staff = (roles = ['catalog-admin']) =>
    search.issuer.headers({ staff: 'zoe', roles });

  it('understands every revision of its events that was ever published', async () => {
    const handlers = createHandlers({
      store: replica.parts.store,
      onChanged: () => replica.parts.indexing.nudge(),
    });
    const ids = new Set<string>();
    for (const { content } of readFixtures('shop.product.changed.v1')) {
      ids.add(content.data.productId);
      await replica.database.transaction(tx =>
        handlers['shop.product.changed.v1']!(content, tx),
      );
    }
    for (const { content } of readFixtures('shop.stock.changed.v1')) {
      await replica.database.transaction(tx =>
        handlers['shop.stock.changed.v1']!(content, tx),
      );
    }
    expect(ids.size).toBeGreaterThan(0);
    await search.settled(ids.size);
    const states = await replica.parts.store.states([...ids]);
    expect(states).toHaveLength(ids.size);
  });

  describe('events', () => {
    it('never take a product back to an older version, whatever their order', async () => {
      const named = (version: number, slug: string) => ({
        ...first,
        slug,
        version,
      });
      await search.publishProducts([named(3, 'third'), named(2, 'second')]);
      await search.publishProducts([named(3, 'third-again')]);
      await search.settled(1);
      await until(async () => (await slugs()).length === 1);
      expect(await slugs()).toEqual(['third']);
      await search.publishProducts([named(4, 'fourth')]);
      await until(async () => (await slugs())[0] === 'fourth');
      expect(await slugs()).toEqual(['fourth']);
    });

    it('delete a product for good, until it is made anew', async () => {
      await search.publishProducts([
        { ...first, version: 1 },
        { ...second, version: 1 },
      ]);
      await search.settled(2);
      await search.publishProducts([
        { ...first, version: 3, deleted: true },
        { ...first, version: 2 },
      ]);
      await until(async () => (await slugs()).length === 1);
      expect(await slugs()).toEqual([second.slug]);
      await search.publishProducts([{ ...first, version: 4 }]);
      await until(async () => (await slugs()).length === 2);
      expect((await slugs()).sort()).toEqual([first.slug, second.slug].sort());
    });

    it('say whether a product can be had, also when stock is told first', async () => {
      const [sku, other] = first.skus;
      const { productId } = first;
      await search.publishStock([{ sku, productId, state: 'in-stock' }]);
      await until(
        async () =>
          (await search.test.query('select 1 from stock_sources')).length > 0,
      );
      await search.publishProducts([first]);
      await until(async () => (await slugs('&inStock=true')).length === 1);
      expect(await slugs('&inStock=true')).toEqual([first.slug]);
      await search.publishStock([
        { sku, productId, state: 'out', version: 3 },
        { sku, productId, state: 'in-stock', version: 2 },
      ]);
      await until(async () => (await slugs('&inStock=true')).length === 0);
      const { facets, total } = await results();
      expect([total, facets.inStock]).toEqual([1, 0]);
      await search.publishStock([{ sku: other, productId, state: 'low' }]);
      await until(async () => (await slugs('&inStock=true')).length === 1);
      expect(await slugs('&inStock=true')).toEqual([first.slug]);
    });

    it('of many products and stocks at once, by two replicas, end in the newest of each', async () => {
      const other = await search.replica('product-search-2');
      const few = more.slice(0, 150);
      const rounds = [1, 2, 3].map(async version => {
        await search.publishProducts(
          few.map(product => ({
            ...product,
            brand: `Brand ${version}`,
            version,
          })),
        );
        await search.publishStock(
          few.map(({ skus, productId }) => ({
            sku: skus[0],
            productId,
            state: version === 3 ? 'in-stock' : 'out',
            version,
          })),
        );
      });
      await Promise.all(rounds);
      await until(async () => {
        const { total, facets } = await results('&brand=Brand%203');
        return total === 150 && facets.inStock === 150;
      });
      expect((await results()).total).toBe(150);
      await other.close();
    });

    it('are not lost when the index cannot be written for a while', async () => {
      await search.test.query(
        'alter table search_products_v1_1 rename to hidden',
      );
      await search.publishProducts([first]);
      await until(() =>
        replica.lines.some(line => line.includes('A round of work failed')),
      );
      const [{ waiting }] = await search.test.query<{ waiting: number }>(
        'select count(*)::int as waiting from index_queue',
      );
      expect(waiting).toBe(1);
      await search.test.query(
        'alter table hidden rename to search_products_v1_1',
      );
      await until(async () => (await slugs()).length === 1);
      expect(await slugs()).toEqual([first.slug]);
    });
  });

  describe('rebuilds', () => {
    const request = async (payload: object = {}, headers?: object) =>
      replica.client.request({
        method: 'POST',
        url: '/admin/rebuilds',
        payload,
        headers: { ...(headers ?? (await staff())) },
      });
    const progress = async (id: string) =>
      (
        await replica.client.request({
          url: `/admin/rebuilds/${id}`,
          headers: await staff(),
        })
      ).json();
    const done = async (id: string) => {
      let last: any;
      await until(async () => {
        last = await progress(id);
        return last.state === 'done';
      });
      return last;
    };

    it('are for staff with the role alone', async () => {
      expect((await request({}, {})).statusCode).toBe(401);
      expect((await request({}, await staff(['care']))).statusCode).toBe(403);
      const guest = await search.issuer.headers({ guest: newId() });
      expect((await request({}, guest)).statusCode).toBe(403);
      expect((await request({ reason: 'x' })).statusCode).toBe(400);
      const unknown = await replica.client.request({
        url: `/admin/rebuilds/${newId()}`,
        headers: await staff(),
      });
      expect(unknown.json().code).toBe('rebuild-not-found');
    });

    it('replay the topics into a new generation that takes over without a gap', async () => {
      const products = more.slice(0, 300);
      await search.publishProducts(products);
      await search.publishStock(
        products.map(({ skus, productId }) => ({
          sku: skus[0],
          productId,
          state: 'in-stock',
        })),
      );
      await search.settled(300);
      // Knowledge that went wrong, without an event: only a replay can put it right.
      await search.test.query(
        `update product_sources set data = jsonb_set(data, '{brand}', '"Wrong"') where product_id = $1`,
        [products[0].productId],
      );
      const totals = new Set<number>();
      let watching = true;
      const watch = (async () => {
        while (watching) {
          totals.add((await results()).total);
        }
      })();
      const { rebuildId, state } = (
        await request({ reason: 'a test of ours' })
      ).json();
      expect(state).toBe('requested');
      expect((await request()).json().rebuildId).toBe(rebuildId);
      const rebuild = await done(rebuildId);
      watching = false;
      await watch;
      expect(rebuild).toMatchObject({
        generation: 2,
        requestedBy: expect.stringContaining('zoe'),
        progress: { copied: 300, replayed: 600, waiting: 0, documents: 300 },
      });
      expect(totals).toEqual(new Set([300]));
      expect((await results('&brand=Wrong')).total).toBe(0);
      expect(await replica.parts.index.generations()).toEqual({ serving: 2 });
      const list = await replica.client.request({
        url: '/admin/rebuilds',
        headers: await staff(),
      });
      expect(list.json().items).toHaveLength(1);
    });

    it('take in what changes meanwhile', async () => {
      const products = more.slice(0, 100);
      await search.publishProducts(products);
      await search.settled(100);
      const { rebuildId } = (await request()).json();
      await until(
        async () => (await progress(rebuildId)).state === 'replaying',
      );
      await search.publishProducts([
        { ...products[0], version: 2, deleted: true },
        { ...first, version: 1 },
        { ...products[1], version: 2, brand: 'Newest' },
      ]);
      await done(rebuildId);
      await until(async () => (await results('&brand=Newest')).total === 1);
      const found = await results();
      expect(found.total).toBe(100);
      const ids = found.items.map(({ id }: { id: string }) => id);
      expect(ids).toContain(first.productId);
      expect(ids).not.toContain(products[0].productId);
    });

    it('go on in another process after the one that carried it out was killed', async () => {
      const programs = await BundledPrograms.create({
        source: import.meta.dirname,
      });
      const products = more.slice(0, 200);
      await search.publishProducts(products);
      await search.settled(200);
      await replica.close();
      const { child } = await programs.serve({
        DATABASE_URL: search.test.connectionString,
        EVENTS_DATABASE_URL: search.events.connectionString,
        POD_NAME: 'killed',
        REBUILD_POLL_MS: '20',
        REBUILD_QUIET_MS: '600000',
      });
      const id = newId();
      await search.test.query(
        `insert into rebuilds (id, state, requested_by) values ($1, 'requested', 'test')`,
        [id],
      );
      await until(async () => {
        const [row] = await search.test.query<{ replayed: string }>(
          'select replayed from rebuilds',
        );
        return Number(row.replayed) > 0;
      });
      await killProgram(child);
      // What it held runs out with time; here it has.
      await search.test.query(`update rebuilds set lease_until = '-infinity'`);
      await search.test.query(
        `update index_queue set claimed_until = '-infinity'`,
      );
      replica = await search.replica('product-search-2');
      const rebuild = await done(id);
      expect(rebuild.progress).toMatchObject({ copied: 200, documents: 200 });
      expect((await results()).total).toBe(200);
    });

    it('can be given up: what serves goes on, and the next one starts anew', async () => {
      await search.publishProducts(more.slice(0, 50));
      await search.settled(50);
      const { rebuildId } = (await request()).json();
      await until(
        async () => (await progress(rebuildId)).state === 'replaying',
      );
      const cancelled = await replica.client.request({
        method: 'POST',
        url: `/admin/rebuilds/${rebuildId}/cancel`,
        headers: await staff(),
      });
      expect(cancelled.json().state).toBe('cancelled');
      await until(
        async () =>
          (await replica.parts.index.generations()).building === undefined,
      );
      expect((await results()).total).toBe(50);
      const next = (await request()).json();
      expect(next.rebuildId).not.toBe(rebuildId);
      expect((await done(next.rebuildId)).progress.documents).toBe(50);
    });
  });

  it('tells how far the index lags behind', async () => {
    await search.publishProducts([first]);
    await search.settled(1);
    const text = await replica.metrics.registry.metrics();
    expect(text).toContain('search_index_waiting 0');
    expect(text).toContain('search_index_lag_seconds 0');
  });

  it('answers 503 while its database is away, and recovers by itself', async () => {
    await search.publishProducts([first]);
    await search.settled(1);
    await search.test.cutConnections();
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      statuses.add((await replica.client.request('/search')).statusCode);
    }
    statuses.delete(200);
    statuses.delete(503);
    expect(statuses).toEqual(new Set());
    expect(await slugs()).toEqual([first.slug]);
  });
});
