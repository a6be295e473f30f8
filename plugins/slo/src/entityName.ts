import { parseEntityRef } from '@backstage/catalog-model';

/** The name of an entity ref, or the text itself when it is none. */
export function entityName(ref: string): string {
  try {
    return parseEntityRef(ref).name;
  } catch {
    return ref;
  }
}
