import {
  type ConfigOf,
  fraction,
  integer,
  oneOf,
  optionalFile,
  optionalUrl,
  secretUrl,
  text,
} from './defineConfig.ts';

/** The keys every service has. A service spreads them into its own spec. */
export const serviceConfigSpec = {
  HOST: text({
    description:
      'Address to listen on. The sandbox keeps it on loopback; the chart sets 0.0.0.0 where pods have their own network.',
    default: '127.0.0.1',
  }),
  PORT: integer({
    description: 'Port to listen on; 0 takes a free one.',
    default: 8080,
    max: 65535,
  }),
  SERVICE_VERSION: text({
    description: 'The deployed version, `v1` or `v2`; the label `version`.',
    default: 'v1',
  }),
  POD_NAME: text({
    description: 'Name of this instance in logs and traces.',
    default: 'local',
  }),
  POD_NAMESPACE: text({
    description: 'Environment this instance runs in.',
    default: 'local',
  }),
  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal'], {
    description: 'Lines below this level are not written.',
    default: 'info',
  }),
  ACCESS_LOG: oneOf(['all', 'errors', 'off'], {
    description:
      'Which requests are logged: every one, those that failed or were slow, or none.',
    default: 'errors',
  }),
  SLOW_REQUEST_MS: integer({
    description:
      'A request that takes longer counts as slow in the access log.',
    default: 1000,
    unit: 'ms',
  }),
  REQUEST_TIMEOUT_MS: integer({
    description:
      'Longest time a request may take, from its first byte to the answer.',
    default: 10_000,
    unit: 'ms',
    min: 100,
  }),
  KEEP_ALIVE_TIMEOUT_MS: integer({
    description:
      'How long an idle connection stays open; longer than the idle timeout of the proxy before it.',
    default: 72_000,
    unit: 'ms',
  }),
  BODY_LIMIT_BYTES: integer({
    description: 'Largest accepted request body.',
    default: 262_144,
    unit: 'bytes',
    min: 1024,
  }),
  DRAIN_DELAY_MS: integer({
    description:
      'After SIGTERM: how long requests are still accepted while readiness is already off, so that callers learn of it.',
    default: 2000,
    unit: 'ms',
  }),
  DRAIN_TIMEOUT_MS: integer({
    description:
      'After the delay: longest wait for running requests and connections before the process ends anyway.',
    default: 15_000,
    unit: 'ms',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalUrl({
    description:
      'Base URL of an OTLP/HTTP collector. Absent: spans are not exported, trace ids still flow.',
    protocols: ['http:', 'https:'],
  }),
  OTEL_TRACES_SAMPLER_ARG: fraction({
    description:
      'Share of new traces that is exported; a caller’s decision is followed.',
    default: 0.1,
  }),
  PYROSCOPE_URL: optionalUrl({
    description:
      'Address of a Pyroscope server that profiles are sent to. Absent: nothing is profiled, and nothing is loaded for it.',
    protocols: ['http:', 'https:'],
  }),
};

/** The keys of a service with a database. */
export const databaseConfigSpec = {
  DATABASE_URL: secretUrl({
    description: 'Connection string of the service’s own database and role.',
    protocols: ['postgresql:', 'postgres:'],
    file: 'DATABASE_URL_FILE',
  }),
  DATABASE_URL_FILE: optionalFile({
    description:
      'File with the value of `DATABASE_URL` in its place, which an agent of Vault keeps current: it is read every 2 s and when a login is refused, new connections take what it says, and those with the credentials of before are closed.',
  }),
  DATABASE_POOL_MAX: integer({
    description:
      'Most connections this instance opens. Each has plans and caches of its own, so a few that are busy cost less than many that are seldom used; more where many wait for the locks of the same rows.',
    default: 4,
    min: 1,
    max: 200,
  }),
  DATABASE_CONNECT_TIMEOUT_MS: integer({
    description: 'Longest wait for a connection of the pool.',
    default: 2000,
    unit: 'ms',
    min: 50,
  }),
  DATABASE_STATEMENT_TIMEOUT_MS: integer({
    description: 'Longest run of one statement; the server ends it then.',
    default: 3000,
    unit: 'ms',
    min: 50,
  }),
};

/** Configuration every service has. */
export type ServiceConfig = ConfigOf<typeof serviceConfigSpec>;

/** Configuration of a service with a database. */
export type DatabaseConfig = ConfigOf<typeof databaseConfigSpec>;
