import { dataSchemaOf, type EventType } from '@shopfloor/contracts';
import {
  createEventLog,
  type EventLog,
  eventsConfigSpec,
  Health,
  loadConfig,
  namedWork,
  newId,
} from '@shopfloor/service-kit';
import { migrateEventLog } from '@shopfloor/service-kit/src/events/postgres/migrateEventLog.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { until } from '@shopfloor/service-kit/src/testing/eventually.ts';
import { readProductSearchConfig } from '../config.ts';
import { createApp } from '../createApp.ts';
import { createParts } from '../createParts.ts';
import type { ProductData, StockState } from '../domain/types.ts';
import { migrateProductSearch } from '../migrateProductSearch.ts';

/** One running replica of the service. */
export type Replica = Awaited<ReturnType<TestSearch['replica']>>;

/** A database and an event log of a test, and replicas on them. */
export class TestSearch {
  readonly test: TestDatabase;
  readonly events: TestDatabase;
  readonly issuer: TestIssuer;
  readonly #log: EventLog;

  static async create(): Promise<TestSearch> {
    const test = await TestDatabase.create();
    const events = await TestDatabase.create();
    await migrateProductSearch(test.connectionString);
    await migrateEventLog({ adminConnectionString: events.connectionString });
    const log = await createEventLog(
      loadConfig(eventsConfigSpec, {
        EVENTS_DATABASE_URL: events.connectionString,
      }),
    );
    return new TestSearch(test, events, await TestIssuer.create(), log);
  }

  private constructor(
    test: TestDatabase,
    events: TestDatabase,
    issuer: TestIssuer,
    log: EventLog,
  ) {
    this.test = test;
    this.events = events;
    this.issuer = issuer;
    this.#log = log;
  }

  async drop(): Promise<void> {
    await this.#log.close();
    await this.test.drop();
    await this.events.drop();
  }

  /** Starts a replica. */
  async replica(
    podName = 'product-search-1',
    env: Record<string, string> = {},
  ) {
    const test = TestService.create({
      name: 'product-search',
      read: readProductSearchConfig,
      env: {
        DATABASE_URL: this.test.connectionString,
        EVENTS_DATABASE_URL: this.events.connectionString,
        POD_NAME: podName,
        INDEX_POLL_MS: '20',
        REBUILD_POLL_MS: '20',
        REBUILD_QUIET_MS: '500',
        ...env,
      },
    });
    const { base, lines } = test;
    const { database, metrics, logger } = base.parts;
    const log = await base.openEventLog();
    const parts = await createParts({ ...base.parts, log });
    const health = new Health({
      checks: [{ name: 'index', check: () => parts.check() }],
      reuseMs: 0,
    });
    const app = await createApp({
      ...base.parts,
      parts,
      access: this.issuer.access(logger),
      health,
    });
    const client = await test.serve({
      app,
      health,
      work: [namedWork('parts', parts)],
    });
    await until(async () => (await health.ready()).ok);
    return {
      client,
      parts,
      database,
      lines,
      metrics,
      /** As a drain ends a replica. */
      close: () => test.close(),
    };
  }

  /** Puts product events into the log. */
  async publishProducts(
    products: readonly (ProductData & { version?: number })[],
  ): Promise<void> {
    await this.#publish(
      'shop.products',
      'shop.product.changed.v1',
      products.map(({ version = 1, ...data }) => ({
        subject: data.productId,
        version,
        data,
      })),
    );
  }

  /** Puts stock events into the log. */
  async publishStock(
    changes: readonly {
      sku: string;
      productId: string;
      state: StockState;
      version?: number;
    }[],
  ): Promise<void> {
    await this.#publish(
      'shop.stock',
      'shop.stock.changed.v1',
      changes.map(({ version = 1, ...data }) => ({
        subject: data.sku,
        version,
        data,
      })),
    );
  }

  async #publish(
    topic: string,
    type: EventType,
    events: { subject: string; version: number; data: unknown }[],
  ): Promise<void> {
    for (let start = 0; start < events.length; start += 500) {
      await this.#log.append(
        events.slice(start, start + 500).map(({ subject, version, data }) => {
          const id = newId();
          return {
            topic,
            key: subject,
            id,
            value: JSON.stringify({
              specversion: '1.0',
              id,
              source: 'test',
              type,
              subject,
              time: new Date().toISOString(),
              datacontenttype: 'application/json',
              dataschema: dataSchemaOf(type),
              aggregateversion: version,
              partitionkey: subject,
              data,
            }),
          };
        }),
      );
    }
  }

  /** Waits until so many products are handled and nothing waits for the index. */
  async settled(products: number): Promise<void> {
    const isSettled = async () => {
      const [{ known, waiting }] = await this.test.query<{
        known: number;
        waiting: number;
      }>(`select
        (select count(*)::int from product_sources) as known,
        (select count(*)::int from index_queue) as waiting`);
      return known >= products && waiting === 0;
    };
    await until(isSettled, { timeoutMs: 110_000, intervalMs: 50 });
  }
}
