/**
 * What an evidence value looks like, as data, so that rules are checked against it when they are loaded and values before they
 * are kept. The names are those of CEL. A field of an object whose name ends in `?` may be absent.
 */
export type EvidenceType =
  | 'string'
  | 'int'
  | 'double'
  | 'bool'
  | { list: EvidenceType }
  | { map: EvidenceType }
  | { object: Record<string, EvidenceType> };

/** Splits the name of a field from whether it may be absent. */
export function fieldName(field: string): { name: string; optional: boolean } {
  return field.endsWith('?')
    ? { name: field.slice(0, -1), optional: true }
    : { name: field, optional: false };
}
