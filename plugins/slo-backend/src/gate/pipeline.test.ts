import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { authServiceFactory } from '@backstage/backend-defaults/auth';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import { permissionsServiceFactory } from '@backstage/backend-defaults/permissions';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { ReleaseGate } from '@shopfloor/plugin-slo-common';
import request from 'supertest';
import { createGateRouter } from './gateRouter';
import { DefaultReleaseGateService } from './ReleaseGateService';

jest.setTimeout(60_000);

const TOKEN = 'a-token-of-a-pipeline-that-is-long-enough';

describe('a token of a pipeline', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

  /** The gate behind the tokens and restrictions of the real backend. */
  async function start(accessRestrictions?: object[]) {
    const knex = await databases.init('POSTGRES_18');
    const slo = createBackendPlugin({
      pluginId: 'slo',
      register(env) {
        env.registerInit({
          deps: {
            auth: coreServices.auth,
            httpAuth: coreServices.httpAuth,
            httpRouter: coreServices.httpRouter,
            permissions: coreServices.permissions,
          },
          async init({ auth, httpAuth, httpRouter, permissions }) {
            const options = {
              auth,
              catalog: {
                // As the client of the catalog does: a token that may not be passed on is refused here.
                getEntityByRef: async (_: string, { credentials }: any) => {
                  await auth.getPluginRequestToken({
                    onBehalfOf: credentials,
                    targetPluginId: 'catalog',
                  });
                  return { kind: 'Component' };
                },
              } as never,
              environments: { list: () => [{ name: 'production' }] } as never,
              policies: {
                current: async () => ({
                  policy: {
                    name: 'shop',
                    rules: [{ withoutSlos: 'go' }],
                    calendar: [],
                  },
                  about: { name: 'shop' },
                }),
              } as never,
              store: { listSlos: async () => [] } as never,
              visibility: { visible: async () => new Set<string>() } as never,
              staleAfterSeconds: 60,
              now: () => new Date(),
            };
            httpRouter.use(
              createGateRouter({
                httpAuth,
                permissions,
                service: DefaultReleaseGateService.create(options),
              }),
            );
          },
        });
      },
    });
    const backend = await startTestBackend({
      features: [
        slo,
        authServiceFactory,
        httpAuthServiceFactory,
        permissionsServiceFactory,
        mockServices.database.mock({ getClient: async () => knex }).factory,
        mockServices.rootConfig.factory({
          data: {
            backend: {
              baseUrl: 'http://localhost:0',
              auth: {
                externalAccess: [
                  {
                    type: 'static',
                    options: { token: TOKEN, subject: 'external:pipeline' },
                    ...(accessRestrictions && { accessRestrictions }),
                  },
                ],
              },
            },
            permission: { enabled: true },
          },
        }),
      ],
    });
    const ask = (token: string) =>
      request(backend.server)
        .get('/api/slo/gate?entity=orders&environment=production')
        .set('Authorization', `Bearer ${token}`);
    const answers = [await ask(TOKEN), await ask(`${TOKEN}x`)];
    await backend.stop();
    await knex.destroy();
    return answers.map(({ status, body }) => ({
      status,
      body: body as ReleaseGate & { error?: { message: string } },
    }));
  }

  it('that is restricted to the gate is answered, and another one is not', async () => {
    const [asked, stranger] = await start([
      { plugin: 'slo', permission: 'slo.release.read' },
    ]);
    expect([asked.status, asked.body.decision]).toEqual([200, 'go']);
    expect(stranger.status).toBe(401);
  });

  it.each<[string, object[] | undefined]>([
    ['without restrictions', undefined],
    ['for another plugin', [{ plugin: 'audit' }]],
    [
      'for another permission',
      [{ plugin: 'slo', permission: 'slo.page.read' }],
    ],
    ['for the whole plugin', [{ plugin: 'slo' }]],
  ])('%s is refused', async (_, restrictions) => {
    const [asked] = await start(restrictions);
    expect([asked.status, asked.body.decision]).toEqual([403, undefined]);
  });
});
