import {
  databaseConfigSpec,
  flag,
  loadConfig,
  serviceConfigSpec,
  type ConfigOf,
} from '@shopfloor/service-kit';

/** Every key of the running service. */
export const productsConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
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
