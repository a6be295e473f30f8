import { PermissionCriteria } from '@backstage/plugin-permission-common';
import {
  applyCriteria,
  FacetQuery,
  isEverything,
  lower,
} from '@shopfloor/plugin-entity-access-node';
import { Knex } from 'knex';

/** Which entities somebody may see, as criteria on our copy of them. */
export type Visible = PermissionCriteria<FacetQuery>;

/** What rows are narrowed by, of the entity that they are about. */
export interface EntityFilters {
  entity?: string[];
  owner?: string[];
  system?: string;
}

/**
 * Narrows a query over rows `about` and the copy of their entities `audit_entities as e`, left joined, to what may be seen.
 * Who may see every entity also sees what is about entities that are gone or unknown; to everybody else these are hidden.
 */
export function applyVisible(query: Knex.QueryBuilder, visible: Visible): void {
  if (isEverything(visible)) {
    return;
  }
  query.whereNotNull('e.entity_ref');
  query.where(nested =>
    applyCriteria(nested, visible, (one, { facets }) => {
      one.whereRaw('e.facets && ?::text[]', [facets]);
    }),
  );
}

/** Narrows the same query by filters; `about` is the column that holds the entity. */
export function applyEntityFilters(
  query: Knex.QueryBuilder,
  about: string,
  filters: EntityFilters,
): void {
  const { entity, owner, system } = filters;
  if (entity) {
    query.whereIn(about, entity);
  }
  if (owner) {
    query.whereRaw('e.facets && ?::text[]', [
      owner.map(ref => lower(`relations.ownedby=${ref}`)),
    ]);
  }
  if (system) {
    query.whereRaw('e.facets @> ?::text[]', [
      [lower(`relations.partof=${system}`)],
    ]);
  }
}

/** A place in a list, latest first. */
export interface Place {
  at: Date;
  id: string;
}

/** Narrows a query to what comes after a place. */
export function applyPlace(
  query: Knex.QueryBuilder,
  columns: { at: string; id: string },
  place: Place | undefined,
): void {
  if (place) {
    query.whereRaw('(??, ??) < (?, ?)', [
      columns.at,
      columns.id,
      place.at,
      place.id,
    ]);
  }
}
