import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** A database of its own for one test, on the PostgreSQL that the test run provides. */
export class TestDatabase {
  readonly connectionString: string;
  readonly #admin: string;
  readonly #name: string;

  /** @throws Error when `SHOPFLOOR_TEST_POSTGRES_URL` is not set */
  static async create(): Promise<TestDatabase> {
    const admin = process.env.SHOPFLOOR_TEST_POSTGRES_URL;
    if (!admin) {
      throw new Error(
        'This test needs SHOPFLOOR_TEST_POSTGRES_URL, the superuser connection string of a scratch PostgreSQL 18; npm test sets it',
      );
    }
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const database = new TestDatabase(admin, name);
    await database.#asAdmin(`create database ${name}`);
    return database;
  }

  private constructor(admin: string, name: string) {
    const url = new URL(admin);
    url.pathname = `/${name}`;
    this.connectionString = url.toString();
    this.#admin = admin;
    this.#name = name;
  }

  /** Runs one statement in this database, on a connection of its own. */
  async query<Row extends object>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const client = new pg.Client(this.connectionString);
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Cuts every connection to this database, as a restart of the server would. */
  async cutConnections(): Promise<void> {
    await this.#asAdmin(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${this.#name}'`,
    );
  }

  /** Drops the database. */
  async drop(): Promise<void> {
    await this.#asAdmin(`drop database if exists ${this.#name} with (force)`);
  }

  async #asAdmin(text: string): Promise<void> {
    const client = new pg.Client(this.#admin);
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }
}
