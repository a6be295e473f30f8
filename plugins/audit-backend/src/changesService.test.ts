import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { mockCredentials, TestDatabases } from '@backstage/backend-test-utils';
import {
  ChangesService,
  changesServiceRef,
} from '@shopfloor/plugin-audit-node';
import { ALLOW, service, startAudit } from './__testUtils__/startAudit';

jest.setTimeout(120_000);

describe('changesServiceRef', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

  it('tells and reads over HTTP, as the plugin and as a person', async () => {
    const knex = await databases.init('POSTGRES_18');
    let changes!: ChangesService;
    const traffic = createBackendPlugin({
      pluginId: 'traffic',
      register(env) {
        env.registerInit({
          deps: { changes: changesServiceRef, logger: coreServices.logger },
          async init(deps) {
            changes = deps.changes;
          },
        });
      },
    });
    const audit = await startAudit(
      knex,
      { entities: [service('orders')], decide: () => ALLOW },
      { features: [traffic] },
    );
    try {
      await changes.record([]);
      await changes.record([
        {
          sourceId: '1',
          kind: 'traffic',
          entityRef: 'component:default/orders',
          environment: 'production',
          title: '10 % to v2',
          startedAt: '2026-11-26T10:00:00.000Z',
          outcome: 'in-progress',
        },
      ]);
      const { items } = await changes
        .as(mockCredentials.user('user:default/ada'))
        .listChanges({ entity: ['component:default/orders'], limit: 1 });
      expect(items).toMatchObject([{ source: 'traffic', sourceId: '1' }]);
      const own = changes.as(mockCredentials.service('plugin:traffic'));
      expect(await own.getChange(items[0].id)).toEqual(items[0]);
      expect((await own.listIncidents()).restore).toEqual({
        closed: 0,
        open: 0,
      });
      await expect(own.getIncident('no-id')).rejects.toThrow('400');
      await expect(
        changes.record([{ ...items[0], kind: 'deployment' }]),
      ).rejects.toMatchObject({ name: 'ResponseError' });
    } finally {
      await audit.stop();
      await knex.destroy();
    }
  });
});
