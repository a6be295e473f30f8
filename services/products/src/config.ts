import {
  authConfigSpec,
  databaseConfigSpec,
  documentsConfigSpec,
  eventsConfigSpec,
  flag,
  integer,
  loadConfig,
  loadConfigSpec,
  serviceConfigSpec,
  type ConfigOf,
} from '@shopfloor/service-kit';

/** Every key of the running service. */
export const productsConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...documentsConfigSpec,
  ...eventsConfigSpec,
  ...authConfigSpec,
  ...loadConfigSpec,
  CATALOGUE_INTERVAL_MS: integer({
    description:
      'How often an instance looks for price lists that begin or end, and for products that were changed in bulk and not told of.',
    default: 1000,
    unit: 'ms',
    min: 50,
  }),
  PRODUCT_CACHE_MAX_BYTES: integer({
    description:
      'Most memory that one process gives to products as they were last written for the wire. Each read asks the database whether they are still so.',
    default: 33_554_432,
    unit: 'bytes',
    min: 1024,
  }),
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
  SAMPLE_DATA: flag({
    description:
      'Whether the sample products are put in. They are marked as samples.',
    default: false,
  }),
};

/** Configuration of the running service. */
export type ProductsConfig = ConfigOf<typeof productsConfigSpec>;

/** Reads the service's configuration, or throws with every problem. */
export function readProductsConfig(
  env: Record<string, string | undefined>,
): ProductsConfig {
  return loadConfig(productsConfigSpec, env);
}
