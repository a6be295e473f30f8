import type {
  Currency,
  StoredCart,
  StoredLine,
  Texts,
} from '../domain/types.ts';

/** A line in the column `lines`. */
interface LineValue {
  quantity: number;
  position: number;
  productId: string;
  name: Texts;
  unitAmount: number;
}

/** A row of `carts`; bigint arrives as text. */
export interface CartRow {
  id: string;
  version: string;
  currency: Currency;
  country: string | null;
  lines: Record<string, LineValue>;
  updated_at: Date;
  expires_at: Date;
}

/** A cart of a row, its lines in the order in which they were added. */
export function toCart(row: CartRow): StoredCart {
  return {
    cartId: row.id,
    version: Number(row.version),
    currency: row.currency,
    ...(row.country !== null && { country: row.country }),
    lines: Object.entries(row.lines)
      .sort(([, a], [, b]) => a.position - b.position)
      .map(([sku, { position: _position, ...line }]) => ({ sku, ...line })),
    updatedAt: row.updated_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}

/** Lines as the column holds them. */
export function toColumn(lines: readonly StoredLine[]): string {
  return JSON.stringify(
    Object.fromEntries(
      lines.map(({ sku, ...line }, index) => [
        sku,
        { ...line, position: index + 1 } satisfies LineValue,
      ]),
    ),
  );
}
