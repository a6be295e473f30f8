/** A subset of a service and its part of the route. @public */
export interface SubsetWeight {
  subset: string;
  /** Integer of at least 0; a share only together with the other weights. */
  weight: number;
}

/**
 * Shares of weights, between 0 and 1, in the same order. Istio divides by the sum, so 1:7 is 0.125 and 0.875. All zero
 * gives all zero: nothing can be sent anywhere.
 *
 * @public
 */
export function sharesOf(weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map(weight => (sum > 0 ? weight / sum : 0));
}

/**
 * Whole percentages that sum to exactly 100 and are each within 1 of the exact share (largest remainder method, ties to
 * the earlier one). A subset that gets no requests stays at 0.
 *
 * @public
 */
export function toPercentages(weights: readonly number[]): number[] {
  const exact = sharesOf(weights).map(share => share * 100);
  const percentages = exact.map(Math.floor);
  const rest = 100 - percentages.reduce((total, part) => total + part, 0);
  if (exact.every(value => value === 0)) {
    return percentages;
  }
  exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .filter(({ index }) => weights[index] > 0)
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
    .slice(0, rest)
    .forEach(({ index }) => {
      percentages[index] += 1;
    });
  return percentages;
}

/**
 * Sets one percentage and takes the difference from the others in proportion to what they have (evenly when they have
 * nothing), so that the sum stays 100.
 *
 * @param percentages - integers that sum to 100
 * @param index - which one the person moves
 * @param value - what it becomes; clamped to 0..100 and rounded
 * @public
 */
export function rebalance(
  percentages: readonly number[],
  index: number,
  value: number,
): number[] {
  if (percentages.length < 2) {
    return percentages.map(() => 100);
  }
  const wanted = Math.min(100, Math.max(0, Math.round(value)));
  const others = percentages.filter((_, i) => i !== index);
  const rest = distribute(100 - wanted, others);
  return percentages.map((_, i) => (i === index ? wanted : rest.shift()!));
}

/**
 * Why these weights cannot be sent, or undefined when they can: each an integer from 0 to 100, together 100.
 *
 * @public
 */
export function explainInvalidWeights(
  weights: readonly SubsetWeight[],
): string | undefined {
  if (weights.length === 0) {
    return 'No weights are given; name every subset of the route';
  }
  const names = new Set<string>();
  for (const { subset, weight } of weights) {
    if (names.has(subset)) {
      return `Subset '${subset}' is given twice`;
    }
    names.add(subset);
    if (!Number.isInteger(weight) || weight < 0 || weight > 100) {
      return `The weight of '${subset}' is ${weight}; give a whole number from 0 to 100`;
    }
  }
  const sum = weights.reduce((total, { weight }) => total + weight, 0);
  return sum === 100
    ? undefined
    : `The weights sum to ${sum}; they must sum to 100`;
}

function distribute(total: number, parts: readonly number[]): number[] {
  const even = parts.every(part => part === 0);
  const basis = even ? parts.map(() => 1) : parts;
  const sum = basis.reduce((all, part) => all + part, 0);
  const exact = basis.map(part => (part / sum) * total);
  const whole = exact.map(Math.floor);
  const missing = total - whole.reduce((all, part) => all + part, 0);
  exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
    .slice(0, missing)
    .forEach(({ index }) => {
      whole[index] += 1;
    });
  return whole;
}
