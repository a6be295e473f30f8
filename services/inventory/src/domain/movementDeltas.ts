import type { MovementKind } from './types.ts';

/** One change of the three quantities, as the ledger keeps it. */
export interface Delta {
  kind: MovementKind;
  sku: string;
  warehouseId: string;
  quantity: number;
  onHand: number;
  held: number;
  allocated: number;
  reference: string;
  reason?: string;
  actor?: string;
}

/** Goods that come in, from a supplier or back from a customer. */
export function incoming(
  kind: 'received' | 'returned',
  options: {
    sku: string;
    warehouseId: string;
    quantity: number;
    reference: string;
    reason?: string;
    actor?: string;
  },
): Delta {
  return { kind, ...options, onHand: options.quantity, held: 0, allocated: 0 };
}

/** A correction of what lies in a warehouse, up or down. */
export function adjustment(options: {
  sku: string;
  warehouseId: string;
  /** Positive: found; negative: lost. */
  change: number;
  reference: string;
  reason: string;
  actor?: string;
}): Delta {
  const { change, ...rest } = options;
  return {
    kind: 'adjusted',
    ...rest,
    quantity: Math.abs(change),
    onHand: change,
    held: 0,
    allocated: 0,
  };
}
