import { isCurrency } from '../money/currencies.ts';
import type { Promotion, PromotionEffect, PromotionScope } from './types.ts';

const effectsOf: Record<PromotionScope, readonly PromotionEffect['kind'][]> = {
  line: ['percentage', 'amount-off', 'buy-x-get-y'],
  order: ['percentage', 'amount-off'],
  shipping: ['percentage', 'amount-off', 'free-shipping'],
};

/** What is wrong with a promotion, by field; empty when it can be applied. */
export function validatePromotion(
  promotion: Promotion,
): { field: string; message: string }[] {
  const problems: { field: string; message: string }[] = [];
  const { effect, scope, conditions } = promotion;
  const refuse = (field: string, message: string) =>
    problems.push({ field, message });
  if (!effectsOf[scope].includes(effect.kind)) {
    refuse('effect/kind', `${effect.kind} does not go with scope ${scope}`);
  }
  if (
    'ratePpm' in effect &&
    !(
      Number.isInteger(effect.ratePpm) &&
      effect.ratePpm > 0 &&
      effect.ratePpm <= 1_000_000
    )
  ) {
    refuse('effect/ratePpm', 'must be a whole number from 1 to 1000000');
  }
  if (effect.kind === 'amount-off') {
    if (effect.amount <= 0n) {
      refuse('effect/amount', 'must be positive');
    }
    if (!isCurrency(effect.currency)) {
      refuse('effect/currency', 'must be a code of ISO 4217');
    }
  }
  if (effect.kind === 'buy-x-get-y' && !(effect.buy >= 1 && effect.get >= 1)) {
    refuse('effect', 'buy and get must be at least 1');
  }
  const { minimumSubtotal, from, until } = conditions;
  if (minimumSubtotal && !isCurrency(minimumSubtotal.currency)) {
    refuse('conditions/minimumSubtotal', 'must be in a currency of ISO 4217');
  }
  if (from !== undefined && until !== undefined && from >= until) {
    refuse('conditions/until', 'must be after from');
  }
  return problems;
}
