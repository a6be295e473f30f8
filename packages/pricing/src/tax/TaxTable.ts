import type { RoundingMode } from '../money/rounding.ts';

/** What products says about a thing; what it means is the destination's law. */
export type TaxCategory = 'standard' | 'reduced' | 'zero';

/** How tax is worked out where an order goes. */
export interface TaxRule {
  /** Rates in parts per million. */
  rates: Record<TaxCategory, number>;
  /**
   * `line`: each line is rounded. `total`: the sum of each rate is rounded once
   * and handed back to the lines by largest remainder.
   */
  level: 'line' | 'total';
  rounding: RoundingMode;
  /**
   * `follows-goods`: delivery is part of the sale and shares the rates of what is
   * delivered, by value. `none`: delivery that is charged apart is not taxed.
   */
  shipping: 'follows-goods' | 'none';
}

/** Where an order goes. */
export interface Destination {
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** ISO 3166-2 part after the country, such as `CA` of `US-CA`; needed in the US. */
  region?: string;
}

/** Finds the rule of a destination. */
export interface TaxTable {
  /** undefined when this table does not know the destination. */
  find(destination: Destination): TaxRule | undefined;
}

/** A table of rules by `country` or `country-region`; a country with regions has no rule of its own. */
export function taxTableOf(rules: Readonly<Record<string, TaxRule>>): TaxTable {
  const byPlace = new Map(Object.entries(rules));
  return {
    find({ country, region }) {
      return (
        byPlace.get(country) ??
        (region === undefined
          ? undefined
          : byPlace.get(`${country}-${region.toUpperCase()}`))
      );
    },
  };
}
