import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EventLog, newId } from '@shopfloor/service-kit';
import {
  dataSchemaOf,
  type EventData,
  type EventType,
  eventCatalogue,
} from '@shopfloor/contracts';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { HttpOrdersClient } from '../clients/OrdersClient.ts';
import { readMessagesConfig } from '../config.ts';
import { createApp } from '../createApp.ts';
import { openSmtpUrl, SmtpMailer } from '../mail/SmtpMailer.ts';

/** Orders as shop.md describes it, for the contacts of a test. */
export class OrdersNeighbour {
  readonly contacts = new Map<string, object>();
  /** Answers instead of the contact, as a broken service or way would. */
  failWith: { status: number; body: string } | undefined;
  asked = 0;
  /** Traces that its callers named. */
  readonly traces: (string | undefined)[] = [];
  readonly #server: Server;

  static async start(): Promise<OrdersNeighbour> {
    const neighbour = new OrdersNeighbour();
    await new Promise<void>(resolve =>
      neighbour.#server.listen(0, '127.0.0.1', resolve),
    );
    return neighbour;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      this.asked += 1;
      this.traces.push(request.headers.traceparent?.toString().split('-')[1]);
      const id = /^\/orders\/([^/]+)\/contact$/.exec(request.url!)?.[1];
      const contact = id && this.contacts.get(id);
      if (this.failWith) {
        response.writeHead(this.failWith.status).end(this.failWith.body);
      } else if (contact) {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(contact));
      } else {
        response
          .writeHead(404, { 'content-type': 'application/problem+json' })
          .end(JSON.stringify({ status: 404, code: 'order-not-found' }));
      }
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Knows an order of somebody. */
  addOrder(overrides: object = {}): string {
    const orderId = newId();
    const money = (amount: number) => ({ amount, currency: 'EUR' });
    this.contacts.set(orderId, {
      orderId,
      orderNumber: 'SF-2026-000123',
      email: 'marta.silva@example.test',
      name: 'Marta Silva',
      language: 'en',
      lines: [
        {
          sku: 'cup',
          name: { en: 'Cup', zh: '茶杯' },
          quantity: 4,
          total: money(3600),
        },
      ],
      totals: {
        items: money(3600),
        discounts: money(0),
        shipping: money(490),
        tax: money(653),
        total: money(4090),
      },
      ...overrides,
    });
    return orderId;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

/** Appends an event to the log as another service does. */
export async function publish<Type extends EventType>(
  log: EventLog,
  type: Type,
  data: EventData<Type>,
  overrides: { id?: string; key?: string; version?: number } = {},
): Promise<string> {
  const id = overrides.id ?? newId();
  const { topic } = eventCatalogue[type];
  const key =
    overrides.key ?? (data as { orderId?: string }).orderId ?? 'customer';
  await log.append([
    {
      topic,
      key,
      id,
      value: JSON.stringify({
        specversion: '1.0',
        id,
        source: 'orders',
        type,
        subject: key,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        dataschema: dataSchemaOf(type),
        aggregateversion: overrides.version ?? 1,
        partitionkey: key,
        data,
      }),
    },
  ]);
  return id;
}

/** One running replica for a test, on databases that are migrated already. A test starts the work that it wants. */
export async function serveMessages(options: {
  connectionString: string;
  eventsConnectionString: string;
  ordersUrl: string;
  smtpPort: number;
  env?: Record<string, string>;
}) {
  const test = TestService.create({
    name: 'messages',
    read: readMessagesConfig,
    env: {
      DATABASE_URL: options.connectionString,
      EVENTS_DATABASE_URL: options.eventsConnectionString,
      ORDERS_URL: options.ordersUrl,
      ORDERS_TIMEOUT_MS: '500',
      SMTP_URL: `smtp://127.0.0.1:${options.smtpPort}`,
      SMTP_TLS: 'if-offered',
      SMTP_TIMEOUT_MS: '1000',
      SMTP_MAX_PER_SECOND: '1000',
      MAIL_FROM: 'Larkfield Market <orders@larkfield.example>',
      CARE_MAILBOX: 'care@larkfield.example',
      SHOP_NAME: 'Larkfield Market',
      SHOP_URL: 'https://shop.example.test',
      RECIPIENT_KEY: 'a key of at least 32 characters..',
      WEBHOOK_KEY: 'another key of 32 characters.....',
      WEBHOOK_TRUSTED_HOSTS: '127.0.0.1',
      WEBHOOK_TIMEOUT_MS: '500',
      POLL_INTERVAL_MS: '20',
      ...options.env,
    },
  });
  const { base } = test;
  const { database, metrics, logger } = base.parts;
  const log = await base.openEventLog();
  const issuer = await TestIssuer.create();
  const parts = await createApp({
    ...base.parts,
    log,
    orders: HttpOrdersClient.create({ client: base.openClient('orders') }),
    mailer: base.open(
      'smtp',
      SmtpMailer.fromConfig({ ...base.parts, url: openSmtpUrl(base) }),
    ),
    access: issuer.access(logger, ['storefront', 'customers']),
  });
  const http = await test.serve({ app: parts.app });
  return {
    ...parts,
    http,
    database,
    log,
    issuer,
    lines: test.lines,
    metrics,
    async close() {
      for (const part of parts.work) {
        await part.close();
      }
      await test.close();
    },
  };
}

/** What {@link serveMessages} gives. */
export type ServedMessages = Awaited<ReturnType<typeof serveMessages>>;
