import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ServiceClient } from '../client/ServiceClient.ts';
import { loadConfig } from '../config/defineConfig.ts';
import { serviceConfigSpec } from '../config/serviceConfig.ts';
import { Health } from '../health/Health.ts';
import { createServiceApp, type ServiceApp } from '../http/createServiceApp.ts';
import { HttpClient } from '../testing/HttpClient.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { remainingMs, requestContext } from './requestContext.ts';

const service = {
  name: 'things',
  version: '1',
  release: 'v1',
  environment: 'test',
  instance: 'i',
};

describe('the context of a request', () => {
  let app: ServiceApp;
  let client: HttpClient;
  let other: Server;
  let received: Record<string, unknown>[];
  let handled: number;
  let dependency: ServiceClient;

  beforeEach(async () => {
    received = [];
    handled = 0;
    other = createServer((request, response) => {
      received.push(request.headers);
      response.end('{}');
    });
    await new Promise<void>(resolve => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const materials = testMaterials();
    const tracing = Tracing.create({ service });
    dependency = ServiceClient.create({
      ...materials,
      tracing,
      dependency: 'other',
      baseUrl: `http://127.0.0.1:${(other.address() as AddressInfo).port}`,
      env: {},
    });
    app = await createServiceApp({
      ...materials,
      service,
      tracing,
      config: loadConfig(serviceConfigSpec, { REQUEST_TIMEOUT_MS: '1000' }),
      health: new Health(),
      openApi: { title: 't', description: 'd', version: '1' },
    });
    app.post('/things', { config: { access: 'public' } }, async () => {
      handled += 1;
      await dependency.request({ method: 'GET', route: '/x', path: '/x' });
      return { id: requestContext()?.requestId, left: remainingMs() };
    });
    client = await HttpClient.listen(app);
  });

  afterEach(async () => {
    await app.close();
    await dependency.close();
    await new Promise(resolve => {
      other.close(resolve);
    });
  });

  const post = (headers: Record<string, string> = {}) =>
    client.request({ method: 'POST', url: '/things', payload: {}, headers });

  it('goes with the calls that a handler makes, also after a body was read', async () => {
    const response = await post({
      'x-request-id': 'r-1',
      'x-request-timeout-ms': '600',
    });
    expect(response.json().id).toBe('r-1');
    expect(response.json().left).toBeLessThanOrEqual(600);
    expect(received[0]['x-request-id']).toBe('r-1');
    const passedOn = Number(received[0]['x-request-timeout-ms']);
    expect(passedOn).toBeGreaterThan(200);
    expect(passedOn).toBeLessThanOrEqual(600);
  });

  it('cannot allow more than the service does', async () => {
    const response = await post({ 'x-request-timeout-ms': '60000' });
    expect(response.json().left).toBeLessThanOrEqual(1000);
  });

  it.each(['0', '-5'])(
    'of a caller who waits no more (%s) is answered before any work',
    async value => {
      const response = await post({ 'x-request-timeout-ms': value });
      expect([response.statusCode, response.json().code]).toEqual([
        504,
        'deadline-exceeded',
      ]);
      expect(handled).toBe(0);
    },
  );

  it.each(['soon', '1.5', '1e3'])(
    'with a timeout of "%s" is refused by name',
    async value => {
      const response = await post({ 'x-request-timeout-ms': value });
      expect(response.statusCode).toBe(400);
      expect(response.json().errors).toEqual([
        {
          in: 'header',
          field: 'x-request-timeout-ms',
          message: 'must be a whole number of milliseconds',
        },
      ]);
    },
  );
});
