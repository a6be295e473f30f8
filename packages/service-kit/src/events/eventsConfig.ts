import {
  type ConfigOf,
  oneOf,
  optionalFile,
  optionalUrl,
  text,
} from '../config/defineConfig.ts';

/** The keys of a service that publishes or reads events. */
export const eventsConfigSpec = {
  EVENTS_ADAPTER: oneOf(['postgres', 'kafka'], {
    description: 'Where the event log is.',
    default: 'postgres',
  }),
  EVENTS_DATABASE_URL: optionalUrl({
    description:
      'Connection string of the database of the event log, with the service’s own role; required by the adapter `postgres`. A secret.',
    protocols: ['postgresql:', 'postgres:'],
    file: 'EVENTS_DATABASE_URL_FILE',
  }),
  EVENTS_DATABASE_URL_FILE: optionalFile({
    description:
      'File with the value of `EVENTS_DATABASE_URL` in its place, followed as `DATABASE_URL_FILE` is.',
  }),
  KAFKA_BROKERS: text({
    description:
      'Brokers to begin with, `host:port` separated by commas; required by the adapter `kafka`.',
    default: '',
  }),
};

/** Configuration of the event log. */
export type EventsConfig = ConfigOf<typeof eventsConfigSpec>;
