import {
  createCache,
  createLogger,
  dependencyOptions,
  Health,
  loadConfig,
  PooledDatabase,
  ServiceClient,
  type ServiceApp,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { exportJWK, generateKeyPair } from 'jose';
import {
  DEPENDENCIES,
  type Dependency,
  storefrontConfigSpec,
} from '../config.ts';
import { createApp } from '../createApp.ts';
import type { TestShop } from './TestShop.ts';

/** A storefront that listens, before a {@link TestShop}. */
export interface TestStorefront {
  app: ServiceApp;
  client: HttpClient;
  lines: string[];
  metrics: ServiceMetrics;
  close: () => Promise<void>;
}

/** A private ES256 key as its JWK text. */
export async function newSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

/** Starts a storefront on a migrated database. */
export async function startStorefront(options: {
  shop: TestShop;
  connectionString: string;
  env?: Record<string, string>;
}): Promise<TestStorefront> {
  const { shop, connectionString, env } = options;
  const lines: string[] = [];
  const service = {
    name: 'storefront',
    version: '1.0.0',
    release: 'v1',
    environment: 'test',
    instance: 'storefront-1',
  };
  const config = loadConfig(storefrontConfigSpec, {
    DATABASE_URL: connectionString,
    SESSION_SIGNING_KEY: await newSigningKey(),
    SESSION_MEMO_MS: '0',
    ACCESS_LOG: 'all',
    // A machine that is busy with other tests is no overload of this one.
    LOAD_SHEDDING: 'false',
    ...Object.fromEntries(
      DEPENDENCIES.map(name => [
        `${name.toUpperCase().replaceAll('-', '_')}_URL`,
        shop.urlOf(name),
      ]),
    ),
    ...env,
  });
  const logger = createLogger({
    service,
    destination: { write: (line: string) => void lines.push(line) },
  });
  const metrics = ServiceMetrics.create({ processMetrics: false });
  const tracing = Tracing.create({ service });
  const shared = { metrics, tracing, logger };
  const database = PooledDatabase.create({
    ...shared,
    config,
    applicationName: 'test',
  });
  const cache = await createCache({ config, metrics, logger });
  const clients = Object.fromEntries(
    DEPENDENCIES.map(name => [
      name,
      ServiceClient.create({
        ...shared,
        ...dependencyOptions(config, name),
        env: {},
      }),
    ]),
  ) as Record<Dependency, ServiceClient>;
  const app = await createApp({
    ...shared,
    service,
    config,
    database,
    cache,
    clients,
    health: new Health(),
  });
  return {
    app,
    client: await HttpClient.listen(app),
    lines,
    metrics,
    close: async () => {
      await app.close();
      await Promise.all(Object.values(clients).map(client => client.close()));
      await cache.close();
      await database.close();
    },
  };
}

/** A browser: keeps cookies and says where it is. */
export class Browser {
  readonly #client: HttpClient;
  readonly cookies = new Map<string, string>();
  readonly #headers: Record<string, string>;

  constructor(client: HttpClient, headers: Record<string, string> = {}) {
    this.#client = client;
    this.#headers = {
      origin: `http://127.0.0.1:${client.port}`,
      ...headers,
    };
  }

  async request(
    method: string,
    url: string,
    payload?: unknown,
    headers: Record<string, string> = {},
  ) {
    const response = await this.#client.request({
      method,
      url,
      payload,
      headers: {
        ...this.#headers,
        host: `127.0.0.1:${this.#client.port}`,
        ...(this.cookies.size > 0 && {
          cookie: [...this.cookies]
            .map(([name, value]) => `${name}=${value}`)
            .join('; '),
        }),
        ...headers,
      },
    });
    for (const cookie of response.headers['set-cookie'] ?? []) {
      const [pair] = cookie.split(';');
      const at = pair.indexOf('=');
      const value = pair.slice(at + 1);
      if (value === '') {
        this.cookies.delete(pair.slice(0, at));
      } else {
        this.cookies.set(pair.slice(0, at), value);
      }
    }
    return response;
  }
}
