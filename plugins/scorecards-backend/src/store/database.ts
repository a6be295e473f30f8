import { migrationsOf } from '@shopfloor/plugin-database-node';

/** Folder of the migrations. */
export const migrationsDirectory = migrationsOf(
  '@shopfloor/plugin-scorecards-backend',
);

/** Rows as one JSON parameter for `jsonb_to_recordset`. */
export function recordset(rows: object[]): string {
  return JSON.stringify(rows);
}
