/** What a promotion lowers. */
export type PromotionScope = 'line' | 'order' | 'shipping';

/** How it lowers. Rates are parts per million, amounts minor units. */
export type PromotionEffect =
  | { kind: 'percentage'; ratePpm: number }
  | { kind: 'amount-off'; amount: bigint; currency: string }
  /** Of every `buy + get` matching units the `get` cheapest cost `ratePpm` less. */
  | { kind: 'buy-x-get-y'; buy: number; get: number; ratePpm: number }
  | { kind: 'free-shipping' };

/** When it applies; every condition given must hold. */
export interface PromotionConditions {
  /** Least value of the goods at list prices, in minor units of a currency. */
  minimumSubtotal?: { amount: bigint; currency: string };
  /** Only lines of these SKUs or categories count; the two lists add up. */
  skus?: readonly string[];
  categories?: readonly string[];
  /** The shopper must give this code; compared without case. */
  code?: string;
  /** Epoch milliseconds: from (inclusive) and until (exclusive). */
  from?: number;
  until?: number;
}

/** A promotion. */
export interface Promotion {
  id: string;
  name: { en: string; zh: string };
  scope: PromotionScope;
  /** Higher ones are tried first; equal ones by id. */
  priority: number;
  /**
   * `none`: goes with others. `scope`: no other of its scope. `order`: no other at
   * all. One that finds an applied promotion it excludes does not apply.
   */
  exclusivity: 'none' | 'scope' | 'order';
  effect: PromotionEffect;
  conditions: PromotionConditions;
  /** Whether an order that has it counts against a limit of uses. */
  limited: boolean;
}

/** One use that an order claims, atomically, when it is placed. */
export interface UsageClaim {
  promotionId: string;
  uses: number;
}
