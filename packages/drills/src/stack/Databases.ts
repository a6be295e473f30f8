import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A role that owns one database. */
export interface OwnedDatabase {
  role: string;
  password: string;
  url: string;
}

/** The databases of one stack, on a scratch PostgreSQL; a random prefix keeps stacks apart. */
export class Databases {
  readonly #admin: string;
  readonly #prefix = `drill_${randomBytes(4).toString('hex')}`;
  readonly #databases: string[] = [];
  readonly #roles: string[] = [];

  constructor(adminUrl: string) {
    this.#admin = adminUrl;
  }

  /** Makes a database and returns the superuser's connection string for it. */
  async create(name: string): Promise<string> {
    const database = `${this.#prefix}_${name.replaceAll('-', '_')}`;
    await this.asAdmin(`create database ${database}`);
    this.#databases.push(database);
    return this.#at(this.#admin, database);
  }

  /** Makes a role and a database that it owns. */
  async createFor(service: string): Promise<OwnedDatabase> {
    const role = `${this.#prefix}_${service.replaceAll('-', '_')}`;
    const password = randomBytes(16).toString('hex');
    await this.asAdmin(`create role ${role} login password '${password}'`);
    await this.asAdmin(`create database ${role} owner ${role}`);
    this.#roles.push(role);
    this.#databases.push(role);
    const url = new URL(this.#at(this.#admin, role));
    url.username = role;
    url.password = password;
    return { role, password, url: url.toString() };
  }

  /** The address of another database for this role. */
  as(owner: OwnedDatabase, databaseUrl: string): string {
    return this.#at(owner.url, new URL(databaseUrl).pathname.slice(1));
  }

  /** One statement in the database of a service, as superuser. */
  async query<Row extends object>(
    name: string,
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const [database] = this.#databasesOf([name]);
    return this.asAdmin<Row>(text, values, this.#at(this.#admin, database));
  }

  /** Cuts every connection to every database of the stack, as a restart of the server does; or to those named. */
  async cutConnections(names?: readonly string[]): Promise<void> {
    await this.asAdmin(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = any($1)`,
      [this.#databasesOf(names)],
    );
  }

  /** Lets nobody into the databases of the stack, or into those named, and cuts who is in; `false` opens again. */
  async closeDoor(closed: boolean, names?: readonly string[]): Promise<void> {
    for (const database of this.#databasesOf(names)) {
      await this.asAdmin(
        `alter database ${database} with allow_connections ${!closed}`,
      );
    }
    if (closed) await this.cutConnections(names);
  }

  async drop(): Promise<void> {
    for (const database of this.#databases.splice(0)) {
      await this.asAdmin(`drop database if exists ${database} with (force)`);
    }
    for (const role of this.#roles.splice(0)) {
      await this.asAdmin(`drop role if exists ${role}`);
    }
  }

  async asAdmin<Row extends object>(
    text: string,
    values: unknown[] = [],
    url = this.#admin,
  ): Promise<Row[]> {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  #databasesOf(names: readonly string[] | undefined): string[] {
    return names
      ? names.map(name => `${this.#prefix}_${name.replaceAll('-', '_')}`)
      : this.#databases;
  }

  #at(url: string, database: string): string {
    const changed = new URL(url);
    changed.pathname = `/${database}`;
    return changed.toString();
  }
}
