import type { CartLimits, StoredLine, WantedLine } from './types.ts';

/** A line of a merge that did not fit whole. */
export interface CappedLine {
  sku: string;
  /** Units of both carts together. */
  wanted: number;
  /** Units that the cart holds now. */
  quantity: number;
}

/**
 * Puts one cart into another: quantities of the same SKU are added up to the caps,
 * lines of the target come first and keep the price they were set under. What
 * the target holds is never taken away, even where it is above a cap that has
 * been lowered since.
 */
export function mergeLines(
  target: readonly StoredLine[],
  source: readonly StoredLine[],
  limits: CartLimits,
): { lines: StoredLine[]; capped: CappedLine[] } {
  const lines = target.map(line => ({ ...line }));
  const capped: CappedLine[] = [];
  let free =
    limits.quantityPerCart -
    lines.reduce((sum, { quantity }) => sum + quantity, 0);
  for (const incoming of source) {
    const known = lines.find(({ sku }) => sku === incoming.sku);
    const held = known?.quantity ?? 0;
    const wanted = held + incoming.quantity;
    const room = Math.max(
      0,
      Math.min(incoming.quantity, limits.quantityPerLine - held, free),
    );
    const added = known || lines.length < limits.lines ? room : 0;
    free -= added;
    if (known) {
      known.quantity += added;
    } else if (added > 0) {
      lines.push({ ...incoming, quantity: added });
    }
    if (held + added < wanted) {
      capped.push({ sku: incoming.sku, wanted, quantity: held + added });
    }
  }
  return { lines, capped };
}

/** Units of each SKU of an order, whose lines may name one twice. */
export function unitsBySku(
  ordered: readonly WantedLine[],
): Record<string, number> {
  const units = new Map<string, number>();
  for (const { sku, quantity } of ordered) {
    units.set(sku, (units.get(sku) ?? 0) + quantity);
  }
  return Object.fromEntries(units);
}

/** Why lines cannot be, by the index of the first line that is too much. */
export type LimitProblem =
  | { kind: 'line'; index: number; limit: number }
  | { kind: 'cart'; index: number; limit: number }
  | { kind: 'lines'; index: number; limit: number }
  | { kind: 'twice'; index: number };

/** The first problem of a whole cart's lines, or undefined. */
export function findLimitProblem(
  lines: readonly WantedLine[],
  limits: CartLimits,
): LimitProblem | undefined {
  const seen = new Set<string>();
  let total = 0;
  for (const [index, { sku, quantity }] of lines.entries()) {
    total += quantity;
    if (seen.has(sku)) {
      return { kind: 'twice', index };
    }
    seen.add(sku);
    if (quantity > limits.quantityPerLine) {
      return { kind: 'line', index, limit: limits.quantityPerLine };
    }
    if (index >= limits.lines) {
      return { kind: 'lines', index, limit: limits.lines };
    }
    if (total > limits.quantityPerCart) {
      return { kind: 'cart', index, limit: limits.quantityPerCart };
    }
  }
  return undefined;
}
