import { migrateEventLog } from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { TestIssuer } from '@shopfloor/service-kit/src/testing/TestIssuer.ts';
import { createApp } from '../createApp.ts';
import { createEvents } from '../createEvents.ts';
import { TestInventory } from './TestInventory.ts';

/** One running replica with an event log of its own, without its periodic tasks. */
export async function serveInventory(env: Record<string, string> = {}) {
  const events = await TestDatabase.create();
  await migrateEventLog({ adminConnectionString: events.connectionString });
  const inventory = await TestInventory.create({
    EVENTS_DATABASE_URL: events.connectionString,
    ...env,
  });
  const { parts, service: test } = inventory;
  const { base } = test;
  const log = await base.openEventLog();
  const { relay, consumer, refused } = createEvents({
    ...base.parts,
    log,
    ledger: parts.ledger,
  });
  const issuer = await TestIssuer.create();
  const app = await createApp({
    ...base.parts,
    parts,
    access: issuer.access(base.parts.logger, ['storefront', 'cart', 'orders']),
    events: { consumers: [consumer], refused },
  });
  return {
    inventory,
    client: await test.serve({ app }),
    issuer,
    log,
    relay,
    consumer,
    lines: test.lines,
    async close() {
      await consumer.close();
      await relay.close();
      await inventory.close();
      await events.drop();
    },
  };
}

/** What {@link serveInventory} gives. */
export type ServedInventory = Awaited<ReturnType<typeof serveInventory>>;
