import { migrationsOf } from '@shopfloor/plugin-database-node';

/** Folder of the migrations. */
export const migrationsDirectory = migrationsOf(
  '@shopfloor/plugin-audit-backend',
);
