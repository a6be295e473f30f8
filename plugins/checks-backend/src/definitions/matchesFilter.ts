import { Entity } from '@backstage/catalog-model';
import { EntityFilter } from '@shopfloor/plugin-checks-common';

/** Longer values are not searched for, as in the catalog. */
const MAX_VALUE_LENGTH = 200;

/**
 * What an entity can be searched by, as the catalog sees it: `field=value` for each leaf, and `field` for each field, in lower
 * case; lists give one for each item, relations give `relations.<type>=<ref>`.
 */
export function facetsOf(entity: Entity): string[] {
  const facets = new Set<string>();
  const add = (path: string, value?: string) => {
    const field = path.toLocaleLowerCase('en-US');
    facets.add(field);
    if (value !== undefined && value.length <= MAX_VALUE_LENGTH) {
      facets.add(`${field}=${value.toLocaleLowerCase('en-US')}`);
    }
  };
  const visit = (path: string, value: unknown): void => {
    if (value === null || value === undefined) {
      return;
    }
    if (typeof value !== 'object') {
      add(path, String(value));
    } else if (Array.isArray(value)) {
      for (const item of value) {
        visit(path, item);
      }
    } else {
      add(path);
      for (const [key, inner] of Object.entries(value)) {
        visit(path ? `${path}.${key}` : key, inner);
      }
    }
  };
  const { relations, ...rest } = entity;
  for (const [key, value] of Object.entries(rest)) {
    // A definition of an API is a document, not something to search by.
    if (key === 'spec' && value && typeof value === 'object') {
      const { definition: _, ...spec } = value as Record<string, unknown>;
      visit(key, spec);
    } else if (key !== 'status') {
      visit(key, value);
    }
  }
  for (const { type, targetRef } of relations ?? []) {
    add(`relations.${type}`, targetRef);
  }
  return [...facets].sort();
}

/** Whether facets as {@link facetsOf} gives them match a filter. */
export function matchesFilter(
  facets: ReadonlySet<string>,
  filter: EntityFilter,
): boolean {
  const sets = Array.isArray(filter) ? filter : [filter];
  return sets.some(set =>
    Object.entries(set).every(([key, wanted]) => {
      const field = key.toLocaleLowerCase('en-US');
      return wanted === true
        ? facets.has(field)
        : [wanted]
            .flat()
            .some(value =>
              facets.has(`${field}=${value.toLocaleLowerCase('en-US')}`),
            );
    }),
  );
}
