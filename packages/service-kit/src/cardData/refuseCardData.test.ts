import Type from 'typebox';
import { loadConfig } from '../config/defineConfig.ts';
import { serviceConfigSpec } from '../config/serviceConfig.ts';
import { Health } from '../health/Health.ts';
import { createServiceApp, type ServiceApp } from '../http/createServiceApp.ts';
import { HttpClient } from '../testing/HttpClient.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { refuseCardData } from './refuseCardData.ts';

const NUMBER = '4242424242424242';

const service = {
  name: 'things',
  version: '1',
  release: 'v1',
  environment: 'test',
  instance: 'i',
};

describe('refuseCardData', () => {
  let app: ServiceApp;
  let client: HttpClient;
  let lines: string[];
  let handled: number;

  beforeEach(async () => {
    handled = 0;
    const materials = testMaterials();
    lines = materials.lines;
    app = await createServiceApp({
      ...materials,
      service,
      config: loadConfig(serviceConfigSpec, { ACCESS_LOG: 'all' }),
      health: new Health(),
      tracing: Tracing.create({ service }),
      openApi: { title: 't', description: 'd', version: '1' },
    });
    refuseCardData(app, { except: ['/phone'] });
    app.post(
      '/things/:id',
      {
        config: { access: 'public' },
        schema: {
          params: Type.Object({ id: Type.String() }),
          body: Type.Object({}, { additionalProperties: true }),
        },
      },
      async () => {
        handled += 1;
        return {};
      },
    );
    client = await HttpClient.listen(app);
  });

  afterEach(() => app.close());

  it.each([
    ['a body', '/things/1', { a: { b: [`card ${NUMBER}`] } }, {}, '/a/b/0'],
    ['a name in a body', '/things/1', { [NUMBER]: 1 }, {}, '/'],
    ['a number in a body', '/things/1', { n: Number(NUMBER) }, {}, '/n'],
    ['a path', `/things/${NUMBER}`, {}, {}, 'path'],
    ['a query', '/things/1?q=4242%204242%204242%204242', {}, {}, 'query'],
    [
      'a key',
      '/things/1',
      {},
      { 'idempotency-key': NUMBER },
      'idempotency-key',
    ],
  ])(
    'refuses a card number in %s, names the field and repeats it nowhere',
    async (_where, url, payload, headers, field) => {
      const answer = await client.request({
        method: 'POST',
        url,
        payload,
        headers,
      });
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({
        code: 'card-data-refused',
        errors: [{ field }],
      });
      expect(handled).toBe(0);
      expect(
        answer.body + JSON.stringify(answer.headers) + lines.join(),
      ).not.toContain(NUMBER);
    },
  );

  it('gives a request another id when its own looks like a card number', async () => {
    const answer = await client.request({
      method: 'POST',
      url: '/things/1',
      payload: {},
      headers: { 'x-request-id': NUMBER },
    });
    expect(answer.statusCode).toBe(200);
    expect(JSON.stringify(answer.headers) + lines.join()).not.toContain(NUMBER);
  });

  it('takes what only has many digits', async () => {
    const answer = await client.request({
      method: 'POST',
      url: '/things/01993b1e-0000-7000-8000-000000000001',
      payload: {
        note: 'Order 4242424242424241',
        weight: 4242,
        phone: '+8613812345678',
      },
    });
    expect(answer.statusCode).toBe(200);
    expect(handled).toBe(1);
  });
});
