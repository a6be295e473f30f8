import { allocate } from '../allocation/allocate.ts';
import { type RoundingMode, shareOf } from '../money/rounding.ts';
import type { Promotion, UsageClaim } from './types.ts';

/** A line as promotions see it. */
export interface DiscountableLine {
  sku: string;
  categories: readonly string[];
  quantity: number;
  /** Quantity times list price, in minor units. */
  amount: bigint;
}

/** What one promotion takes off one thing. */
export interface DiscountShare {
  promotionId: string;
  amount: bigint;
}

/** What promotions came to. */
export interface DiscountOutcome {
  /** By line, in the order given. */
  lines: DiscountShare[][];
  shipping: DiscountShare[];
  /** Those that took something off, in the order they applied. */
  applied: { promotion: Promotion; amount: bigint }[];
  usageClaims: UsageClaim[];
  /** Codes given that no applied promotion asks for. */
  unusedCodes: string[];
}

/** Options of {@link applyPromotions}. */
export interface ApplyPromotionsOptions {
  lines: readonly DiscountableLine[];
  shipping: bigint;
  currency: string;
  promotions: readonly Promotion[];
  codes: readonly string[];
  /** Epoch milliseconds by the database's clock. */
  at: number;
  rounding: RoundingMode;
}

function matches(promotion: Promotion, line: DiscountableLine): boolean {
  const { skus, categories } = promotion.conditions;
  return (
    (skus === undefined && categories === undefined) ||
    Boolean(skus?.includes(line.sku)) ||
    line.categories.some(category => categories?.includes(category))
  );
}

function isOpen(
  promotion: Promotion,
  options: ApplyPromotionsOptions,
  subtotal: bigint,
  codes: ReadonlySet<string>,
): boolean {
  const { minimumSubtotal, code, from, until } = promotion.conditions;
  const { effect } = promotion;
  return (
    (from === undefined || options.at >= from) &&
    (until === undefined || options.at < until) &&
    (code === undefined || codes.has(code.toLowerCase())) &&
    (effect.kind !== 'amount-off' || effect.currency === options.currency) &&
    (minimumSubtotal === undefined ||
      (minimumSubtotal.currency === options.currency &&
        subtotal >= minimumSubtotal.amount))
  );
}

function excluded(
  promotion: Promotion,
  applied: readonly { promotion: Promotion }[],
): boolean {
  const excludes = (one: Promotion, other: Promotion) =>
    one.exclusivity === 'order' ||
    (one.exclusivity === 'scope' && one.scope === other.scope);
  return applied.some(
    ({ promotion: earlier }) =>
      excludes(earlier, promotion) || excludes(promotion, earlier),
  );
}

interface Remaining {
  sku: string;
  quantity: number;
  amount: bigint;
}

/** Takes the cheapest units of the lines, at what they still cost. */
function cheapestUnits(
  lines: readonly Remaining[],
  effect: { buy: number; get: number; ratePpm: number },
  rounding: RoundingMode,
): bigint[] {
  const units = lines
    .flatMap((line, index) => {
      // What is left of a line spreads over its units as evenly as it goes.
      const quantity = BigInt(line.quantity);
      const base = line.amount / quantity;
      const dearer = Number(line.amount % quantity);
      return [
        { index, sku: line.sku, value: base, count: line.quantity - dearer },
        { index, sku: line.sku, value: base + 1n, count: dearer },
      ];
    })
    .sort((a, b) => {
      if (a.value !== b.value) {
        return a.value < b.value ? -1 : 1;
      }
      return a.sku < b.sku ? -1 : 1;
    });
  const all = lines.reduce((sum, line) => sum + line.quantity, 0);
  let free = Math.floor(all / (effect.buy + effect.get)) * effect.get;
  const shares: bigint[] = lines.map(() => 0n);
  for (const { index, value, count } of units) {
    const taken = Math.min(free, count);
    shares[index] += shareOf(value, effect.ratePpm, rounding) * BigInt(taken);
    free -= taken;
  }
  return shares;
}

