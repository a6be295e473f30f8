import {
  authConfigSpec,
  databaseConfigSpec,
  dependencyConfigSpec,
  eventsConfigSpec,
  faultsConfigSpec,
  flagsConfigSpec,
  integer,
  loadConfig,
  loadConfigSpec,
  serviceConfigSpec,
  type ConfigOf,
} from '@shopfloor/service-kit';

/** Keys that only customers has. */
export const ownConfigSpec = {
  CUSTOMERS_MAX_ADDRESSES: integer({
    description: 'Most addresses of one customer.',
    default: 20,
    min: 1,
    max: 200,
  }),
  EXPORT_DEADLINE_HOURS: integer({
    description: 'How long an export tries before it has failed.',
    default: 72,
    unit: 'h',
    min: 1,
  }),
  EXPORT_KEEP_HOURS: integer({
    description: 'How long the result of an export waits to be downloaded.',
    default: 168,
    unit: 'h',
    min: 1,
  }),
  EXPORT_POLL_INTERVAL_MS: integer({
    description: 'How often parts of exports are looked for that are due.',
    default: 2000,
    unit: 'ms',
    min: 10,
  }),
  EXPORT_LEASE_SECONDS: integer({
    description:
      'After which time a part whose worker was killed is taken again; longer than a call may take.',
    default: 60,
    unit: 's',
    min: 1,
  }),
  ERASURE_DEADLINE_HOURS: integer({
    description:
      'Until when every service must have erased; past it `customers_erasures_overdue` rises. The law gives a month.',
    default: 72,
    unit: 'h',
    min: 1,
  }),
  ERASURE_REPEAT_MINUTES: integer({
    description:
      'After which time the services of an unfinished erasure are told again.',
    default: 360,
    unit: 'min',
    min: 1,
  }),
  ERASURE_QUIET_SECONDS: integer({
    description:
      'How long after an erasure the customer is not made anew: longer than a token from before it can live.',
    default: 600,
    unit: 's',
    max: 86_400,
  }),
  RETENTION_YEARS: integer({
    description:
      'How long the law of the shop’s seat has accounts kept; shown with an erasure.',
    default: 10,
    unit: 'years',
    min: 1,
    max: 100,
  }),
  JOB_WATCH_INTERVAL_MS: integer({
    description: 'How often jobs are measured for alerts.',
    default: 15_000,
    unit: 'ms',
    min: 10,
  }),
};

/** Every key of the running service. */
export const customersConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...eventsConfigSpec,
  ...authConfigSpec,
  ...loadConfigSpec,
  ...flagsConfigSpec,
  ...faultsConfigSpec,
  ...dependencyConfigSpec('orders', { timeoutMs: 5000 }),
  ...dependencyConfigSpec('cart', { timeoutMs: 5000 }),
  ...dependencyConfigSpec('messages', { timeoutMs: 5000 }),
  ...dependencyConfigSpec('payments', { timeoutMs: 5000 }),
  ...dependencyConfigSpec('fulfilment', { timeoutMs: 5000 }),
  ...ownConfigSpec,
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
};

/** Configuration of the running service. */
export type CustomersConfig = ConfigOf<typeof customersConfigSpec>;

/** Reads the service's configuration, or throws with every problem. */
export function readCustomersConfig(
  env: Record<string, string | undefined>,
): CustomersConfig {
  return loadConfig(customersConfigSpec, env);
}
