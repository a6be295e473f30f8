import {
  createCache,
  type ServiceApp,
  type ServiceMetrics,
} from '@shopfloor/service-kit';
import type { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { exportJWK, generateKeyPair } from 'jose';
import { DEPENDENCIES, readStorefrontConfig } from '../config.ts';
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
  const test = TestService.create({
    name: 'storefront',
    read: readStorefrontConfig,
    env: {
      DATABASE_URL: connectionString,
      SESSION_SIGNING_KEY: await newSigningKey(),
      SESSION_MEMO_MS: '0',
      ACCESS_LOG: 'all',
      ...Object.fromEntries(
        DEPENDENCIES.map(name => [
          `${name.toUpperCase().replaceAll('-', '_')}_URL`,
          shop.urlOf(name),
        ]),
      ),
      ...env,
    },
  });
  const { base, lines } = test;
  const app = await createApp({
    ...base.parts,
    cache: base.open('cache', await createCache(base.parts)),
    clients: base.openClients(DEPENDENCIES),
  });
  return {
    app,
    client: await test.serve({ app }),
    lines,
    metrics: base.parts.metrics,
    close: () => test.close(),
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
