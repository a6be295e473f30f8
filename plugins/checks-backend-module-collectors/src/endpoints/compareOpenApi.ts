import { JsonValue } from '@backstage/types';

/**
 * Where two OpenAPI documents differ, as the path of the first place; undefined when they promise the same. Servers differ by
 * environment and are left out, as is the order of keys.
 */
export function compareOpenApi(
  declared: JsonValue,
  served: JsonValue,
): string | undefined {
  return difference(withoutServers(declared), withoutServers(served), '');
}

function withoutServers(document: JsonValue): JsonValue {
  if (!document || typeof document !== 'object' || Array.isArray(document)) {
    return document;
  }
  const { servers: _, ...rest } = document;
  return rest as JsonValue;
}

function difference(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  path: string,
): string | undefined {
  if (
    !a ||
    !b ||
    typeof a !== 'object' ||
    typeof b !== 'object' ||
    Array.isArray(a) !== Array.isArray(b)
  ) {
    return a === b ? undefined : path || '/';
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of [...keys].sort()) {
    const found = difference(
      (a as any)[key],
      (b as any)[key],
      `${path}/${key}`,
    );
    if (found) {
      return found;
    }
  }
  return undefined;
}
