/**
 * How a fraction of a minor unit is settled. `half-up` takes a half away from
 * zero, `half-even` to the even neighbour, `down` drops it.
 */
export type RoundingMode = 'half-up' | 'half-even' | 'down';

/**
 * A quotient as a whole number.
 *
 * @throws RangeError when the denominator is not positive
 */
export function divideRounded(
  numerator: bigint,
  denominator: bigint,
  mode: RoundingMode,
): bigint {
  if (denominator <= 0n) {
    throw new RangeError('A denominator must be positive');
  }
  const sign = numerator < 0n ? -1n : 1n;
  const magnitude = numerator * sign;
  const quotient = magnitude / denominator;
  const twice = (magnitude % denominator) * 2n;
  const up =
    mode !== 'down' &&
    (twice > denominator ||
      (twice === denominator && (mode === 'half-up' || quotient % 2n === 1n)));
  return sign * (up ? quotient + 1n : quotient);
}

/** Rounds to a multiple of `step` minor units. */
export function roundToStep(
  amount: bigint,
  step: bigint,
  mode: RoundingMode,
): bigint {
  return divideRounded(amount, step, mode) * step;
}

/** One whole in parts per million, the unit of every rate here. */
export const ONE_MILLION = 1_000_000n;

/** A share of an amount, rounded; 19 % are 190000 parts per million. */
export function shareOf(
  amount: bigint,
  ratePpm: number,
  mode: RoundingMode,
): bigint {
  return divideRounded(amount * BigInt(ratePpm), ONE_MILLION, mode);
}
