import {
  createEventLog,
  type EventLog,
  loadConfig,
  migrateEventLog,
  newId,
} from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { HttpShop } from '../clients/shopClients.ts';
import { ordersConfigSpec } from '../config.ts';
import { createApp } from '../createApp.ts';
import { migrateOrders } from '../migrateOrders.ts';
import { TestShop } from './neighbours.ts';

/** An address that is delivered to. */
export const ADDRESS = {
  name: 'Ada Lovelace',
  line1: 'Musterstraße 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
};

/** Settings of a test: everything soon. */
export const SOON = {
  ORDERS_WORKER_POLL_MS: '50',
  ORDERS_LEASE_MS: '2000',
  ORDERS_GRACE_MS: '400',
  ORDERS_PAYMENT_POLL_MS: '300',
  ORDERS_RECONCILE_INTERVAL_MS: '3600000',
  ORDERS_RECONCILE_SETTLED_MS: '0',
  LOAD_SHEDDING: 'false',
  DATABASE_POOL_MAX: '8',
};

/** Databases and neighbours of a test, without orders itself. */
export class OrdersWorld {
  readonly shop: TestShop;
  readonly database: TestDatabase;
  readonly events: TestDatabase;
  readonly issuer: TestIssuer;
  readonly log: EventLog;

  static async create(): Promise<OrdersWorld> {
    const [shop, database, events, issuer] = await Promise.all([
      TestShop.start(),
      TestDatabase.create(),
      TestDatabase.create(),
      TestIssuer.create(),
    ]);
    await Promise.all([
      migrateOrders({ connectionString: database.connectionString }),
      migrateEventLog({ adminConnectionString: events.connectionString }),
    ]);
    const log = await createEventLog({
      EVENTS_ADAPTER: 'postgres',
      EVENTS_DATABASE_URL: events.connectionString,
      EVENTS_DATABASE_URL_FILE: undefined,
      KAFKA_BROKERS: '',
    });
    return new OrdersWorld(shop, database, events, issuer, log);
  }

  private constructor(
    shop: TestShop,
    database: TestDatabase,
    events: TestDatabase,
    issuer: TestIssuer,
    log: EventLog,
  ) {
    this.shop = shop;
    this.database = database;
    this.events = events;
    this.issuer = issuer;
    this.log = log;
  }

  /** Variables of the program. */
  get env(): Record<string, string> {
    return {
      ...SOON,
      ...this.shop.env,
      DATABASE_URL: this.database.connectionString,
      EVENTS_DATABASE_URL: this.events.connectionString,
      NO_PROXY: '127.0.0.1',
    };
  }

  /** Publishes an event as another service would. */
  async publish(options: {
    topic: string;
    type: string;
    source: string;
    subject: string;
    version?: number;
    data: object;
    id?: string;
  }): Promise<void> {
    const id = options.id ?? newId();
    await this.log.append([
      {
        topic: options.topic,
        key: options.subject,
        id,
        value: JSON.stringify({
          specversion: '1.0',
          id,
          source: options.source,
          type: options.type,
          subject: options.subject,
          time: new Date().toISOString(),
          datacontenttype: 'application/json',
          dataschema: `urn:shopfloor:event:${options.type}`,
          aggregateversion: options.version ?? 1,
          partitionkey: options.subject,
          data: options.data,
        }),
      },
    ]);
  }

  /** Tells that a parcel left. */
  dispatch(
    order: { orderId: string; shipmentId: string },
    lines: { sku: string; quantity: number }[],
    last = true,
  ): Promise<void> {
    return this.publish({
      topic: 'shop.shipments',
      type: 'shop.shipment.dispatched.v1',
      source: 'fulfilment',
      subject: order.orderId,
      data: {
        shipmentId: order.shipmentId,
        orderId: order.orderId,
        lines,
        carrier: 'test',
        trackingId: 'T1',
        last,
      },
    });
  }

  async close(): Promise<void> {
    await this.log.close();
    await this.shop.close();
    await this.database.drop();
    await this.events.drop();
  }
}

/** Without the check of times: a test may let the payment be late. */
const loadOrdersConfig = (env: Record<string, string | undefined>) =>
  loadConfig(ordersConfigSpec, env);

/** Serves orders in this process, over real connections. */
export async function serveOrders(
  world: OrdersWorld,
  env: Record<string, string> = {},
) {
  const test = TestService.create({
    name: 'orders',
    read: loadOrdersConfig,
    env: { ...world.env, ...env },
  });
  const { base } = test;
  const { app, work, reconciliation } = await createApp({
    ...base.parts,
    log: await base.openEventLog(),
    shop: base.open('neighbours', HttpShop.create(base.parts)),
    access: world.issuer.access(base.parts.logger),
  });
  return {
    client: await test.serve({ app, work }),
    lines: test.lines,
    metrics: base.parts.metrics,
    reconciliation,
    close: () => test.close(),
  };
}
