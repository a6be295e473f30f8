import { Health, RegoAccessPolicy, Tracing } from '@shopfloor/service-kit';
import { HttpClient } from '@shopfloor/service-kit/src/testing/HttpClient.ts';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { testMaterials } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import { PostgresEventLog } from '@shopfloor/service-kit/src/events/postgres/PostgresEventLog.ts';
import { migrateEventLog } from '@shopfloor/service-kit/src/events/postgres/migrateEventLog.ts';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { createApp } from '../createApp.ts';
import { createEvents } from '../createEvents.ts';
import { TestInventory } from './TestInventory.ts';

/** One running replica with an event log of its own, without its periodic tasks. */
export async function serveInventory(env: Record<string, string> = {}) {
  const inventory = await TestInventory.create({
    LOAD_SHEDDING: 'false',
    ...env,
  });
  const events = await TestDatabase.create();
  await migrateEventLog({ adminConnectionString: events.connectionString });
  const { config, database, parts } = inventory;
  const { logger, metrics, lines } = testMaterials();
  const service = {
    name: 'inventory',
    version: '0.0.0',
    release: 'v1',
    environment: 'test',
    instance: 'inventory-1',
  };
  const tracing = Tracing.create({ service });
  const log = PostgresEventLog.create({
    connectionString: events.connectionString,
    applicationName: 'inventory',
    logger,
  });
  const { relay, consumer, refused } = createEvents({
    config,
    database,
    log,
    ledger: parts.ledger,
    metrics,
    tracing,
    logger,
  });
  const issuer = await TestIssuer.create();
  const health = new Health();
  const app = await createApp({
    service,
    config,
    parts,
    access: {
      verifier: issuer.verifier,
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers: ['storefront', 'cart', 'orders'],
    },
    events: { consumers: [consumer], refused },
    health,
    metrics,
    tracing,
    logger,
  });
  const client = await HttpClient.listen(app);
  health.markStarted();
  return {
    inventory,
    client,
    issuer,
    log,
    relay,
    consumer,
    lines,
    async close() {
      await consumer.close();
      await relay.close();
      await log.close();
      await app.close();
      await inventory.close();
      await events.drop();
    },
  };
}

/** What {@link serveInventory} gives. */
export type ServedInventory = Awaited<ReturnType<typeof serveInventory>>;
