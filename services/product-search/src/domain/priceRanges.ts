import type { Currency } from './types.ts';

/** Bounds in whole units of the currency, about the same worth in each; a range is from one to below the next. */
const BOUNDS: Record<Currency, readonly number[]> = {
  EUR: [0, 25, 50, 100, 200],
  USD: [0, 25, 50, 100, 200],
  GBP: [0, 20, 40, 80, 160],
  JPY: [0, 4000, 8000, 16_000, 32_000],
  KWD: [0, 10, 20, 40, 80],
  CNY: [0, 200, 400, 800, 1600],
};

/** Decimal places of the minor unit (ISO 4217). */
const EXPONENTS: Record<Currency, number> = {
  EUR: 2,
  USD: 2,
  GBP: 2,
  JPY: 0,
  KWD: 3,
  CNY: 2,
};

/** A range of prices in minor units, both bounds within. */
export interface PriceBounds {
  min: number;
  max?: number;
}

/** The ranges that prices of a currency are counted by. They leave no gap and do not overlap. */
export function priceRanges(currency: Currency): PriceBounds[] {
  const bounds = BOUNDS[currency].map(
    bound => bound * 10 ** EXPONENTS[currency],
  );
  return bounds.map((min, index) => {
    const next = bounds[index + 1];
    return next === undefined ? { min } : { min, max: next - 1 };
  });
}
