import { randomUUID } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../config/defineConfig.ts';
import { databaseConfigSpec } from '../config/serviceConfig.ts';
import { UnavailableError } from '../problems/DomainError.ts';
import { eventually, until } from '../testing/eventually.ts';
import { TestDatabase } from '../testing/TestDatabase.ts';
import { deferred, testMaterials } from '../testing/testMaterials.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { PooledDatabase } from './Database.ts';

/** As an agent of Vault writes them: a role with an end, that acts as the owner of the database. */
class LeasedCredentials {
  readonly file: string;
  readonly #test: TestDatabase;
  readonly #owner: string;
  readonly #made: string[] = [];

  constructor(options: { test: TestDatabase; folder: string; owner: string }) {
    this.#test = options.test;
    this.#owner = options.owner;
    this.file = path.join(options.folder, 'database-url');
  }

  async issue(): Promise<string> {
    const role = `lease_${randomUUID().replaceAll('-', '')}`;
    this.#made.push(role);
    await this.#test.query(
      `create role ${role} login password 'of-${role}' in role ${this.#owner}`,
    );
    await this.#test.query(`alter role ${role} set role to ${this.#owner}`);
    return role;
  }

  async write(role: string): Promise<void> {
    const url = new URL(this.#test.connectionString);
    url.username = role;
    url.password = `of-${role}`;
    await writeFile(`${this.file}.new`, `${url}\n`);
    await rename(`${this.file}.new`, this.file);
  }

  /** What Vault does at the end of a lease. */
  async revoke(role: string): Promise<void> {
    await this.#test.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where usename = $1',
      [role],
    );
    await this.#test.query(`drop role if exists ${role}`);
  }

  async connections(role: string): Promise<number> {
    const [{ count }] = await this.#test.query<{ count: string }>(
      'select count(*) from pg_stat_activity where usename = $1',
      [role],
    );
    return Number(count);
  }

  async discard(): Promise<void> {
    for (const role of this.#made) await this.revoke(role);
  }
}

const WHO = {
  name: 'who',
  text: 'select session_user::text as session, current_user::text as owner',
};

describe('a database whose credentials come from a file', () => {
  let test: TestDatabase;
  let folder: string;
  let owner: string;
  let leases: LeasedCredentials;
  let database: PooledDatabase;
  let lines: string[];

  beforeEach(async () => {
    test = await TestDatabase.create();
    folder = await mkdtemp(path.join(tmpdir(), 'credentials-'));
    owner = `owner_${randomUUID().replaceAll('-', '')}`;
    await test.query(`create role ${owner}`);
    leases = new LeasedCredentials({ test, folder, owner });
  });

  afterEach(async () => {
    await database?.close();
    await leases.discard();
    await test.query(`drop owned by ${owner}`);
    await test.query(`drop role ${owner}`);
    await test.drop();
    await rm(folder, { recursive: true });
  });

  function open(max = '2'): PooledDatabase {
    const materials = testMaterials();
    lines = materials.lines;
    database = PooledDatabase.create({
      ...materials,
      config: loadConfig(databaseConfigSpec, {
        DATABASE_URL_FILE: leases.file,
        DATABASE_POOL_MAX: max,
        // Longer than the file is left unread.
        DATABASE_CONNECT_TIMEOUT_MS: '20000',
      }),
      applicationName: 'things',
      tracing: Tracing.create({
        service: {
          name: 'things',
          version: '1',
          release: 'v1',
          environment: 'test',
          instance: 'i',
        },
        sampleRatio: 0,
        logger: materials.logger,
      }),
    });
    return database;
  }

  async function session(): Promise<string> {
    const [row] = await database.query<{ session: string }>(WHO);
    return row.session;
  }

  it('goes over to the new ones, and closes what was opened with the old', async () => {
    const [first, second] = [await leases.issue(), await leases.issue()];
    await leases.write(first);
    open();
    expect(await database.query(WHO)).toEqual([{ session: first, owner }]);
    await leases.write(second);
    expect(await eventually(session, name => name === second)).toBe(second);
    await eventually(
      () => leases.connections(first),
      count => count === 0,
    );
    expect(lines.join()).not.toContain(`of-${first}`);
  });

  it('lets a transaction that is open end on its own connection', async () => {
    const [first, second] = [await leases.issue(), await leases.issue()];
    await leases.write(first);
    open();
    const moved = deferred<void>();
    const inside = database.transaction(async tx => {
      await tx.query(WHO);
      await moved.promise;
      return tx.query<{ session: string }>(WHO);
    });
    await leases.write(second);
    await eventually(session, name => name === second);
    moved.resolve();
    expect(await inside).toMatchObject([{ session: first }]);
    await eventually(
      () => leases.connections(first),
      count => count === 0,
    );
  });

  it('answers everyone who stands in line while the credentials change', async () => {
    const [first, second] = [await leases.issue(), await leases.issue()];
    await leases.write(first);
    open('1');
    const release = deferred<void>();
    const holding = database.transaction(async tx => {
      await tx.query(WHO);
      await release.promise;
    });
    const waiting = Array.from({ length: 5 }, () => session());
    await leases.write(second);
    await until(() => lines.join().includes('new credentials'));
    release.resolve();
    await holding;
    expect(await Promise.all(waiting)).toEqual(Array(5).fill(first));
    expect(await session()).toBe(second);
  });

  it('reads the file at once when its login is refused, and is unavailable while there is nothing new', async () => {
    const first = await leases.issue();
    await leases.write(first);
    open();
    expect(await session()).toBe(first);
    await leases.revoke(first);
    await eventually(
      () => session().catch(error => error),
      outcome =>
        outcome instanceof UnavailableError &&
        /^28/.test((outcome.cause as { code?: string }).code ?? ''),
    );
    const second = await leases.issue();
    await leases.write(second);
    // Without waiting for the next look at the file.
    expect(await session()).toBe(second);
  });

  it('listens on with the new ones', async () => {
    const [first, second] = [await leases.issue(), await leases.issue()];
    await leases.write(first);
    open();
    const heard: string[] = [];
    const end = await database.listen('things', payload => heard.push(payload));
    expect(await leases.connections(first)).toBe(1);
    await leases.write(second);
    await until(async () => (await leases.connections(second)) > 0);
    await leases.revoke(first);
    await test.query("select pg_notify('things', 'after')");
    await until(() => heard.includes('after'));
    await end();
  });

  it('keeps what it has when the file is gone or is no URL, and says so once without its text', async () => {
    const first = await leases.issue();
    await leases.write(first);
    open();
    await writeFile(leases.file, 'hunter2');
    await until(() => lines.join().includes('holds no URL of PostgreSQL'));
    expect(await session()).toBe(first);
    await rm(leases.file);
    expect(lines.join()).not.toContain('hunter2');
    const second = await leases.issue();
    await leases.write(second);
    expect(await eventually(session, name => name === second)).toBe(second);
    expect(lines.filter(line => line.includes('stay in use'))).toHaveLength(1);
  });
});
