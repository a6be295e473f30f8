import {
  type Database,
  EventConsumer,
  type EventLog,
  type NotificationSource,
  OutboxRelay,
  RefusedEvents,
  type ServiceMetrics,
  type Tracing,
  type createLogger,
} from '@shopfloor/service-kit';
import type { InventoryConfig } from './config.ts';
import { CONSUMED_TOPICS, createHandlers } from './events/handlers.ts';
import type { StockLedger } from './store/StockStore.ts';

/** Options of {@link createEvents}. */
export interface CreateEventsOptions {
  config: Pick<InventoryConfig, 'SAMPLE_DATA'>;
  database: Database & NotificationSource;
  log: EventLog;
  ledger: StockLedger;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: ReturnType<typeof createLogger>;
}

/** What carries events out and in. */
export interface Events {
  relay: OutboxRelay;
  consumer: EventConsumer;
  refused: RefusedEvents;
}

/** Puts the ways of events together. Nothing runs yet. */
export function createEvents(options: CreateEventsOptions): Events {
  const { config, ledger, ...kit } = options;
  return {
    relay: OutboxRelay.create(kit),
    consumer: EventConsumer.create({
      ...kit,
      group: 'inventory',
      topics: CONSUMED_TOPICS,
      handlers: createHandlers({ ledger, sampleData: config.SAMPLE_DATA }),
      // Two parcels in one transaction would lock stock in the order of events, and
      // wait in a circle with a reservation that locks it in the order of SKUs.
      alone: ['shop.shipment.dispatched.v1', 'shop.return.received.v1'],
    }),
    refused: RefusedEvents.create(kit),
  };
}
