import type { Database } from '@shopfloor/service-kit';
import type { LeaseStore } from './CatalogueStore.ts';
import {
  dropLeaseStatement,
  takeLeaseStatement,
} from './priceListStatements.ts';

/** Leases by the clock of the database. */
export class DatabaseLeaseStore implements LeaseStore {
  readonly #database: Database;
  readonly #holder: string;

  static create(options: {
    database: Database;
    /** Unique to this process. */
    holder: string;
  }): DatabaseLeaseStore {
    return new DatabaseLeaseStore(options.database, options.holder);
  }

  private constructor(database: Database, holder: string) {
    this.#database = database;
    this.#holder = holder;
  }

  async take(options: { name: string; seconds: number }): Promise<boolean> {
    const rows = await this.#database.query(takeLeaseStatement, [
      options.name,
      this.#holder,
      options.seconds,
    ]);
    return rows.length > 0;
  }

  async drop(name: string): Promise<void> {
    await this.#database.query(dropLeaseStatement, [name, this.#holder]);
  }
}
