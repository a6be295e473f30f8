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

/** Keys that only cart has. */
export const ownConfigSpec = {
  CART_MAX_QUANTITY_PER_LINE: integer({
    description: 'Most units of one SKU in a cart.',
    default: 99,
    min: 1,
    max: 1000,
  }),
  CART_MAX_QUANTITY: integer({
    description: 'Most units of all lines of a cart.',
    default: 500,
    min: 1,
    // Above it a subtotal could leave the whole numbers that JSON readers keep exact.
    max: 1000,
  }),
  CART_MAX_LINES: integer({
    description: 'Most lines of a cart.',
    default: 100,
    min: 1,
    max: 100,
  }),
  CART_MAX_PER_OWNER: integer({
    description: 'Most carts of one shopper at a time.',
    default: 10,
    min: 1,
    max: 100,
  }),
  CART_GUEST_TTL_HOURS: integer({
    description:
      'How long a guest’s cart lives after its last change, at least; up to an hour longer.',
    default: 24 * 30,
    unit: 'h',
    min: 1,
  }),
  CART_CUSTOMER_TTL_HOURS: integer({
    description:
      'How long a customer’s cart lives after its last change, at least; up to an hour longer.',
    default: 24 * 365,
    unit: 'h',
    min: 1,
  }),
  CART_MERGED_TTL_HOURS: integer({
    description:
      'How long a merged cart is remembered, empty, so that the same merge again adds nothing.',
    default: 24 * 30,
    unit: 'h',
    min: 1,
  }),
  CART_SWEEP_INTERVAL_MS: integer({
    description: 'How often expired carts are looked for.',
    default: 60_000,
    unit: 'ms',
    min: 100,
  }),
  CART_PRICE_TTL_MS: integer({
    description:
      'How long a price of products is used again in this process. A change of the product ends it sooner.',
    default: 30_000,
    unit: 'ms',
    min: 100,
  }),
  CART_PRICE_KEEP_MS: integer({
    description:
      'How long an old price is shown, marked as stale, while products does not answer.',
    default: 24 * 3_600_000,
    unit: 'ms',
    min: 1000,
  }),
  CART_STOCK_TTL_MS: integer({
    description:
      'How long an availability hint of inventory is used again in this process.',
    default: 2000,
    unit: 'ms',
    min: 100,
  }),
  CART_REMEMBERED_SKUS: integer({
    description: 'Most SKUs remembered in this process, by currency.',
    default: 20_000,
    min: 100,
  }),
};

/** Every key of the running service. */
export const cartConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...eventsConfigSpec,
  ...authConfigSpec,
  ...loadConfigSpec,
  ...flagsConfigSpec,
  ...faultsConfigSpec,
  ...dependencyConfigSpec('products', { timeoutMs: 800 }),
  // Only a hint: nobody waits long for it.
  ...dependencyConfigSpec('inventory', { timeoutMs: 250 }),
  ...ownConfigSpec,
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
};

/** Configuration of the running service. */
export type CartConfig = ConfigOf<typeof cartConfigSpec>;

/** Reads the service's configuration, or throws with every problem. */
export function readCartConfig(
  env: Record<string, string | undefined>,
): CartConfig {
  return loadConfig(cartConfigSpec, env);
}
