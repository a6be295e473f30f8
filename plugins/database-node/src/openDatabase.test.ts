import { mkdtemp, rm, writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { TestDatabases } from '@backstage/backend-test-utils';
import { migrationsOf, openDatabase } from './openDatabase';

jest.setTimeout(60_000);

describe('the database of a plugin', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let migrations: string;

  beforeAll(async () => {
    migrations = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(
      join(migrations, '20260101000000_init.js'),
      `exports.up = knex => knex.schema.createTable('shelves', table => table.text('id'));
       exports.down = knex => knex.schema.dropTable('shelves');`,
    );
  });
  afterAll(() => rm(migrations, { recursive: true }));

  it.each([
    ['is migrated', undefined, true],
    ['is migrated unless that is left to an operator', { skip: true }, false],
    ['is migrated when it is not', { skip: false }, true],
  ])('%s', async (_, settings, migrated) => {
    const knex = await databases.init('POSTGRES_18');
    const db = await openDatabase({
      database: {
        getClient: async () => knex,
        ...(settings && { migrations: settings }),
      },
      migrations,
    });
    expect(db).toBe(knex);
    expect(await db.schema.hasTable('shelves')).toBe(migrated);
    await knex.destroy();
  });

  it('has its migrations in the folder of its package', () => {
    expect(migrationsOf('@backstage/backend-plugin-api')).toMatch(
      /backend-plugin-api[/\\]migrations$/,
    );
  });
});
