import { hash } from 'node:crypto';

/** The sample warehouses, in the order of preference. */
export const SAMPLE_WAREHOUSES = [
  { id: 'rotterdam', name: 'Rotterdam', position: 1 },
  { id: 'leipzig', name: 'Leipzig', position: 2 },
  { id: 'lyon', name: 'Lyon', position: 3 },
] as const;

/** What a sample warehouse first receives of a SKU. */
export interface SampleReceipt {
  sku: string;
  warehouseId: string;
  quantity: number;
}

function bytesOf(text: string): Buffer {
  return Buffer.from(hash('sha256', `shopfloor-sample:${text}`, 'hex'), 'hex');
}

/** The id of a sample receipt: a UUID of version 8 (RFC 9562) over a hash. */
export function sampleReceiptId(sku: string): string {
  const bytes = bytesOf(`receipt:${sku}`);
  bytes[6] = 0x80 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

/**
 * What the sample warehouses first receive of a SKU, the same on every machine:
 * of a hundred SKUs three have nothing, five have a few pieces in one warehouse,
 * and the rest 200 to 1,999 in each.
 */
export function sampleReceipts(sku: string): SampleReceipt[] {
  const bytes = bytesOf(`stock:${sku}`);
  const share = bytes.readUInt16BE(0) % 100;
  if (share < 3) {
    return [];
  }
  if (share < 8) {
    const { id } = SAMPLE_WAREHOUSES[bytes[2] % SAMPLE_WAREHOUSES.length];
    return [{ sku, warehouseId: id, quantity: 1 + (bytes[3] % 5) }];
  }
  return SAMPLE_WAREHOUSES.map(({ id }, index) => ({
    sku,
    warehouseId: id,
    quantity: 200 + (bytes.readUInt32BE(4 + index * 4) % 1800),
  }));
}
