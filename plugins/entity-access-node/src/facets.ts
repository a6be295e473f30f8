import { Entity } from '@backstage/catalog-model';

/** Longer values are not searched for, as in the catalog. */
const MAX_VALUE_LENGTH = 200;

/** Fields with what they may be; `true` asks that a field is there. All must match. */
export type FacetFilterSet = Record<string, string | string[] | true>;

/** Filter of entities in the catalog's shape: any one of the sets must match. */
export type FacetFilter = FacetFilterSet | FacetFilterSet[];

/** Text as facets have it. */
export function lower(text: string): string {
  return text.toLocaleLowerCase('en-US');
}

/**
 * What an entity can be searched by, as the catalog sees it: `field=value` for each leaf, and `field` for each field, in lower
 * case; lists give one for each item, relations give `relations.<type>=<ref>`.
 */
export function facetsOf(entity: Entity): string[] {
  const facets = new Set<string>();
  const visit = (path: string, value: unknown): void => {
    if (value === null || value === undefined) {
      return;
    }
    if (Array.isArray(value)) {
      value.forEach(item => visit(path, item));
      return;
    }
    facets.add(path);
    if (typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) {
        visit(`${path}.${lower(key)}`, inner);
      }
    } else if (String(value).length <= MAX_VALUE_LENGTH) {
      facets.add(`${path}=${lower(String(value))}`);
    }
  };
  const {
    relations,
    status: _,
    ...rest
  } = entity as Entity & {
    status?: unknown;
  };
  const searched = {
    ...rest,
    metadata: { namespace: 'default', ...entity.metadata },
    // A definition of an API is a document, not something to search by.
    spec: entity.spec && { ...entity.spec, definition: undefined },
  };
  for (const [key, value] of Object.entries(searched)) {
    visit(lower(key), value);
  }
  for (const { type, targetRef } of relations ?? []) {
    visit(`relations.${lower(type)}`, targetRef);
  }
  return [...facets].sort();
}

/** Whether facets as {@link facetsOf} gives them match a filter of the catalog's shape. */
export function matchesFilter(
  facets: ReadonlySet<string>,
  filter: FacetFilter,
): boolean {
  return [filter]
    .flat()
    .some(set =>
      Object.entries(set).every(([key, wanted]) =>
        wanted === true
          ? facets.has(lower(key))
          : [wanted]
              .flat()
              .some(value => facets.has(`${lower(key)}=${lower(value)}`)),
      ),
    );
}
