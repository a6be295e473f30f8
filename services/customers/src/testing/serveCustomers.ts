import { type EventLog, noEventLog } from '@shopfloor/service-kit';
import type { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { HttpDataHolderClient } from '../clients/DataHolderClient.ts';
import { HttpOrdersClient } from '../clients/OrdersClient.ts';
import { readCustomersConfig } from '../config.ts';
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
  const test = TestService.create({
    name: 'customers',
    read: readCustomersConfig,
    env: {
      DATABASE_URL: connectionString,
      DATABASE_CONNECT_TIMEOUT_MS: '1000',
      EXPORT_POLL_INTERVAL_MS: '50',
      JOB_WATCH_INTERVAL_MS: '50',
      ...neighbours.env,
      ...env,
    },
  });
  const { base } = test;
  const clients = base.openClients([
    'orders',
    'cart',
    'messages',
    'payments',
    'fulfilment',
  ]);
  const { app, work } = await createApp({
    ...base.parts,
    log: log ?? noEventLog,
    orders: HttpOrdersClient.create({ client: clients.orders }),
    holders: HttpDataHolderClient.create({ clients }),
    access: issuer.access(base.parts.logger),
  });
  const client = await test.serve({ app, work: log && work });
  return {
    client,
    lines: test.lines,
    async metric(name: string): Promise<number> {
      const text = (await client.request('/metrics')).body;
      const found = new RegExp(`^${name}(?:\\{[^}]*\\})? ([0-9.]+)$`, 'm').exec(
        text,
      );
      return Number(found?.[1] ?? NaN);
    },
    close: () => test.close(),
  };
}

/** Served customers. */
export type ServedCustomers = Awaited<ReturnType<typeof serveCustomers>>;
