import { allocate } from '../allocation/allocate.ts';
import { divideRounded, ONE_MILLION } from '../money/rounding.ts';
import type { TaxRule } from './TaxTable.ts';

/** Something that is taxed at one rate. */
export interface TaxBase {
  /** Unique; decides ties of the allocation. */
  key: string;
  /** With or without tax, as the price list has it; not negative. */
  amount: bigint;
  ratePpm: number;
}

/** What it comes to: `net + tax` is what is paid. */
export interface TaxShare {
  net: bigint;
  tax: bigint;
}

/** The tax of an amount: on top of a net one, contained in a gross one. */
function taxOf(
  amount: bigint,
  ratePpm: number,
  pricesIncludeTax: boolean,
  rule: TaxRule,
): bigint {
  const rate = BigInt(ratePpm);
  return divideRounded(
    amount * rate,
    pricesIncludeTax ? ONE_MILLION + rate : ONE_MILLION,
    rule.rounding,
  );
}

/** Splits each amount into net and tax, in the order given. */
export function computeTax(options: {
  bases: readonly TaxBase[];
  pricesIncludeTax: boolean;
  rule: TaxRule;
}): TaxShare[] {
  const { bases, pricesIncludeTax, rule } = options;
  const taxes: bigint[] = bases.map(() => 0n);
  if (rule.level === 'line') {
    bases.forEach(({ amount, ratePpm }, index) => {
      taxes[index] = taxOf(amount, ratePpm, pricesIncludeTax, rule);
    });
  } else {
    for (const ratePpm of new Set(bases.map(base => base.ratePpm))) {
      const members = bases.flatMap((base, index) =>
        base.ratePpm === ratePpm ? [{ ...base, index }] : [],
      );
      const amount = members.reduce((all, base) => all + base.amount, 0n);
      const shares = allocate(
        taxOf(amount, ratePpm, pricesIncludeTax, rule),
        members.map(base => ({ key: base.key, weight: base.amount })),
      );
      members.forEach(({ index }, position) => {
        taxes[index] = shares[position];
      });
    }
  }
  return bases.map(({ amount }, index) => ({
    net: pricesIncludeTax ? amount - taxes[index] : amount,
    tax: taxes[index],
  }));
}
