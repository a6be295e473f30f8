import { InvalidConfigurationError } from '@shopfloor/service-kit';

/** How long the accounts of an order are kept. */
export interface RetentionPolicy {
  /** Years, for a country that is not named. */
  years: number;
  /** Years by country of delivery, ISO 3166-1 alpha-2. */
  byCountry: Readonly<Record<string, number>>;
}

const ENTRY = /^([A-Z]{2})=(\d{1,3})$/;
const MAX_YEARS = 100;

/**
 * Reads `FR=10,JP=7`.
 *
 * @throws InvalidConfigurationError that names each entry that says nothing
 */
export function parseRetention(options: {
  years: number;
  byCountry: string;
}): RetentionPolicy {
  const byCountry: Record<string, number> = {};
  const problems: string[] = [];
  for (const entry of options.byCountry
    .split(',')
    .map(part => part.trim())
    .filter(Boolean)) {
    const [, country, given] = ENTRY.exec(entry) ?? [];
    const years = Number(given);
    if (country === undefined || years < 1 || years > MAX_YEARS) {
      problems.push(
        `ORDERS_RETENTION_YEARS_BY_COUNTRY has "${entry}": write a country in two capital letters and years from 1 to ${MAX_YEARS}, such as FR=10`,
      );
    } else if (Object.hasOwn(byCountry, country)) {
      problems.push(
        `ORDERS_RETENTION_YEARS_BY_COUNTRY names ${country} twice: keep one`,
      );
    } else {
      byCountry[country] = years;
    }
  }
  if (problems.length > 0) {
    throw new InvalidConfigurationError(problems);
  }
  return { years: options.years, byCountry };
}

/** The shortest time that any order is kept, in years. */
export function shortestYears({ years, byCountry }: RetentionPolicy): number {
  return Math.min(years, ...Object.values(byCountry));
}