/** What a promotion takes off each of the lines it is about. */
function lineShares(
  promotion: Promotion,
  lines: readonly Remaining[],
  rounding: RoundingMode,
): bigint[] {
  const { effect, scope } = promotion;
  const total = lines.reduce((sum, line) => sum + line.amount, 0n);
  const spread = (amount: bigint) =>
    allocate(
      amount < total ? amount : total,
      lines.map(line => ({ key: line.sku, weight: line.amount })),
    );
  switch (effect.kind) {
    case 'percentage':
      return scope === 'line'
        ? lines.map(line => shareOf(line.amount, effect.ratePpm, rounding))
        : spread(shareOf(total, effect.ratePpm, rounding));
    case 'amount-off':
      return spread(effect.amount);
    case 'buy-x-get-y':
      return cheapestUnits(lines, effect, rounding);
    default:
      return lines.map(() => 0n);
  }
}

function shippingShare(
  promotion: Promotion,
  left: bigint,
  rounding: RoundingMode,
): bigint {
  const { effect } = promotion;
  switch (effect.kind) {
    case 'percentage':
      return shareOf(left, effect.ratePpm, rounding);
    case 'amount-off':
      return effect.amount < left ? effect.amount : left;
    case 'free-shipping':
      return left;
    default:
      return 0n;
  }
}

/** Whether it takes anything off list prices; if not, it must not exclude others. */
function isUseful(
  promotion: Promotion,
  { lines, shipping, rounding }: ApplyPromotionsOptions,
): boolean {
  const members = lines.filter(line => matches(promotion, line));
  return promotion.scope === 'shipping'
    ? members.length > 0 && shippingShare(promotion, shipping, rounding) > 0n
    : lineShares(promotion, members, rounding).some(share => share > 0n);
}

/**
 * Applies promotions: lines first, then the order, then shipping; within a scope
 * by priority. Each works on what the earlier ones left, so nothing falls below
 * zero. One that would take nothing off neither applies nor claims a use.
 */
export function applyPromotions(
  options: ApplyPromotionsOptions,
): DiscountOutcome {
  const { rounding } = options;
  const codes = new Set(options.codes.map(code => code.toLowerCase()));
  const subtotal = options.lines.reduce((sum, line) => sum + line.amount, 0n);
  const outcome: DiscountOutcome = {
    lines: options.lines.map(() => []),
    shipping: [],
    applied: [],
    usageClaims: [],
    unusedCodes: [],
  };
  const left = options.lines.map(line => ({ ...line }));
  let shippingLeft = options.shipping;
  const byPriority = options.promotions
    .filter(promotion => isOpen(promotion, options, subtotal, codes))
    .sort((a, b) => b.priority - a.priority || (a.id < b.id ? -1 : 1));
  // Which of them apply follows from priority and list prices; when, from the scope.
  const chosen: { promotion: Promotion }[] = [];
  for (const promotion of byPriority) {
    if (isUseful(promotion, options) && !excluded(promotion, chosen)) {
      chosen.push({ promotion });
    }
  }
  const scopes = ['line', 'order', 'shipping'] as const;
  for (const scope of scopes) {
    for (const { promotion } of chosen) {
      if (promotion.scope !== scope) {
        continue;
      }
      let amount = 0n;
      if (scope === 'shipping') {
        amount = shippingShare(promotion, shippingLeft, rounding);
        if (amount > 0n) {
          shippingLeft -= amount;
          outcome.shipping.push({ promotionId: promotion.id, amount });
        }
      } else {
        const members = left.flatMap((line, index) =>
          matches(promotion, line) ? [{ ...line, index }] : [],
        );
        lineShares(promotion, members, rounding).forEach((share, position) => {
          const { index } = members[position];
          if (share > 0n) {
            left[index].amount -= share;
            outcome.lines[index].push({
              promotionId: promotion.id,
              amount: share,
            });
            amount += share;
          }
        });
      }
      if (amount > 0n) {
        outcome.applied.push({ promotion, amount });
      }
    }
  }
  outcome.usageClaims = outcome.applied
    .filter(({ promotion }) => promotion.limited)
    .map(({ promotion }) => ({ promotionId: promotion.id, uses: 1 }));
  const used = new Set(
    outcome.applied.map(({ promotion }) =>
      promotion.conditions.code?.toLowerCase(),
    ),
  );
  outcome.unusedCodes = options.codes.filter(
    code => !used.has(code.toLowerCase()),
  );
  return outcome;
}
