import { createHash } from 'node:crypto';
import type { NewShipment } from './shipment.ts';

/** JSON with sorted keys, so that equal bodies are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(
          Object.entries(part as Record<string, unknown>)
            .filter(([, inner]) => inner !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : part,
  );
}

/** Tells whether the same id came with the same body. It is erased with the address, which it is made of. */
export function shipmentFingerprint(shipment: NewShipment): string {
  return createHash('sha256').update(canonical(shipment)).digest('hex');
}
