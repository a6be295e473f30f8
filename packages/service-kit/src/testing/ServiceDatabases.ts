import { migrateEventLog } from '../events/postgres/migrateEventLog.ts';
import { TestDatabase } from './TestDatabase.ts';

/** A database of its own for a service of a test, not migrated, and an event log. */
export class ServiceDatabases {
  readonly own: TestDatabase;
  readonly log: TestDatabase;

  static async create(): Promise<ServiceDatabases> {
    const [own, log] = await Promise.all([
      TestDatabase.create(),
      TestDatabase.create(),
    ]);
    await migrateEventLog({ adminConnectionString: log.connectionString });
    return new ServiceDatabases(own, log);
  }

  private constructor(own: TestDatabase, log: TestDatabase) {
    this.own = own;
    this.log = log;
  }

  /** Variables of a service that uses both. */
  get env(): Record<'DATABASE_URL' | 'EVENTS_DATABASE_URL', string> {
    return {
      DATABASE_URL: this.own.connectionString,
      EVENTS_DATABASE_URL: this.log.connectionString,
    };
  }

  async drop(): Promise<void> {
    await this.own.drop();
    await this.log.drop();
  }
}
