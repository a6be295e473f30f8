import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { ChangeStore, markChanged } from './ChangeStore';
import { migrationsDirectory } from './database';

jest.setTimeout(120_000);

describe('the feed of changes', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let store: ChangeStore;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.migrate.latest({ directory: migrationsDirectory });
    store = new ChangeStore(knex);
  });
  afterEach(() => knex.destroy());

  /** Reads until the entities were given, as transactions of others on the server may delay them. */
  const until = async (cursor: string, wanted: string[]) => {
    const given = new Set<string>();
    let at = cursor;
    const deadline = Date.now() + 30_000;
    while (!wanted.every(ref => given.has(ref)) && Date.now() < deadline) {
      const answer = await store.read(at);
      answer.entityRefs!.forEach(ref => given.add(ref));
      at = answer.cursor;
    }
    return { given: [...given].sort(), cursor: at };
  };

  it('begins with a cursor and everything to read', async () => {
    const first = await store.read();
    expect(first.entityRefs).toBeUndefined();
    await knex.transaction(tx => markChanged(tx, ['a', 'b']));
    const { given, cursor } = await until(first.cursor, ['a', 'b']);
    expect(given).toEqual(['a', 'b']);
    expect((await store.read(cursor)).entityRefs).toEqual([]);
  });

  it('gives who began first and ended last', async () => {
    const { cursor } = await store.read();
    const early = await knex.transaction();
    await markChanged(early, ['early']);
    await knex.transaction(tx => markChanged(tx, ['late']));
    const between = await store.read(cursor);
    // Whoever goes on from here must still be given the early one.
    await early.commit();
    const { given } = await until(between.cursor, ['early']);
    expect([...between.entityRefs!, ...given]).toEqual(
      expect.arrayContaining(['early', 'late']),
    );
  });

  it('gives nothing of what was rolled back', async () => {
    const { cursor } = await store.read();
    const tx = await knex.transaction();
    await markChanged(tx, ['undone']);
    await tx.rollback();
    await knex.transaction(other => markChanged(other, ['done']));
    expect((await until(cursor, ['done'])).given).toEqual(['done']);
  });

  it('starts over with a cursor of another server', async () => {
    const { entityRefs } = await store.read('9000000000000000000');
    expect(entityRefs).toBeUndefined();
  });

  it('misses nothing under many writers that end in any order', async () => {
    await knex.raw('create table truth (entity_ref text primary key, n int)');
    const WRITERS = 8;
    const ROUNDS = 60;
    let state = 7;
    const draw = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % below;
    };
    let writing = WRITERS;
    const writer = async (index: number) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const ref = `e${index}-${draw(5)}`;
        const tx = await knex.transaction();
        await markChanged(tx, [ref]);
        await tx.raw(
          `insert into truth values (?, 1)
           on conflict (entity_ref) do update set n = truth.n + 1`,
          [ref],
        );
        // Others begin and end meanwhile.
        for (let wait = draw(6); wait > 0; wait -= 1) {
          await new Promise(resolve => setImmediate(resolve));
        }
        await (draw(10) === 0 ? tx.rollback() : tx.commit());
      }
      writing -= 1;
    };
    const seen = new Map<string, number>();
    const reader = async () => {
      let { cursor } = await store.read();
      let settled = false;
      const deadline = Date.now() + 90_000;
      while (!settled && Date.now() < deadline) {
        const last = writing === 0;
        const answer = await store.read(cursor);
        cursor = answer.cursor;
        const rows = await knex('truth').whereIn(
          'entity_ref',
          answer.entityRefs!,
        );
        rows.forEach(({ entity_ref, n }) => seen.set(entity_ref, n));
        if (last) {
          // All have ended: the horizon passes them as soon as others on the server let it.
          const { rows: above } = await knex.raw(
            'select 1 from checks_changes where change >= ?::xid8 limit 1',
            [cursor],
          );
          settled = above.length === 0;
        }
      }
    };
    await Promise.all([
      reader(),
      ...Array.from({ length: WRITERS }, (_, index) => writer(index)),
    ]);
    const truth = await knex('truth');
    expect(truth.length).toBeGreaterThan(WRITERS);
    expect(Object.fromEntries(seen)).toEqual(
      Object.fromEntries(truth.map(({ entity_ref, n }) => [entity_ref, n])),
    );
  });
});
