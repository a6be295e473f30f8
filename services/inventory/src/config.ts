import {
  authConfigSpec,
  databaseConfigSpec,
  eventsConfigSpec,
  flag,
  integer,
  loadConfig,
  loadConfigSpec,
  serviceConfigSpec,
  type ConfigOf,
} from '@shopfloor/service-kit';

const sampleData = flag({
  description:
    'Whether sample warehouses exist and sample products get sample stock.',
  default: false,
});

/** Every key of the running service. */
export const inventoryConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...eventsConfigSpec,
  ...authConfigSpec,
  ...loadConfigSpec,
  LOW_STOCK_THRESHOLD: integer({
    description:
      'A SKU of which at most this many can be promised is told as `low`.',
    default: 5,
    max: 1_000_000,
  }),
  SWEEP_INTERVAL_MS: integer({
    description:
      'Wait between two sweeps of holds past their time. Reads and reservations leave such holds out at once.',
    default: 1000,
    unit: 'ms',
    min: 50,
  }),
  RECONCILE_INTERVAL_SECONDS: integer({
    description: 'Time between two reconciliations that nobody asked for.',
    default: 3600,
    unit: 's',
    min: 10,
  }),
  RECONCILE_POLL_MS: integer({
    description:
      'How often an instance looks whether a reconciliation is to be done.',
    default: 2000,
    unit: 'ms',
    min: 50,
  }),
  SAMPLE_DATA: sampleData,
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
  SAMPLE_DATA: sampleData,
};

/** Configuration of the running service. */
export type InventoryConfig = ConfigOf<typeof inventoryConfigSpec>;

/** Reads the service's configuration, or throws with every problem. */
export function readInventoryConfig(
  env: Record<string, string | undefined>,
): InventoryConfig {
  return loadConfig(inventoryConfigSpec, env);
}
