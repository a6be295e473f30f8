import {
  authConfigSpec,
  type ConfigOf,
  databaseConfigSpec,
  dependencyConfigSpec,
  eventsConfigSpec,
  faultsConfigSpec,
  flagsConfigSpec,
  integer,
  InvalidConfigurationError,
  loadConfig,
  loadConfigSpec,
  serviceConfigSpec,
  text,
} from '@shopfloor/service-kit';
import { parseRetention, type RetentionPolicy } from './domain/retention.ts';

/** Keys that only orders has. */
export const ownConfigSpec = {
  ORDERS_RETURN_URL: text({
    description:
      'Where a shopper comes back to from a provider when the placement does not say; the id of the order is appended.',
    default: 'http://storefront/orders/',
  }),
  ORDERS_QUOTE_TTL_SECONDS: integer({
    description: 'How long a quote binds cart version and prices.',
    default: 600,
    unit: 's',
    min: 1,
  }),
  ORDERS_RESERVATION_TTL_SECONDS: integer({
    description:
      'How long inventory holds the stock of an order that is not confirmed.',
    default: 1200,
    unit: 's',
    min: 60,
  }),
  ORDERS_PAYMENT_DEADLINE_SECONDS: integer({
    description:
      'How long a payment is waited for, from the reservation on; at least 60 s shorter than that lives.',
    default: 900,
    unit: 's',
    min: 1,
  }),
  ORDERS_PAYMENT_POLL_MS: integer({
    description:
      'How often a payment that is waited for is read without a hint.',
    default: 30_000,
    unit: 'ms',
    min: 100,
  }),
  ORDERS_GRACE_MS: integer({
    description:
      'How long a placement that was cut off can be repeated before it is taken back.',
    default: 60_000,
    unit: 'ms',
    min: 100,
  }),
  ORDERS_LEASE_MS: integer({
    description:
      'How long one process holds an order between two statements; longer than the longest step.',
    default: 15_000,
    unit: 'ms',
    min: 500,
  }),
  ORDERS_PASSING_MS: integer({
    description:
      'How long an order goes on from its placement to its confirmation before the states in between are written; later each is. At most half of the lease counts, which must last for the longest step besides. 0: each is written.',
    default: 1500,
    unit: 'ms',
    min: 0,
  }),
  ORDERS_WORKER_POLL_MS: integer({
    description:
      'How often orders and movements of money that are due are looked for.',
    default: 1000,
    unit: 'ms',
    min: 20,
  }),
  ORDERS_MAX_ATTEMPTS: integer({
    description:
      'Attempts of a step, each after a longer wait, before a person has to look.',
    default: 14,
    min: 2,
    max: 100,
  }),
  ORDERS_RECONCILE_INTERVAL_MS: integer({
    description: 'How often orders are compared with payments.',
    default: 60_000,
    unit: 'ms',
    min: 100,
  }),
  ORDERS_RECONCILE_SETTLED_MS: integer({
    description:
      'How long an order must have been left alone before it is compared.',
    default: 60_000,
    unit: 'ms',
    min: 0,
  }),
  ORDERS_RETURN_WINDOW_DAYS: integer({
    description: 'How long after its arrival an order can be sent back.',
    default: 30,
    unit: 'd',
    min: 14,
  }),
  ORDERS_RETENTION_YEARS: integer({
    description:
      'How long an order that is over is kept, from the end of the calendar year in which something last happened to it; then it is deleted.',
    default: 10,
    unit: 'years',
    min: 1,
    max: 100,
  }),
  ORDERS_RETENTION_YEARS_BY_COUNTRY: text({
    description:
      'The same for orders delivered to some countries, such as `FR=10,JP=7`.',
    default: '',
  }),
  ORDERS_RETENTION_INTERVAL_MS: integer({
    description:
      'How often orders whose time is over are looked for, by one replica.',
    default: 3_600_000,
    unit: 'ms',
    min: 20,
  }),
};

/** Every key of the running service. */
export const ordersConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...eventsConfigSpec,
  ...authConfigSpec,
  ...loadConfigSpec,
  ...flagsConfigSpec,
  ...faultsConfigSpec,
  ...dependencyConfigSpec('cart', { timeoutMs: 1500 }),
  ...dependencyConfigSpec('products', { timeoutMs: 1500 }),
  ...dependencyConfigSpec('fulfilment', { timeoutMs: 2000 }),
  ...dependencyConfigSpec('inventory', { timeoutMs: 2000 }),
  // A provider is slow; the deadline of the request still wins.
  ...dependencyConfigSpec('payments', { timeoutMs: 4000 }),
  ...ownConfigSpec,
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
};

/** Configuration of the running service. */
export type OrdersConfig = ConfigOf<typeof ordersConfigSpec>;

/** Seconds by which the payment's deadline comes before the end of the reservation. */
const DEADLINE_MARGIN_SECONDS = 60;

/** @throws InvalidConfigurationError when the stock could be gone before the payment is due */
export function checkTimes(
  config: Pick<
    OrdersConfig,
    'ORDERS_RESERVATION_TTL_SECONDS' | 'ORDERS_PAYMENT_DEADLINE_SECONDS'
  >,
): void {
  if (
    config.ORDERS_PAYMENT_DEADLINE_SECONDS + DEADLINE_MARGIN_SECONDS >
    config.ORDERS_RESERVATION_TTL_SECONDS
  ) {
    throw new InvalidConfigurationError([
      `ORDERS_PAYMENT_DEADLINE_SECONDS must be at least ${DEADLINE_MARGIN_SECONDS} below ORDERS_RESERVATION_TTL_SECONDS`,
    ]);
  }
}

/** How long orders are kept. @throws InvalidConfigurationError when it cannot be read */
export function retentionOf(
  config: Pick<
    OrdersConfig,
    'ORDERS_RETENTION_YEARS' | 'ORDERS_RETENTION_YEARS_BY_COUNTRY'
  >,
): RetentionPolicy {
  return parseRetention({
    years: config.ORDERS_RETENTION_YEARS,
    byCountry: config.ORDERS_RETENTION_YEARS_BY_COUNTRY,
  });
}

/** Reads the service's configuration, or throws with every problem. */
export function readOrdersConfig(
  env: Record<string, string | undefined>,
): OrdersConfig {
  const config = loadConfig(ordersConfigSpec, env);
  checkTimes(config);
  retentionOf(config);
  return config;
}
