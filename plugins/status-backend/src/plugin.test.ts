import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { SystemsResponse } from '@shopfloor/plugin-status-common';
import request from 'supertest';
import statusPlugin from './index';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
const text = { en: 'x', zh: 'x' };

async function start(options: {
  permission?: object;
  result?: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
}) {
  return startTestBackend({
    features: [
      statusPlugin,
      mockServices.database.factory({
        knex: await databases.init('POSTGRES_18'),
      }),
      mockServices.permissions.factory({
        result: options.result ?? AuthorizeResult.ALLOW,
      }),
      mockServices.rootConfig.factory({
        data: {
          permission: options.permission ?? { enabled: true },
          status: {
            intervalSeconds: 0.05,
            systems: [
              {
                name: 'database',
                title: 'PostgreSQL',
                kind: 'postgres',
                impact: text,
                connect: text,
              },
              {
                name: 'gone',
                title: 'Gone',
                kind: 'http',
                url: 'http://127.0.0.1:16554',
                impact: text,
                connect: text,
              },
              {
                name: 'vault',
                title: 'Vault',
                kind: 'vault',
                url: '',
                impact: text,
                connect: text,
              },
            ],
          },
        },
      }),
    ],
  });
}

async function eventually<T>(
  read: () => Promise<T>,
  wanted: (value: T) => boolean,
): Promise<T> {
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    await new Promise(resolve => setImmediate(resolve));
  }
}

describe('statusPlugin', () => {
  it('tells a person how every system is', async () => {
    const backend = await start({});
    const body = await eventually<SystemsResponse>(
      async () =>
        (await request(backend.server).get('/api/status/systems').expect(200))
          .body,
      ({ systems }) =>
        systems.filter(({ state }) => state === 'unknown').length === 0,
    );
    expect(body.portal.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(body.portal.backstageVersion).toMatch(/^1\.\d+\.\d+$/);
    expect(body.systems).toMatchObject([
      {
        name: 'database',
        state: 'ok',
        version: expect.stringMatching(/^18\./),
      },
      {
        name: 'gone',
        state: 'failing',
        problem: { code: 'refused', message: 'connection refused' },
      },
      { name: 'vault', state: 'not-connected' },
    ]);
    await backend.stop();
  });

  it('tells nothing without permission, and nothing to services or strangers', async () => {
    const denied = await start({ result: AuthorizeResult.DENY });
    const { body } = await request(denied.server)
      .get('/api/status/systems')
      .expect(403);
    expect(body).not.toHaveProperty('systems');
    await denied.stop();

    const allowed = await start({});
    await request(allowed.server)
      .get('/api/status/systems')
      .set('authorization', mockCredentials.none.header())
      .expect(401);
    await request(allowed.server)
      .get('/api/status/systems')
      .set('authorization', mockCredentials.service.header())
      .expect(403);
    await allowed.stop();
  });

  it('refuses to start while permissions are off', async () => {
    await expect(start({ permission: {} })).rejects.toThrow(
      'The status plugin refuses to start while permissions are off',
    );
  });
});
