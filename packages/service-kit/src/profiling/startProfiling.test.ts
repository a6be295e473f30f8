import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../config/defineConfig.ts';
import { serviceConfigSpec } from '../config/serviceConfig.ts';
import { until } from '../testing/eventually.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { startProfiling } from './startProfiling.ts';

const service = {
  name: 'things',
  version: '1.0.0',
  release: 'v1',
  environment: 'test',
  instance: 'things-1',
};
const configOf = (url?: string) =>
  loadConfig(serviceConfigSpec, { PYROSCOPE_URL: url });

describe('startProfiling', () => {
  it('is off, and loads nothing, without an address', async () => {
    let loaded = false;
    const load = async () => {
      loaded = true;
      throw new Error('not wanted');
    };
    const { logger } = testMaterials();
    expect(
      await startProfiling({ config: configOf(), service, logger, load }),
    ).toBeUndefined();
    expect(loaded).toBe(false);
  });

  it('says what to do when the package is absent, and lets the service go on', async () => {
    const { logger, lines } = testMaterials();
    const load = async () => {
      throw Object.assign(new Error('Cannot find package'), {
        code: 'ERR_MODULE_NOT_FOUND',
      });
    };
    const config = configOf('http://127.0.0.1:4040');
    expect(
      await startProfiling({ config, service, logger, load }),
    ).toBeUndefined();
    expect(lines.join()).toContain('Install it beside server.js');
  });

  it('sends profiles of this service to the server', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(decodeURIComponent(request.url ?? ''));
      request.resume().on('end', () => response.end('{}'));
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const { logger } = testMaterials();
    const profiling = await startProfiling({
      config: configOf(`http://127.0.0.1:${port}`),
      service,
      logger,
    });
    expect(profiling).toBeDefined();
    await profiling!.close();
    await until(() => asked.length > 0);
    expect(asked.join()).toContain('things');
    server.closeAllConnections();
    server.close();
  });
});
