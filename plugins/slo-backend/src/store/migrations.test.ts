import { TestDatabases } from '@backstage/backend-test-utils';
import { DatabaseSloStore, migrationsDirectory } from './DatabaseSloStore';

jest.setTimeout(60_000);

describe('migrations', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

  it('go up, down and up again', async () => {
    const knex = await databases.init('POSTGRES_18');
    const tables = async () =>
      (
        await knex('information_schema.tables')
          .where({ table_schema: 'public' })
          .whereLike('table_name', 'slo\\_%')
          .select('table_name')
          .orderBy('table_name')
      ).map(row => row.table_name);
    const all = [
      'slo_announcements',
      'slo_definitions',
      'slo_episodes',
      'slo_exclusions',
      'slo_maintenance',
      'slo_points',
      'slo_results',
      'slo_sources',
    ];
    await knex.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toEqual(all);
    await knex.migrate.rollback({ directory: migrationsDirectory }, true);
    expect(await tables()).toEqual([]);
    await knex.migrate.latest({ directory: migrationsDirectory });
    expect(await tables()).toEqual(all);
    await knex.destroy();
  });

  it('keep points for the retention, thinned after a day, and forget what vanished long ago', async () => {
    const knex = await databases.init('POSTGRES_18');
    const store = await DatabaseSloStore.create({
      database: { getClient: async () => knex },
    });
    const now = new Date('2026-11-23T12:00:00Z');
    const at = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
    await store.saveSource({
      entityRef: 'component:default/a',
      file: 'slo.yaml',
      content: '',
      readAt: now,
      problems: [],
      keepOthers: false,
      slos: [
        {
          id: 'a',
          entityRef: 'component:default/a',
          environment: 'production',
          file: 'slo.yaml',
          definition: { name: 'a', objectives: [] } as any,
        },
      ],
    });
    const day = 24 * 60;
    // 1 h ago; 2 days ago at :00 and at :07; 41 days ago.
    for (const minutes of [60, 2 * day, 2 * day - 7, 41 * day]) {
      const counts = { bad: 1, total: 2 };
      await store.saveMeasurements([
        {
          id: 'a',
          measurement: { observedAt: at(minutes), parts: [], notes: [] },
          points: [{ part: '0', window: counts, recent: counts }],
        },
      ]);
    }
    await store.tidy({ now, retentionDays: 40 });
    expect(
      (await store.listPoints('a', new Date(0))).map(point => point.at),
    ).toEqual([at(2 * day), at(60)]);

    await store.retainEntities([], at(day));
    expect(await store.listSlos()).toEqual([]);
    await store.retainEntities(['component:default/a'], now);
    expect(await store.listSlos()).toHaveLength(1);
    await store.retainEntities([], at(41 * day));
    await store.tidy({ now, retentionDays: 40 });
    await store.retainEntities(['component:default/a'], now);
    expect(await store.listSlos()).toEqual([]);
    await knex.destroy();
  });
});
