import { currencyExponent } from './currencies.ts';

/** An amount in whole minor units of one currency. */
export interface Money {
  readonly amount: bigint;
  /** ISO 4217 code. */
  readonly currency: string;
}

/** Money as JSON carries it: a whole number that a double holds exactly. */
export interface MoneyJson {
  amount: number;
  currency: string;
}

/** What JSON carries without loss; PostgreSQL's bigint holds more. */
const LIMIT = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Makes money of whole minor units.
 *
 * @throws RangeError for an unknown currency or an amount beyond what JSON carries
 */
export function money(amount: bigint | number, currency: string): Money {
  currencyExponent(currency);
  const value = BigInt(amount);
  if (value > LIMIT || value < -LIMIT) {
    throw new RangeError(`${value} minor units are beyond what is exact`);
  }
  return { amount: value, currency };
}

/** No money of a currency. */
export function zero(currency: string): Money {
  return money(0n, currency);
}

function sameCurrency(a: Money, b: Money): void {
  if (a.currency !== b.currency) {
    throw new RangeError(
      `${a.currency} and ${b.currency} do not mix: one order has one currency`,
    );
  }
}

/** @throws RangeError when the currencies differ or the sum is too large */
export function add(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return money(a.amount + b.amount, a.currency);
}

/** @throws RangeError when the currencies differ */
export function subtract(a: Money, b: Money): Money {
  sameCurrency(a, b);
  return money(a.amount - b.amount, a.currency);
}

/** A whole number of times. @throws RangeError when the product is too large */
export function times(a: Money, factor: number | bigint): Money {
  return money(a.amount * BigInt(factor), a.currency);
}

/** Negative, zero or positive as a is less than, equal to or more than b. @throws RangeError when the currencies differ */
export function compare(a: Money, b: Money): number {
  sameCurrency(a, b);
  if (a.amount === b.amount) {
    return 0;
  }
  return a.amount < b.amount ? -1 : 1;
}

/** The sum of amounts of one currency; zero of it for none. */
export function sum(amounts: readonly Money[], currency: string): Money {
  return amounts.reduce(add, zero(currency));
}

/** Money for JSON. */
export function toJson({ amount, currency }: Money): MoneyJson {
  return { amount: Number(amount), currency };
}

/** @throws RangeError for a fraction or an unknown currency */
export function fromJson({ amount, currency }: MoneyJson): Money {
  return money(amount, currency);
}
