import { hash } from 'node:crypto';
import { InvalidInputError } from '@shopfloor/service-kit';
import type { Line } from './types.ts';

/**
 * Lines in the order that stock is locked in.
 *
 * @throws InvalidInputError `duplicate-sku` that names the second of two lines
 */
export function sortLines<L extends Line>(lines: readonly L[]): L[] {
  const seen = new Set<string>();
  lines.forEach(({ sku }, index) => {
    if (seen.has(sku)) {
      const message = `names ${sku} again; give each SKU one line`;
      throw new InvalidInputError({
        code: 'duplicate-sku',
        message: `/lines/${index}/sku ${message}`,
        fields: [{ in: 'body', field: `/lines/${index}/sku`, message }],
      });
    }
    seen.add(sku);
  });
  return [...lines].sort((a, b) => (a.sku < b.sku ? -1 : 1));
}

/** What makes two bodies the same: order and spacing do not. */
export function fingerprint(parts: unknown): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

/** The fingerprint of the lines of a reservation. */
export function linesHash(lines: readonly Line[]): string {
  return fingerprint(
    sortLines(lines).map(({ sku, quantity }) => [sku, quantity]),
  );
}
