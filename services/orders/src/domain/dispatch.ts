import { unitValue } from '@shopfloor/pricing';
import type { OrderLine, PricedContent } from './types.ts';

/** Quantity of one SKU. */
export interface Units {
  sku: string;
  quantity: number;
}

/** What a dispatched parcel means for an order. */
export interface DispatchOutcome {
  /** Units that count, by SKU: never more than were ordered. */
  shipped: Units[];
  /** Value of the parcel in minor units; the first one carries the price of shipping. */
  value: number;
  complete: boolean;
  /** What a person has to look at. */
  trouble?: 'shipped-more-than-ordered' | 'shipped-less-than-ordered';
}

function merge(units: readonly Units[]): Map<string, number> {
  const merged = new Map<string, number>();
  for (const { sku, quantity } of units) {
    merged.set(sku, (merged.get(sku) ?? 0) + quantity);
  }
  return merged;
}

/** Value of the next units of a line, in minor units. */
function valueOf(line: OrderLine, done: number, units: number): number {
  return Number(
    unitValue(
      { quantity: line.quantity, net: BigInt(line.net), tax: BigInt(line.tax) },
      { done, units },
    ).gross,
  );
}

/** Works out a parcel. The values of all parcels of an order come to its total. */
export function readDispatch(options: {
  lines: readonly OrderLine[];
  shipping: PricedContent['shipping'];
  parcel: readonly Units[];
  /** The sender says that nothing follows. */
  last: boolean;
}): DispatchOutcome {
  const { lines, shipping, last } = options;
  const parcel = merge(options.parcel);
  const first = lines.every(line => line.shipped === 0);
  const known = new Set(lines.map(line => line.sku));
  let surplus = [...parcel.keys()].some(sku => !known.has(sku));
  let value = first ? shipping.total : 0;
  let complete = true;
  const shipped: Units[] = [];
  for (const line of lines) {
    const asked = parcel.get(line.sku) ?? 0;
    const units = Math.min(asked, line.quantity - line.shipped);
    surplus ||= units < asked;
    value += valueOf(line, line.shipped, units);
    complete &&= line.shipped + units === line.quantity;
    if (units > 0) {
      shipped.push({ sku: line.sku, quantity: units });
    }
  }
  let trouble: DispatchOutcome['trouble'];
  if (surplus) {
    trouble = 'shipped-more-than-ordered';
  } else if (last && !complete) {
    trouble = 'shipped-less-than-ordered';
  }
  return { shipped, value, complete, trouble };
}

/** What came back and is to be refunded. */
export interface ReturnOutcome {
  returned: Units[];
  /** Refund in minor units. */
  value: number;
  trouble?: 'returned-more-than-shipped';
}

/** Works out a return: units that were shipped and not returned before, at what was paid for them. */
export function readReturn(options: {
  lines: readonly OrderLine[];
  units: readonly Units[];
}): ReturnOutcome {
  const back = merge(options.units);
  const known = new Set(options.lines.map(line => line.sku));
  let surplus = [...back.keys()].some(sku => !known.has(sku));
  let value = 0;
  const returned: Units[] = [];
  for (const line of options.lines) {
    const asked = back.get(line.sku) ?? 0;
    const units = Math.min(asked, line.shipped - line.returned);
    surplus ||= units < asked;
    value += valueOf(line, line.returned, units);
    if (units > 0) {
      returned.push({ sku: line.sku, quantity: units });
    }
  }
  return {
    returned,
    value,
    trouble: surplus ? 'returned-more-than-shipped' : undefined,
  };
}
