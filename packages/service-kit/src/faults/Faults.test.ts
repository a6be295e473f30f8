import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { until } from '../testing/eventually.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { loadConfig } from '../config/defineConfig.ts';
import { serviceConfigSpec } from '../config/serviceConfig.ts';
import { FileFlags } from '../flags/FileFlags.ts';
import { Health } from '../health/Health.ts';
import { createServiceApp } from '../http/createServiceApp.ts';
import { HttpClient } from '../testing/HttpClient.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { Faults, faultsConfigSpec } from './Faults.ts';
import { faultsPlugin } from './faultsPlugin.ts';
import { chooseFault, parseFaultSpec } from './faultSpec.ts';

describe('chooseFault', () => {
  const spec = parseFaultSpec({
    errorShare: 0.2,
    dropShare: 0.3,
    dropAnswerShare: 0.1,
  });

  it.each([
    [0, 'error'],
    [0.199, 'error'],
    [0.2, 'drop'],
    [0.499, 'drop'],
    [0.5, 'drop-answer'],
    [0.61, 'none'],
    [0.999, 'none'],
  ])('%p chooses %s', (random, mode) => {
    expect(chooseFault(spec, random)).toBe(mode);
  });

  it('takes nonsense as no fault', () => {
    expect(
      parseFaultSpec({ latencyMs: '9', errorShare: -1, dropShare: 7, x: 1 }),
    ).toEqual({
      latencyMs: 0,
      errorShare: 0,
      dropShare: 1,
      dropAnswerShare: 0,
    });
  });
});

describe('Faults', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'faults-'));
    file = path.join(folder, 'flags.yaml');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function setUp(flagsText: string) {
    await writeFile(file, flagsText);
    const materials = testMaterials();
    const { metrics, logger } = materials;
    const flags = await FileFlags.create({ file, metrics, logger });
    const faults = Faults.create({
      flags,
      hardened: false,
      metrics,
      logger,
      random: () => 0.5,
    });
    return { ...materials, flags, faults };
  }

  it('cannot exist in the hardened configuration', async () => {
    const { flags, metrics, logger } = await setUp('');
    const config = (enabled: string) =>
      loadConfig(faultsConfigSpec, {
        SHOPFLOOR_HARDENED: 'true',
        FAULTS_ENABLED: enabled,
      });
    expect(() =>
      Faults.fromConfig({ config: config('true'), flags, metrics, logger }),
    ).toThrow('hardened');
    expect(
      Faults.fromConfig({ config: config('false'), flags, metrics, logger }),
    ).toBeUndefined();
    await flags.close();
  });

  it('refuses calls of a dependency, marked in metrics and logs, until the flag is gone', async () => {
    const { flags, faults, metrics, lines } = await setUp(
      'flags: { fault.inventory: { errorShare: 1 }, fault.products: { dropShare: 1 }, fault.cart: { latencyMs: 30 } }',
    );
    await expect(faults.beforeCall('inventory')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'injected-fault',
      mode: 'error',
    });
    await expect(faults.beforeCall('products')).rejects.toMatchObject({
      mode: 'drop',
    });
    const started = performance.now();
    await faults.beforeCall('cart');
    expect(performance.now() - started).toBeGreaterThan(25);
    await faults.beforeCall('payments');
    const text = await metrics.registry.metrics();
    expect(text).toContain('{target="inventory",mode="error"} 1');
    expect(text).toContain('{target="cart",mode="latency"} 1');
    expect(lines.join()).toContain('"fault":{"target":"inventory"');
    await writeFile(file, 'flags: {}');
    await until(() =>
      faults.beforeCall('inventory').then(
        () => true,
        () => false,
      ),
    );
    await flags.close();
  });

  it('fails routes before or after their work, and spares the machinery', async () => {
    const { flags, faults, metrics, logger } = await setUp(`
flags:
  "fault.GET /things/:id": { errorShare: 1 }
  "fault.POST /things": { dropShare: 1 }
  "fault.PUT /things": { dropAnswerShare: 1 }
  "fault.GET /health/live": { errorShare: 1 }
`);
    const service = {
      name: 'things',
      version: '1',
      release: 'v1',
      environment: 'test',
      instance: 'i',
    };
    const app = await createServiceApp({
      service,
      config: loadConfig(serviceConfigSpec, {}),
      openApi: { title: 't', description: 'd', version: '1' },
      health: new Health(),
      metrics,
      tracing: Tracing.create({ service }),
      logger,
    });
    await app.register(faultsPlugin, { faults });
    const done: string[] = [];
    app.get('/things/:id', { config: { access: 'public' } }, async () => ({}));
    app.get('/others', { config: { access: 'public' } }, async () => ({
      ok: true,
    }));
    app.post('/things', { config: { access: 'public' } }, async () =>
      done.push('post'),
    );
    app.put('/things', { config: { access: 'public' } }, async () => {
      done.push('put');
      return { ok: true };
    });
    const client = await HttpClient.listen(app);
    try {
      const refused = await client.request('/things/1');
      expect(refused.statusCode).toBe(503);
      expect(refused.json().code).toBe('injected-fault');
      const send = (method: string) =>
        client.request({ method, url: '/things', payload: {} });
      await expect(send('POST')).rejects.toThrow(/hang up|ECONNRESET/);
      await expect(send('PUT')).rejects.toThrow(/hang up|ECONNRESET/);
      expect(done).toEqual(['put']);
      expect((await client.request('/others')).statusCode).toBe(200);
      expect((await client.request('/health/live')).statusCode).toBe(200);
    } finally {
      await app.close();
      await flags.close();
    }
  });
});
