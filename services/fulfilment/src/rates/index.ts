import type { RateTable } from '../domain/rateTable.ts';
import { checkRateTable } from '../domain/rateTable.ts';
import { rates20261101 } from './rates20261101.ts';

/** Every table that was ever in force, oldest first. A table of the past is never changed. */
export const RATE_TABLES: readonly RateTable[] = [rates20261101];

/** Names of all tables, for the configuration. */
export const RATE_VERSIONS = RATE_TABLES.map(({ version }) => version);

/** The version in force unless configuration says otherwise. */
export const NEWEST_RATES = RATE_VERSIONS.at(-1)!;

/**
 * The table of a version, checked.
 *
 * @throws Error when there is none, or it has a gap
 */
export function rateTable(version: string): RateTable {
  const table = RATE_TABLES.find(candidate => candidate.version === version);
  if (!table) {
    throw new Error(
      `There is no rate table ${version}; known: ${RATE_VERSIONS.join(', ')}`,
    );
  }
  const problems = checkRateTable(table);
  if (problems.length > 0) {
    throw new Error(`Rate table ${version}: ${problems.join('; ')}`);
  }
  return table;
}
