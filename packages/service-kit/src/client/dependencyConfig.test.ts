import { loadConfig } from '../config/defineConfig.ts';
import { serviceConfigSpec } from '../config/serviceConfig.ts';
import {
  dependencyConfigSpec,
  dependencyOptions,
  dependencyUrl,
} from './dependencyConfig.ts';

const spec = {
  ...serviceConfigSpec,
  ...dependencyConfigSpec('inventory'),
  ...dependencyConfigSpec('product-search', { timeoutMs: 500 }),
};

describe('the configuration of a dependency', () => {
  it('finds a service in the own namespace, or where it is told', () => {
    const config = loadConfig(spec, {
      POD_NAMESPACE: 'production',
      PRODUCT_SEARCH_URL: 'http://127.0.0.1:9',
    });
    expect(dependencyUrl(config, 'inventory')).toBe(
      'http://inventory.production.svc.cluster.local:8080',
    );
    expect(dependencyOptions(config, 'product-search')).toEqual({
      dependency: 'product-search',
      baseUrl: 'http://127.0.0.1:9',
      timeoutMs: 500,
      maxConcurrent: 64,
    });
    // Typed by the name of the dependency.
    expect(config.INVENTORY_TIMEOUT_MS).toBe(2000);
    expect(config.PRODUCT_SEARCH_MAX_CONCURRENT).toBe(64);
  });

  it('takes no other protocol', () => {
    expect(() => loadConfig(spec, { INVENTORY_URL: 'ftp://x' })).toThrow(
      'INVENTORY_URL must be a URL that begins with http: or https:',
    );
  });
});
