import { TestDatabases } from '@backstage/backend-test-utils';
import { migrationsDirectory } from './database';

jest.setTimeout(60_000);

describe('the database of audit', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

  it('goes up, down and up again', async () => {
    const knex = await databases.init('POSTGRES_18');
    const tables = () =>
      knex('information_schema.tables')
        .where({ table_schema: 'public' })
        .whereLike('table_name', 'audit\\_%')
        .orderBy('table_name')
        .pluck('table_name');
    await knex.migrate.latest({ directory: migrationsDirectory });
    const there = await tables();
    expect(there).toEqual([
      'audit_archives',
      'audit_changes',
      'audit_entities',
      'audit_incident_alerts',
      'audit_incident_entities',
      'audit_incidents',
      'audit_streams',
      'audit_trail',
    ]);
    await knex.migrate.rollback({ directory: migrationsDirectory }, true);
    expect(await tables()).toEqual([]);
    await knex.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toEqual(there);
    await knex.destroy();
  });
});
