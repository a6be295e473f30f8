import { loadConfig } from '../../config/defineConfig.ts';
import { databaseConfigSpec } from '../../config/serviceConfig.ts';
import { PooledDatabase } from '../../postgres/Database.ts';
import { migrateDatabase, revertDatabase } from '../../postgres/migrate.ts';
import { TestDatabase } from '../../testing/TestDatabase.ts';
import { testMaterials } from '../../testing/testMaterials.ts';
import { Tracing } from '../../tracing/Tracing.ts';
import { createSearchIndex, searchConfigSpec } from '../createSearchIndex.ts';
import {
  CONTRACT_SCHEMA,
  describeSearchContract,
} from '../testing/searchContract.ts';
import { searchMigration } from './searchMigration.ts';

let test: TestDatabase;
const opened: PooledDatabase[] = [];

function openDatabase(): PooledDatabase {
  const { metrics, logger } = testMaterials();
  const database = PooledDatabase.create({
    config: loadConfig(databaseConfigSpec, {
      DATABASE_URL: test.connectionString,
    }),
    applicationName: 'search test',
    metrics,
    tracing: Tracing.create({
      service: {
        name: 'things',
        version: '1',
        release: 'v1',
        environment: 'test',
        instance: 'i',
      },
    }),
    logger,
  });
  opened.push(database);
  return database;
}

beforeAll(async () => {
  test = await TestDatabase.create();
  await migrateDatabase({
    connectionString: test.connectionString,
    lockName: 'search',
    migrations: [searchMigration],
  });
});

afterAll(async () => {
  await Promise.all(opened.map(database => database.close()));
  await test.drop();
});

const open = async (schema = CONTRACT_SCHEMA) =>
  createSearchIndex<{ title: string }>({
    config: loadConfig(searchConfigSpec, {}),
    schema,
    database: openDatabase(),
  });

async function clear() {
  const tables = await test.query<{ tablename: string }>(
    `select tablename from pg_tables where tablename like 'search\\_contract%'`,
  );
  for (const { tablename } of tables) {
    await test.query(`drop table ${tablename}`);
  }
  await test.query('delete from search_indexes');
}

describeSearchContract('PostgreSQL', { open: () => open(), clear });

describe('PostgresSearchIndex', () => {
  it('refuses to go on with other fields under the same name', async () => {
    await (await open()).prepare();
    const { price, ...fields } = CONTRACT_SCHEMA.fields;
    const changed = await open({ name: CONTRACT_SCHEMA.name, fields });
    await expect(changed.prepare()).rejects.toThrow('new name');
    expect(price.kind).toBe('number');
    await clear();
  });

  it('leaves nothing behind when its migration is taken back', async () => {
    const index = await open();
    await index.prepare();
    await index.beginGeneration();
    await revertDatabase({
      connectionString: test.connectionString,
      migrations: [searchMigration],
    });
    expect(
      await test.query(
        `select 1 from pg_tables where tablename like 'search%'`,
      ),
    ).toEqual([]);
  });
});
