import type { StockState } from './types.ts';

/** What a shopper is told when so many can still be promised. */
export function stockState(
  available: number,
  lowStockThreshold: number,
): StockState {
  if (available <= 0) {
    return 'out';
  }
  return available <= lowStockThreshold ? 'low' : 'in-stock';
}
