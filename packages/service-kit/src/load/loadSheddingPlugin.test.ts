import { loadConfig } from '../config/defineConfig.ts';
import { serviceConfigSpec } from '../config/serviceConfig.ts';
import { Health } from '../health/Health.ts';
import { createServiceApp, type ServiceApp } from '../http/createServiceApp.ts';
import { HttpClient } from '../testing/HttpClient.ts';
import { until } from '../testing/eventually.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { loadConfigSpec } from './loadConfig.ts';

const service = {
  name: 'things',
  version: '1',
  release: 'v1',
  environment: 'test',
  instance: 'i',
};

describe('loadSheddingPlugin', () => {
  let app: ServiceApp;
  let client: HttpClient;
  let waiting: (() => void)[];
  let metrics: ReturnType<typeof testMaterials>['metrics'];

  const setUp = async (env: Record<string, string>) => {
    waiting = [];
    const materials = testMaterials();
    metrics = materials.metrics;
    app = await createServiceApp({
      ...materials,
      service,
      config: loadConfig(serviceConfigSpec, {}),
      health: new Health(),
      tracing: Tracing.create({ service }),
      openApi: { title: 't', description: 'd', version: '1' },
      load: loadConfig(loadConfigSpec, env),
    });
    app.get('/slow', { config: { access: 'public' } }, async () => {
      await new Promise<void>(resolve => {
        waiting.push(resolve);
      });
      return {};
    });
    app.get('/busy', { config: { access: 'public' } }, async () => {
      const end = performance.now() + 600;
      while (performance.now() < end) {
        // Holds the event loop.
      }
      return {};
    });
    app.get('/quick', { config: { access: 'public' } }, async () => ({}));
    client = await HttpClient.listen(app);
  };

  afterEach(() => app.close());

  const inFlight = async () =>
    Number(
      /http_server_requests_in_flight (\d+)/.exec(
        await metrics.registry.metrics(),
      )![1],
    );

  it('refuses what is too much with 503 and when to come again, but never a probe', async () => {
    await setUp({ LOAD_MIN_CONCURRENT: '2', LOAD_MAX_CONCURRENT: '2' });
    const running = [client.request('/slow'), client.request('/slow')];
    await until(() => waiting.length === 2);
    const refused = await client.request('/quick');
    expect([refused.statusCode, refused.json().code]).toEqual([
      503,
      'overloaded',
    ]);
    expect(refused.headers['retry-after']).toBe('1');
    expect((await client.request('/health/live')).statusCode).toBe(200);
    expect(await metrics.registry.metrics()).toContain(
      'http_server_requests_shed_total{reason="concurrency"} 1',
    );
    waiting.forEach(release => release());
    await Promise.all(running);
    expect((await client.request('/quick')).statusCode).toBe(200);
    await until(async () => (await inFlight()) === 0);
  });

  it('does not count a client that went away for ever', async () => {
    await setUp({ LOAD_MIN_CONCURRENT: '1', LOAD_MAX_CONCURRENT: '1' });
    const controller = new AbortController();
    const gone = fetch(`http://127.0.0.1:${client.port}/slow`, {
      signal: controller.signal,
    }).catch(() => 'gone');
    await until(() => waiting.length === 1);
    controller.abort();
    expect(await gone).toBe('gone');
    await until(
      async () => (await client.request('/quick')).statusCode === 200,
    );
    waiting.forEach(release => release());
    expect(await inFlight()).toBe(0);
  });

  it('refuses while the event loop is late, and stops when it is not', async () => {
    await setUp({ LOAD_MAX_LOOP_DELAY_MS: '50' });
    // Again and again: one stall alone is no overload.
    await until(async () => (await client.request('/busy')).statusCode === 503);
    expect(await metrics.registry.metrics()).toMatch(
      /requests_shed_total\{reason="event-loop"\} [1-9]/,
    );
    await until(
      async () => (await client.request('/quick')).statusCode === 200,
    );
  });

  it('can be switched off', async () => {
    await setUp({
      LOAD_SHEDDING: 'false',
      LOAD_MIN_CONCURRENT: '1',
      LOAD_MAX_CONCURRENT: '1',
    });
    const running = client.request('/slow');
    await until(() => waiting.length === 1);
    expect((await client.request('/quick')).statusCode).toBe(200);
    waiting.forEach(release => release());
    await running;
  });
});
