import {
  authConfigSpec,
  type ConfigOf,
  databaseConfigSpec,
  eventsConfigSpec,
  faultsConfigSpec,
  flagsConfigSpec,
  integer,
  loadConfig,
  loadConfigSpec,
  searchConfigSpec,
  serviceConfigSpec,
} from '@shopfloor/service-kit';

/** Every key of the running service. */
export const productSearchConfigSpec = {
  ...serviceConfigSpec,
  ...databaseConfigSpec,
  ...eventsConfigSpec,
  ...searchConfigSpec,
  ...authConfigSpec,
  ...loadConfigSpec,
  ...flagsConfigSpec,
  ...faultsConfigSpec,
  INDEX_POLL_MS: integer({
    description:
      'How often changed products are looked for, besides being told of them.',
    default: 250,
    unit: 'ms',
    min: 10,
  }),
  INDEX_BATCH: integer({
    description: 'Most products that are written to the index at once.',
    default: 200,
    min: 1,
    max: 2000,
  }),
  REBUILD_POLL_MS: integer({
    description: 'How often a replica looks whether a rebuild needs it.',
    default: 1000,
    unit: 'ms',
    min: 10,
  }),
  REBUILD_QUIET_MS: integer({
    description:
      'A replay counts as caught up when nothing older than the rebuild came for this long. Longer than a group takes to hand over partitions after a crash.',
    default: 15_000,
    unit: 'ms',
    min: 50,
  }),
};

/** Every key of the migration program. */
export const migrateConfigSpec = {
  DATABASE_URL: databaseConfigSpec.DATABASE_URL,
};

/** Configuration of the running service. */
export type ProductSearchConfig = ConfigOf<typeof productSearchConfigSpec>;

/** Reads the service's configuration, or throws with every problem. */
export function readProductSearchConfig(
  env: Record<string, string | undefined>,
): ProductSearchConfig {
  return loadConfig(productSearchConfigSpec, env);
}
