import { loadConfig } from '../../config/defineConfig.ts';
import { databaseConfigSpec } from '../../config/serviceConfig.ts';
import { PooledDatabase } from '../../postgres/Database.ts';
import { migrateDatabase, revertDatabase } from '../../postgres/migrate.ts';
import { TestDatabase } from '../../testing/TestDatabase.ts';
import { testMaterials } from '../../testing/testMaterials.ts';
import { Tracing } from '../../tracing/Tracing.ts';
import {
  createDocumentStore,
  documentsConfigSpec,
} from '../createDocumentStore.ts';
import { describeDocumentsContract } from '../testing/documentsContract.ts';
import { documentsMigration } from './documentsMigration.ts';

describe('PostgresDocumentStore', () => {
  let test: TestDatabase;
  const opened: PooledDatabase[] = [];

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateDatabase({
      connectionString: test.connectionString,
      lockName: 'documents',
      migrations: [documentsMigration],
    });
  });

  afterAll(async () => {
    await Promise.all(opened.map(database => database.close()));
    await revertDatabase({
      connectionString: test.connectionString,
      migrations: [documentsMigration],
    });
    await test.drop();
  });

  describeDocumentsContract('PostgreSQL', {
    open: async schema => {
      const { metrics, logger } = testMaterials();
      const database = PooledDatabase.create({
        config: loadConfig(databaseConfigSpec, {
          DATABASE_URL: test.connectionString,
          DATABASE_POOL_MAX: '4',
        }),
        applicationName: 'documents test',
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
      return createDocumentStore({
        config: loadConfig(documentsConfigSpec, {}),
        schema,
        database,
      });
    },
  });

  it('cannot be had without a database', async () => {
    await expect(
      createDocumentStore({
        config: loadConfig(documentsConfigSpec, {}),
        schema: { name: 'things' },
      }),
    ).rejects.toThrow('no database');
  });
});
