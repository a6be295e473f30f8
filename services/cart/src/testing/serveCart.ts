import {
  type EventLog,
  noEventLog,
  type Transaction,
  type Statement,
  type Step,
} from '@shopfloor/service-kit';
import type { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { HttpInventoryClient } from '../clients/InventoryClient.ts';
import { HttpProductsClient } from '../clients/ProductsClient.ts';
import { readCartConfig } from '../config.ts';
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
  const test = TestService.create({
    name: 'cart',
    read: readCartConfig,
    env: {
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
    },
  });
  const { base } = test;
  const { database: pool, logger } = base.parts;
  const statements: string[] = [];
  const database = {
    query: <Row extends object>(
      statement: Statement,
      values?: readonly unknown[],
    ) => {
      statements.push(statement.name);
      return pool.query<Row>(statement, values);
    },
    transaction: <T>(work: (tx: Transaction) => Promise<T>) => {
      statements.push('transaction');
      return pool.transaction(work);
    },
    together: (steps: readonly Step[]) => {
      statements.push(...steps.map(({ statement }) => statement.name));
      return pool.together(steps);
    },
    ping: () => pool.ping(),
    close: () => pool.close(),
    listen: (channel: string, onNotification: (payload: string) => void) =>
      pool.listen(channel, onNotification),
  };
  const { products, inventory } = base.openClients(['products', 'inventory']);
  const { app, store, offers, work } = await createApp({
    ...base.parts,
    database,
    products: HttpProductsClient.create({ client: products }),
    inventory: HttpInventoryClient.create({ client: inventory }),
    log: log ?? noEventLog,
    access: issuer.access(logger, ['customers']),
  });
  return {
    client: await test.serve({ app, work: log && work }),
    lines: test.lines,
    statements,
    store,
    offers,
    database: pool,
    close: () => test.close(),
  };
}

/** A served cart. */
export type ServedCart = Awaited<ReturnType<typeof serveCart>>;
