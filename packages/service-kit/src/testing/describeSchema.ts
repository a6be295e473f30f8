/* eslint-disable jest/no-export -- run by the tests of services */
import type { Migration } from '../postgres/migrate.ts';
import { revertDatabase } from '../postgres/migrate.ts';
import { TestDatabase } from './TestDatabase.ts';

/** The schema of a service leaves nothing behind when it is taken back, and comes again the same. */
export function describeSchema(
  migrations: readonly Migration[],
  migrate: (
    connectionString: string,
  ) => Promise<{ applied: readonly string[] }>,
): void {
  describe('the schema', () => {
    it('goes up, down and up again', async () => {
      const test = await TestDatabase.create();
      const { connectionString } = test;
      const tables = async () =>
        (
          await test.query<{ name: string }>(
            `select table_name as name from information_schema.tables
             where table_schema = 'public' and table_name not like 'schema_migrations%' order by 1`,
          )
        ).map(({ name }) => name);
      try {
        await migrate(connectionString);
        const before = await tables();
        expect(before.length).toBeGreaterThan(0);
        await revertDatabase({ connectionString, migrations });
        expect(await tables()).toEqual([]);
        await migrate(connectionString);
        expect(await tables()).toEqual(before);
        expect((await migrate(connectionString)).applied).toEqual([]);
      } finally {
        await test.drop();
      }
    }, 60_000);
  });
}
