import {
  createLogger,
  Health,
  loadConfig,
  PooledDatabase,
  RegoAccessPolicy,
  ServiceClient,
  ServiceMetrics,
  Tracing,
  type EventLog,
  type Queryable,
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
  /** With it the work beside the requests runs, too. */
  log?: EventLog;
}

/** Serves cart in this process over real connections, with every statement it runs. */
export async function serveCart(options: ServeCartOptions) {
  const { connectionString, issuer, neighbours, env, log } = options;
  const config = loadConfig(cartConfigSpec, {
    DATABASE_URL: connectionString,
    DATABASE_CONNECT_TIMEOUT_MS: '1000',
    PRODUCTS_URL: neighbours.url,
    INVENTORY_URL: neighbours.url,
    // Neighbours on a busy test machine may be slow.
    INVENTORY_TIMEOUT_MS: '2000',
    PRODUCTS_TIMEOUT_MS: '2000',
    // A test machine under load is no reason to refuse.
    LOAD_SHEDDING: 'false',
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
  const database = {
    query: <Row extends object>(
      statement: Statement,
      values?: readonly unknown[],
    ) => {
      statements.push(statement.name);
      return pool.query<Row>(statement, values);
    },
    transaction: <T>(work: (tx: Queryable) => Promise<T>) => {
      statements.push('transaction');
      return pool.transaction(work);
    },
    ping: () => pool.ping(),
    close: () => pool.close(),
    listen: (channel: string, onNotification: (payload: string) => void) =>
      pool.listen(channel, onNotification),
  };
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
  const none = () => Promise.reject(new Error('There is no event log here'));
  const { app, store, offers, work } = await createApp({
    service,
    config,
    database,
    products: HttpProductsClient.create({ client: clients[0] }),
    inventory: HttpInventoryClient.create({ client: clients[1] }),
    log: log ?? { append: none, consume: none },
    access: {
      verifier: issuer.verifier,
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: ['customers'],
    },
    health,
    metrics,
    tracing,
    logger,
  });
  const client = await HttpClient.listen(app);
  if (log) {
    work.forEach(each => each.start());
  }
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
      if (log) {
        for (const each of work) {
          await each.close();
        }
      }
      await Promise.all(clients.map(each => each.close()));
      await pool.close();
    },
  };
}

/** A served cart. */
export type ServedCart = Awaited<ReturnType<typeof serveCart>>;
