/** One receiver of a share. */
export interface AllocationWeight {
  /** Unique among the receivers; decides ties, so that their order does not. */
  key: string;
  /** Not negative. */
  weight: bigint;
}

/**
 * Splits an amount by weights without losing a unit (largest remainder, Hamilton):
 * everyone gets the whole part, and the units left over go to the largest
 * remainders; ties go to the larger weight, then to the smaller key. What a key
 * gets does not depend on the order of the receivers, and never exceeds its
 * weight when the amount does not exceed their sum.
 *
 * @returns shares in the order of the receivers; all zero when there is no weight and nothing to split
 * @throws RangeError for a negative amount or weight, or an amount that nobody can receive
 */
export function allocate(
  amount: bigint,
  receivers: readonly AllocationWeight[],
): bigint[] {
  const total = receivers.reduce((all, { weight }) => all + weight, 0n);
  if (amount < 0n || receivers.some(({ weight }) => weight < 0n)) {
    throw new RangeError('Amounts and weights must not be negative');
  }
  if (total === 0n) {
    if (amount > 0n) {
      throw new RangeError('There is nobody to allocate to');
    }
    return receivers.map(() => 0n);
  }
  const shares = receivers.map(({ weight }) => (amount * weight) / total);
  let left = amount - shares.reduce((all, share) => all + share, 0n);
  const order = receivers
    .map(({ key, weight }, index) => ({
      key,
      weight,
      index,
      remainder: (amount * weight) % total,
    }))
    .sort((a, b) => {
      if (a.remainder !== b.remainder) {
        return a.remainder > b.remainder ? -1 : 1;
      }
      if (a.weight !== b.weight) {
        return a.weight > b.weight ? -1 : 1;
      }
      return a.key < b.key ? -1 : 1;
    });
  for (const { index } of order) {
    if (left === 0n) {
      break;
    }
    shares[index] += 1n;
    left -= 1n;
  }
  return shares;
}
