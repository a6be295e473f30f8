import { TestDatabase } from '../../testing/TestDatabase.ts';
import { migrateEventLog } from '../postgres/migrateEventLog.ts';
import { PostgresEventLog } from '../postgres/PostgresEventLog.ts';
import type { EventLogFixture } from './EventLogFixture.ts';
import { silentLogger } from './kitForTests.ts';

/** An event log in a database of its own. */
export async function createPostgresFixture(): Promise<
  EventLogFixture & { database: TestDatabase }
> {
  const database = await TestDatabase.create();
  await migrateEventLog({ adminConnectionString: database.connectionString });
  const logs: PostgresEventLog[] = [];
  return {
    database,
    open: ({ leaseTtlMs } = {}) => {
      const log = PostgresEventLog.create({
        connectionString: database.connectionString,
        applicationName: 'events-test',
        logger: silentLogger,
        leaseTtlMs,
        maxConnections: 2,
      });
      logs.push(log);
      return log;
    },
    createTopic: async name => {
      await migrateEventLog({
        adminConnectionString: database.connectionString,
        topics: [name],
      });
    },
    env: {
      EVENTS_ADAPTER: 'postgres',
      EVENTS_DATABASE_URL: database.connectionString,
    },
    close: async () => {
      await Promise.all(logs.map(log => log.close()));
      await database.drop();
    },
  };
}
