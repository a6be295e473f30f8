import type { AccessRule } from '../access/accessRule.ts';
import type { ServiceApp } from '../http/createServiceApp.ts';
import type { Database, NotificationSource } from '../postgres/Database.ts';
import { EventConsumer, type EventConsumerOptions } from './EventConsumer.ts';
import { OutboxRelay } from './OutboxRelay.ts';
import { RefusedEvents } from './RefusedEvents.ts';
import { registerEventTools } from './registerEventTools.ts';
import type { EventLog } from './types.ts';

/** Options of {@link connectEvents}. */
export interface ConnectEventsOptions extends EventConsumerOptions {
  log: Pick<EventLog, 'append' | 'consume'>;
  database: Database & Partial<NotificationSource>;
  /** Who may look at events that went wrong, and replay them. */
  access: AccessRule;
}

/** What carries the events of a service in and out. Neither runs yet. */
export interface ConnectedEvents {
  consumer: EventConsumer;
  relay: OutboxRelay;
}

/** Connects a service that takes events and publishes some, with the tools of staff for what goes wrong. */
export function connectEvents(
  app: ServiceApp,
  options: ConnectEventsOptions,
): ConnectedEvents {
  const { access, ...events } = options;
  const { database, log, metrics, tracing, logger } = events;
  const consumer = EventConsumer.create(events);
  registerEventTools(app, {
    access,
    consumers: [consumer],
    refused: RefusedEvents.create({ database, logger }),
  });
  return {
    consumer,
    relay: OutboxRelay.create({ database, log, metrics, tracing, logger }),
  };
}
