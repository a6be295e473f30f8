import {
  createLogger,
  Health,
  loadConfig,
  PooledDatabase,
  RegoAccessPolicy,
  ServiceClient,
  ServiceMetrics,
  Tracing,
  type Statement,
} from '@shopfloor/service-kit';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import type { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { HttpInventoryClient } from '../clients/InventoryClient.ts';
import { HttpProductsClient } from '../clients/ProductsClient.ts';
import { cartConfigSpec } from '../config.ts';
import { createApp } from '../createApp.ts';
import type { Neighbours } from './Neighbours.ts';

/** Options of {@link serveCart}. */
export interface ServeCartOptions {
  connectionString: string;
  issuer: TestIssuer;
  neighbours: Neighbours;
  env?: Record<string, string>;
}

/** Serves cart in this process over real connections, with every statement it runs. */
export async function serveCart(options: ServeCartOptions) {
  const { connectionString, issuer, neighbours, env } = options;
  const config = loadConfig(cartConfigSpec, {
    DATABASE_URL: connectionString,
    DATABASE_CONNECT_TIMEOUT_MS: '1000',
    PRODUCTS_URL: neighbours.url,
    INVENTORY_URL: neighbours.url,
    // Neighbours on a busy test machine may be slow.
    INVENTORY_TIMEOUT_MS: '2000',
    PRODUCTS_TIMEOUT_MS: '2000',
    CART_PRICE_TTL_MS: '60000',
    CART_STOCK_TTL_MS: '60000',
    ...env,
  });
  const service = {
    name: 'cart',
    version: '0.0.0',
    release: 'v1',
    environment: 'test',
    instance: 'cart-1',
  };
  const lines: string[] = [];
  const logger = createLogger({
    service,
    destination: { write: (line: string) => lines.push(line) },
  });
  const metrics = ServiceMetrics.create({ processMetrics: false });
  const tracing = Tracing.create({ service });
  const pool = PooledDatabase.create({
    config,
    applicationName: 'cart',
    metrics,
    tracing,
    logger,
  });
  const statements: string[] = [];
  const database: typeof pool = Object.assign(Object.create(pool), {
    query: (statement: Statement, values?: readonly unknown[]) => {
      statements.push(statement.name);
      return pool.query(statement, values);
    },
    transaction: (work: Parameters<typeof pool.transaction>[0]) => {
      statements.push('transaction');
      return pool.transaction(work);
    },
    ping: () => pool.ping(),
  });
  const clients = ['products', 'inventory'].map(dependency =>
    ServiceClient.create({
      dependency,
      baseUrl: neighbours.url,
      timeoutMs: 2000,
      metrics,
      tracing,
      logger,
    }),
  );
  const health = new Health({
    checks: [{ name: 'database', check: () => pool.ping() }],
    reuseMs: 0,
  });
  const { app, store, offers } = await createApp({
    service,
    config,
    database,
    products: HttpProductsClient.create({ client: clients[0] }),
    inventory: HttpInventoryClient.create({ client: clients[1] }),
    verifier: issuer.verifier,
    policy: RegoAccessPolicy.create({ logger }),
    health,
    metrics,
    tracing,
    logger,
  });
  const client = await HttpClient.listen(app);
  health.markStarted();
  return {
    client,
    lines,
    statements,
    store,
    offers,
    database: pool,
    async close() {
      await app.close();
      await Promise.all(clients.map(each => each.close()));
      await pool.close();
    },
  };
}

/** A served cart. */
export type ServedCart = Awaited<ReturnType<typeof serveCart>>;
