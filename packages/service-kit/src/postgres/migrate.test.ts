import { TestDatabase } from '../testing/TestDatabase.ts';
import { migrateDatabase, revertDatabase, type Migration } from './migrate.ts';

const first: Migration = {
  name: '20260101000000_first',
  up: async knex => {
    await knex.raw('create table things (id int)');
  },
  down: async knex => {
    await knex.raw('drop table things');
  },
};
const second: Migration = {
  name: '20260201000000_second',
  up: async knex => {
    await knex.raw('alter table things add column name text');
  },
  down: async knex => {
    await knex.raw('alter table things drop column name');
  },
};

describe('migrateDatabase', () => {
  let test: TestDatabase;

  beforeEach(async () => {
    test = await TestDatabase.create();
  });

  afterEach(async () => {
    await test.drop();
  });

  const migrate = (migrations: Migration[]) =>
    migrateDatabase({
      connectionString: test.connectionString,
      lockName: 'things',
      migrations,
    });

  it('applies what is new, in order, once', async () => {
    expect(await migrate([second, first])).toEqual({
      applied: [first.name, second.name],
    });
    expect(await migrate([first, second])).toEqual({ applied: [] });
  });

  it('lets one of many instances work while the others wait', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, () => migrate([first, second])),
    );
    expect(outcomes.flatMap(({ applied }) => applied)).toEqual([
      first.name,
      second.name,
    ]);
  });

  it('lets an older version start on a schema that a newer one expanded', async () => {
    await migrate([first, second]);
    expect(await migrate([first])).toEqual({ applied: [] });
  });

  it('is not locked out by an instance that was killed in the middle', async () => {
    await migrate([first]);
    await test.query('update schema_migrations_lock set is_locked = 1');
    expect(await migrate([first, second])).toEqual({ applied: [second.name] });
  });

  it('leaves nothing of a migration that fails', async () => {
    const broken: Migration = {
      name: '20260301000000_broken',
      up: async knex => {
        await knex.raw('create table half (id int)');
        await knex.raw('select nothing');
      },
      down: async () => {},
    };
    await expect(migrate([first, broken])).rejects.toThrow('nothing');
    expect(
      await test.query("select 1 from pg_tables where tablename = 'half'"),
    ).toEqual([]);
  });

  it('takes everything back', async () => {
    await migrate([first, second]);
    await revertDatabase({
      connectionString: test.connectionString,
      migrations: [first, second],
    });
    expect(
      await test.query("select 1 from pg_tables where tablename = 'things'"),
    ).toEqual([]);
  });
});
