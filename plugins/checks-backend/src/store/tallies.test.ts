import { TestDatabases } from '@backstage/backend-test-utils';
import {
  CHECK_CATEGORIES,
  CHECK_OUTCOMES,
  CheckOutcome,
  ListResultsOptions,
} from '@shopfloor/plugin-checks-common';
import { EVERYTHING, NOTHING } from '@shopfloor/plugin-entity-access-node';
import { Knex } from 'knex';
import { ResultCriteria } from '../service/criteria';
import { migrationsDirectory } from './database';
import { ResultStore } from './ResultStore';
import { saveTallies } from './tallies';

jest.setTimeout(60_000);

describe('counts of results', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let store: ResultStore;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.migrate.latest({ directory: migrationsDirectory });
    store = new ResultStore(knex);
    // 12 entities of 3 teams, 14 checks; a third never stale, a third stale since an hour, a third in an hour.
    await knex.raw(
      `insert into checks_entities (entity_ref, owner, system, facets, entity, hash, graded_revision)
       select 'component:default/e' || i, 'group:default/t' || i % 3, 'system:default/s' || i % 2,
         array['kind=component', 'relations.ownedby=group:default/t' || i % 3], '{}', '', 1
       from generate_series(1, 12) i`,
    );
    await knex.raw(
      `insert into checks_results (entity_ref, check_name, check_version, category, outcome, words, evidence_ids, stale_at, evaluated_at, since)
       select 'component:default/e' || i, 'c' || c, 1, (?::text[])[1 + c % 4],
         (array['pass', 'fail', 'unknown', 'not-applicable'])[1 + abs(hashint4(i * 31 + c)) % 4], '{}', '{}',
         case abs(hashint4(i)) % 3 when 0 then null when 1 then now() - interval '1 hour' else now() + interval '1 hour' end,
         now(), now()
       from generate_series(1, 12) i, generate_series(1, 14) c`,
      [[...CHECK_CATEGORIES]],
    );
    await knex.transaction(tx =>
      saveTallies(
        tx,
        Array.from({ length: 12 }, (_, i) => `component:default/e${i + 1}`),
      ),
    );
  });
  afterAll(() => knex.destroy());

  const owned: ResultCriteria = {
    facets: ['relations.ownedby=group:default/t1'],
  };
  const secure: ResultCriteria = { categories: [CHECK_CATEGORIES[1]] };
  const criteria: Array<[string, ResultCriteria]> = [
    ['everything', EVERYTHING],
    ['nothing', NOTHING],
    ['of a team', owned],
    ['of a category', secure],
    ['all but a category of a team', { allOf: [owned, { not: secure }] }],
    ['a team or a category', { anyOf: [owned, secure] }],
    // Not told from tallies.
    ['all but a check', { not: { checks: ['c3'] } }],
  ];
  const filters: ListResultsOptions[] = [
    {},
    { owner: ['group:default/t1', 'group:default/t2'] },
    { system: 'system:default/s1' },
    { entity: ['component:default/e4'] },
    { category: CHECK_CATEGORIES[2] },
    { check: ['c1', 'c2'] },
    { outcome: ['fail'] },
    { outcome: ['stale', 'unknown'], owner: ['group:default/t1'] },
    { outcome: [], category: CHECK_CATEGORIES[2] },
  ];

  it.each(criteria)(
    'are those of the results themselves, for who sees %s',
    async (_, seen) => {
      for (const options of filters) {
        const { items, outcomes } = await store.list(
          { ...options, limit: 1000, offset: 0 },
          seen,
        );
        const counted = Object.fromEntries(
          CHECK_OUTCOMES.map((outcome): [CheckOutcome, number] => [
            outcome,
            items.filter(item => item.outcome === outcome).length,
          ]),
        );
        expect([options, outcomes]).toEqual([options, counted]);
      }
    },
  );

  it('follow what is graded anew, and what is gone', async () => {
    const ref = 'component:default/e4';
    const stale = await store.list(
      { limit: 1000, offset: 0, entity: [ref] },
      EVERYTHING,
    );
    expect(stale.items).toHaveLength(14);
    await knex.transaction(async tx => {
      await tx('checks_results')
        .where({ entity_ref: ref })
        .update({ outcome: 'fail', stale_at: null });
      await tx('checks_results')
        .where({ entity_ref: ref, category: CHECK_CATEGORIES[0] })
        .delete();
      await saveTallies(tx, [ref]);
    });
    const { outcomes } = await store.list(
      { limit: 1, offset: 0, entity: [ref] },
      EVERYTHING,
    );
    // c4, c8 and c12 were of the category that is gone.
    expect(outcomes).toEqual({
      pass: 0,
      fail: 11,
      unknown: 0,
      stale: 0,
      'not-applicable': 0,
    });
  });
});
