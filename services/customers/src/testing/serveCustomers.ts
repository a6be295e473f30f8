import {
  createLogger,
  dependencyOptions,
  Health,
  loadConfig,
  PooledDatabase,
  RegoAccessPolicy,
  ServiceClient,
  ServiceMetrics,
  Tracing,
  type EventLog,
} from '@shopfloor/service-kit';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import type { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { HttpDataHolderClient } from '../clients/DataHolderClient.ts';
import { HttpOrdersClient } from '../clients/OrdersClient.ts';
import { customersConfigSpec } from '../config.ts';
import { createApp } from '../createApp.ts';
import type { Neighbours } from './Neighbours.ts';

/** Options of {@link serveCustomers}. */
export interface ServeCustomersOptions {
  connectionString: string;
  issuer: TestIssuer;
  neighbours: Neighbours;
  env?: Record<string, string>;
  /** With it the work beside the requests runs, too. */
  log?: EventLog;
}

/** Serves customers in this process over real connections. */
export async function serveCustomers(options: ServeCustomersOptions) {
  const { connectionString, issuer, neighbours, env, log } = options;
  const config = loadConfig(customersConfigSpec, {
    DATABASE_URL: connectionString,
    DATABASE_CONNECT_TIMEOUT_MS: '1000',
    // A test machine under load is no reason to refuse.
    LOAD_SHEDDING: 'false',
    EXPORT_POLL_INTERVAL_MS: '50',
    JOB_WATCH_INTERVAL_MS: '50',
    ...neighbours.env,
    ...env,
  });
  const service = {
    name: 'customers',
    version: '0.0.0',
    release: 'v1',
    environment: 'test',
    instance: 'customers-1',
  };
  const lines: string[] = [];
  const logger = createLogger({
    service,
    destination: { write: (line: string) => lines.push(line) },
  });
  const metrics = ServiceMetrics.create({ processMetrics: false });
  const tracing = Tracing.create({ service });
  const database = PooledDatabase.create({
    config,
    applicationName: 'customers',
    metrics,
    tracing,
    logger,
  });
  const clientOf = (dependency: string) =>
    ServiceClient.create({
      ...dependencyOptions(config, dependency),
      metrics,
      tracing,
      logger,
    });
  const clients = {
    orders: clientOf('orders'),
    cart: clientOf('cart'),
    messages: clientOf('messages'),
    payments: clientOf('payments'),
    fulfilment: clientOf('fulfilment'),
  };
  const none = () =>
    Promise.reject(new Error('There is no event log in this test'));
  const health = new Health({
    checks: [{ name: 'database', check: () => database.ping() }],
    reuseMs: 0,
  });
  const { app, work } = await createApp({
    service,
    config,
    database,
    log: log ?? { append: none, consume: none },
    orders: HttpOrdersClient.create({ client: clients.orders }),
    holders: HttpDataHolderClient.create({ clients }),
    access: {
      verifier: issuer.verifier,
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: [],
    },
    health,
    metrics,
    tracing,
    logger,
  });
  const client = await HttpClient.listen(app);
  health.markStarted();
  if (log) {
    work.forEach(each => each.start());
  }
  return {
    client,
    lines,
    async metric(name: string): Promise<number> {
      const text = (await client.request('/metrics')).body;
      const found = new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.]+)$`, 'm').exec(
        text,
      );
      return Number(found?.[1] ?? NaN);
    },
    async close() {
      await app.close();
      if (log) {
        for (const each of work) {
          await each.close();
        }
      }
      await Promise.all(Object.values(clients).map(each => each.close()));
      await database.close();
    },
  };
}

/** Served customers. */
export type ServedCustomers = Awaited<ReturnType<typeof serveCustomers>>;
