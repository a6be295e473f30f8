import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { parseOpenSlo } from '@shopfloor/plugin-slo-common';
import express from 'express';
import request from 'supertest';
import { SloStore } from '../store/SloStore';
import { availabilitySlo } from '../testing/slos';
import { createStatesRouter } from './statesRouter';

describe('the states of SLOs, for other plugins', () => {
  let result: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
  const [definition] = parseOpenSlo(availabilitySlo(), {
    file: 'slo.yaml',
  }).slos;
  const app = express();
  app.use(
    createStatesRouter({
      httpAuth: mockServices.httpAuth({ pluginId: 'slo' }),
      permissions: mockServices.permissions.mock({
        authorize: async queries => queries.map(() => ({ result })),
      }),
      store: {
        listSlos: async () =>
          ['products', 'orders'].map(name => ({
            id: `component~default~${name}~a~production`,
            entityRef: `component:default/${name}`,
            environment: 'production',
            file: 'slo.yaml',
            definition,
            definitionHash: 'a',
            maintenance: [],
          })),
      } as Partial<SloStore> as SloStore,
      staleAfterSeconds: 300,
    }),
  );
  app.use(
    MiddlewareFactory.create({
      config: mockServices.rootConfig(),
      logger: mockServices.logger.mock(),
    }).error(),
  );

  beforeEach(() => {
    result = AuthorizeResult.ALLOW;
  });

  const read = (authorization: string, query = 'entity=products') =>
    request(app).get(`/states?${query}`).set('Authorization', authorization);
  const plugin = (name: string) =>
    mockCredentials.service.header({
      onBehalfOf: mockCredentials.service(`plugin:${name}`),
      targetPluginId: 'slo',
    });

  it('are those of the entity that is asked for, and unknown before they were seen', async () => {
    const { status, body } = await read(plugin('checks'));
    expect([status, body]).toEqual([
      200,
      {
        items: [
          {
            id: 'component~default~products~a~production',
            name: 'products-availability',
            environment: 'production',
            state: 'unknown',
          },
        ],
      },
    ]);
    expect((await read(plugin('checks'), 'entity=cart')).body.items).toEqual(
      [],
    );
    expect((await read(plugin('checks'), 'owner=a')).status).toBe(400);
  });

  it('are for the plugins that are named, where the policy lets them', async () => {
    expect((await read(plugin('scorecards'))).status).toBe(403);
    expect((await read(mockCredentials.user.header())).status).toBe(403);
    expect((await read(mockCredentials.none.header())).status).toBe(401);
    result = AuthorizeResult.DENY;
    expect((await read(plugin('checks'))).status).toBe(403);
  });
});
