import { randomUUID } from 'crypto';
import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { migrationsDirectory } from './database';
import { ResultStore } from './ResultStore';

jest.setTimeout(60_000);

describe('the database of checks', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.migrate.latest({ directory: migrationsDirectory });
  });

  afterEach(() => knex.destroy());

  it('goes up, down and up again', async () => {
    const tables = async () =>
      (
        await knex('information_schema.tables')
          .where({ table_schema: 'public' })
          .whereLike('table_name', 'checks\\_%')
          .select('table_name')
      ).length;
    expect(await tables()).toBe(15);
    await knex.migrate.rollback({ directory: migrationsDirectory }, true);
    expect(await tables()).toBe(0);
    await knex.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toBe(15);
  });

  it('keeps evidence for its retention after it was replaced, and what is current for ever', async () => {
    const day = (days: number) => new Date(Date.now() - days * 86_400_000);
    const evidence = async (first: number, replaces?: string) => {
      const id = randomUUID();
      await knex('checks_evidence').insert({
        id,
        entity_ref: 'component:default/a',
        collector: 'c',
        collector_version: '1',
        key: 'k',
        value: '1',
        source: 's',
        refs: '[]',
        hash: id,
        first_observed_at: day(first),
        replaces: replaces ?? null,
      });
      return id;
    };
    // Replaced 40, 5 days ago; current since 5 days; seen 60 days ago and never again, nor replaced.
    const longGone = await evidence(90);
    const justGone = await evidence(40, longGone);
    const current = await evidence(5, justGone);
    await evidence(60);
    await knex('checks_evidence_current').insert({
      entity_ref: 'component:default/a',
      collector: 'c',
      key: 'k',
      evidence_id: current,
      hash: current,
      observed_at: day(0),
      stale_at: day(-1),
    });
    const transition = (days: number) =>
      knex('checks_transitions').insert({
        entity_ref: 'component:default/a',
        check_name: 'x',
        check_version: 1,
        outcome: 'pass',
        words: '{}',
        evidence_ids: [],
        at: day(days),
      });
    await transition(31);
    await transition(29);

    await new ResultStore(knex).tidy(30);
    expect(
      (await knex('checks_evidence').select('id')).map(({ id }) => id).sort(),
    ).toEqual([justGone, current].sort());
    expect(await knex('checks_transitions')).toHaveLength(1);
  });
});
