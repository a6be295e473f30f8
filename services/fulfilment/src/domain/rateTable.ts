import {
  CURRENCIES,
  OPTION_IDS,
  type Currency,
  type Localised,
  type OptionId,
} from './types.ts';

/** A price in each price list, minor units. */
export type PriceList = Readonly<Record<Currency, number>>;

/** What one option costs in one zone. */
export interface ZoneRates {
  /** Working days, both inclusive. */
  minDays: number;
  maxDays: number;
  /** Subtotal of goods from which delivery is free; absent: never. */
  freeFrom?: PriceList;
  /** Ascending; a parcel takes the first band that holds it. */
  bands: readonly { upToGrams: number; prices: PriceList }[];
}

/** Rules and prices of delivery, fixed under a version. */
export interface RateTable {
  version: string;
  zones: readonly { zone: string; countries: readonly string[] }[];
  options: readonly {
    optionId: OptionId;
    title: Localised;
    zones: Readonly<Record<string, ZoneRates>>;
  }[];
  /** Parts of a country that are reached slower, or not by every option. */
  remoteAreas: readonly {
    country: string;
    postalPrefixes: readonly string[];
    optionIds: readonly OptionId[];
    extraDays: number;
  }[];
}

function checkZoneRates(where: string, rates: ZoneRates): string[] {
  const problems: string[] = [];
  if (!(rates.minDays >= 0 && rates.minDays <= rates.maxDays)) {
    problems.push(`${where} has days ${rates.minDays} to ${rates.maxDays}`);
  }
  if (rates.bands.length === 0) {
    problems.push(`${where} has no weight band`);
  }
  const lists = [
    ...rates.bands.map(({ upToGrams, prices }) => ({
      at: `${where} up to ${upToGrams} g`,
      prices,
    })),
    ...(rates.freeFrom
      ? [{ at: `${where} free from`, prices: rates.freeFrom }]
      : []),
  ];
  for (const { at, prices } of lists) {
    for (const currency of CURRENCIES) {
      if (!Number.isSafeInteger(prices[currency]) || prices[currency] < 0) {
        problems.push(`${at} has no price in ${currency}`);
      }
    }
  }
  rates.bands.forEach((band, index) => {
    const before = rates.bands[index - 1];
    if (before && before.upToGrams >= band.upToGrams) {
      problems.push(`${where} has bands that do not ascend`);
    }
    if (
      before &&
      CURRENCIES.some(name => before.prices[name] > band.prices[name])
    ) {
      problems.push(
        `${where} gets cheaper above ${before.upToGrams} g, which invites splitting`,
      );
    }
  });
  return problems;
}

/** What is wrong with a table, in words; empty when it can be used. */
export function checkRateTable(table: RateTable): string[] {
  const problems: string[] = [];
  const owners = new Map<string, string>();
  for (const { zone, countries } of table.zones) {
    for (const country of countries) {
      const other = owners.get(country);
      if (other !== undefined) {
        problems.push(`${country} is in ${other} and in ${zone}`);
      }
      owners.set(country, zone);
    }
  }
  for (const { optionId, zones } of table.options) {
    for (const [zone, rates] of Object.entries(zones)) {
      if (!table.zones.some(known => known.zone === zone)) {
        problems.push(`${optionId} names an unknown zone ${zone}`);
      }
      problems.push(...checkZoneRates(`${optionId} to ${zone}`, rates));
    }
  }
  const ids = table.options.map(({ optionId }) => optionId);
  if (new Set(ids).size !== ids.length) {
    problems.push('an option is there twice');
  }
  for (const optionId of ids) {
    if (!OPTION_IDS.includes(optionId)) {
      problems.push(`${optionId} is not known`);
    }
  }
  return problems;
}
