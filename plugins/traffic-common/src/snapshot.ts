import { KubernetesObject } from './istio';

/**
 * What a person wrote of an object: all that undo has to bring back. What the server adds (status, resourceVersion,
 * managed fields) is not part of it.
 *
 * @public
 */
export interface ObjectSnapshot<TSpec = unknown> {
  spec: TSpec;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** @public */
export function snapshotOf<TSpec>(
  object: KubernetesObject<TSpec>,
): ObjectSnapshot<TSpec> {
  return structuredClone({
    spec: object.spec,
    labels: object.metadata.labels ?? {},
    annotations: object.metadata.annotations ?? {},
  });
}

/**
 * Whether two snapshots say the same; the order of keys does not count, the order of lists does.
 *
 * @public
 */
export function sameSnapshot(a: ObjectSnapshot, b: ObjectSnapshot): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

/** JSON with sorted keys and without undefined fields, so that equal data is equal text. @public */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value));
}

/** A copy with the keys of every object sorted. @public */
export function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortKeys);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, field]) => [key, sortKeys(field)]),
    );
  }
  return value;
}
