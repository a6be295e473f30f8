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

/** Whole minor units a unit; the last unit gets the rest. */
function share(amount: bigint, quantity: number, from: number, to: number) {
  const each = amount / BigInt(quantity);
  const upTo = (units: number) =>
    units === quantity ? amount : each * BigInt(units);
  return upTo(to) - upTo(from);
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
  const net = share(line.net, line.quantity, done, end);
  const tax = share(line.tax, line.quantity, done, end);
  return { net, tax, gross: net + tax };
}
