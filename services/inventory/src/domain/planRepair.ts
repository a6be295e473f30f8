import type { Difference } from './types.ts';

/** The three quantities of one SKU in one warehouse. */
export interface Quantities {
  onHand: number;
  held: number;
  allocated: number;
}

/** What three sources say of one SKU in one warehouse. */
export interface Comparison {
  sku: string;
  warehouseId: string;
  stock: Quantities;
  /** Sums over the movements. */
  ledger: Quantities;
  /** What reservations keep. */
  kept: Pick<Quantities, 'held' | 'allocated'>;
}

/** How the sources are brought to agree. */
export interface Repair {
  /** What the stock should be; absent when a person has to decide. */
  stock?: Quantities;
  /** What the ledger lacks; absent when it is right. */
  adjustment?: Pick<Quantities, 'held' | 'allocated'>;
  differences: Difference[];
}

/**
 * Decides what is true. What lies in a warehouse is what the movements add up to;
 * what is kept is what reservations keep, since those are promises to orders. When
 * more is promised than there is, no repair is right: a person has to look.
 */
export function planRepair(comparison: Comparison): Repair {
  const { sku, warehouseId, stock, ledger, kept } = comparison;
  const wanted: Quantities = { onHand: ledger.onHand, ...kept };
  const possible = wanted.onHand - wanted.held - wanted.allocated >= 0;
  const outcome = possible ? 'repaired' : 'needs-care';
  const differences: Difference[] = [];
  if (stock.onHand !== ledger.onHand) {
    differences.push({
      sku,
      warehouseId,
      quantity: 'on_hand',
      stock: String(stock.onHand),
      ledger: String(ledger.onHand),
      outcome,
    });
  }
  for (const quantity of ['held', 'allocated'] as const) {
    if (
      stock[quantity] !== kept[quantity] ||
      ledger[quantity] !== kept[quantity]
    ) {
      differences.push({
        sku,
        warehouseId,
        quantity,
        stock: String(stock[quantity]),
        ledger: String(ledger[quantity]),
        reservations: String(kept[quantity]),
        outcome,
      });
    }
  }
  if (!possible) {
    return { differences };
  }
  const held = kept.held - ledger.held;
  const allocated = kept.allocated - ledger.allocated;
  return {
    stock: wanted,
    adjustment: held === 0 && allocated === 0 ? undefined : { held, allocated },
    differences,
  };
}
