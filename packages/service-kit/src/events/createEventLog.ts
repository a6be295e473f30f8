import pino, { type Logger } from 'pino';
import { InvalidConfigurationError } from '../config/defineConfig.ts';
import type { EventsConfig } from './eventsConfig.ts';
import { PostgresEventLog } from './postgres/PostgresEventLog.ts';
import type { EventLog } from './types.ts';

/** Options of {@link createEventLog}. */
export interface CreateEventLogOptions {
  /** Name of the service, for the server's own lists of its clients. Default `service`. */
  applicationName?: string;
  logger?: Logger;
}

/**
 * Opens the event log that the configuration names. Contacts nothing yet.
 *
 * @throws InvalidConfigurationError when the adapter's own keys are missing
 */
export async function createEventLog(
  config: EventsConfig,
  options: CreateEventLogOptions = {},
): Promise<EventLog> {
  const logger = options.logger ?? pino({ enabled: false });
  const applicationName = options.applicationName ?? 'service';
  if (config.EVENTS_ADAPTER === 'kafka') {
    const brokers = config.KAFKA_BROKERS.split(',')
      .map(broker => broker.trim())
      .filter(Boolean);
    if (brokers.length === 0) {
      throw new InvalidConfigurationError([
        'KAFKA_BROKERS is missing: EVENTS_ADAPTER is kafka',
      ]);
    }
    // Loaded only here: the embedded adapter is not to pay for it.
    const { KafkaEventLog } = await import('./kafka/KafkaEventLog.ts');
    return KafkaEventLog.create({ brokers, clientId: applicationName, logger });
  }
  if (!config.EVENTS_DATABASE_URL) {
    throw new InvalidConfigurationError([
      'EVENTS_DATABASE_URL is missing: EVENTS_ADAPTER is postgres',
    ]);
  }
  return PostgresEventLog.create({
    connectionString: config.EVENTS_DATABASE_URL,
    connectionFile: config.EVENTS_DATABASE_URL_FILE,
    applicationName: `${applicationName} events`,
    logger,
  });
}
