/** What was paid for a line, or for any part of an order that comes in units. */
export interface PaidUnits {
  quantity: number;
  net: bigint;
  tax: bigint;
}

/** The value of some units. */
export interface UnitValue {
  net: bigint;
  tax: bigint;
  gross: bigint;
}

/**
 * Gross and tax of the first `units` of a line: whole minor units a unit, the last
 * one has the rest. Tax follows the gross value, so no unit's net is negative.
 */
function upTo({ net, quantity, tax }: PaidUnits, units: number) {
  const gross = net + tax;
  const part =
    units === quantity ? gross : (gross / BigInt(quantity)) * BigInt(units);
  return { gross: part, tax: gross === 0n ? 0n : (tax * part) / gross };
}

/**
 * The value of the next `units` of a line of which `done` were settled before: for
 * a capture by what was shipped and a refund by what came back. It reuses what the
 * order allocated, so the values of all units add up to what was paid, whatever
 * the portions.
 *
 * @throws RangeError for more units than the line has
 */
export function unitValue(
  line: PaidUnits,
  options: { done: number; units: number },
): UnitValue {
  const { done, units } = options;
  const end = done + units;
  if (
    !Number.isSafeInteger(done) ||
    !Number.isSafeInteger(units) ||
    done < 0 ||
    units < 0 ||
    end > line.quantity
  ) {
    throw new RangeError(
      `${units} more after ${done} are not within the ${line.quantity} units of the line`,
    );
  }
  const before = upTo(line, done);
  const after = upTo(line, end);
  const gross = after.gross - before.gross;
  const tax = after.tax - before.tax;
  return { net: gross - tax, tax, gross };
}
