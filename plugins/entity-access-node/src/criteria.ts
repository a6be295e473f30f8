import {
  AllOfCriteria,
  AnyOfCriteria,
  NotCriteria,
  PermissionCriteria,
} from '@backstage/plugin-permission-common';
import { Knex } from 'knex';

/** What a condition asks of an entity: one of these facets, as `facetsOf` gives them. */
export interface FacetQuery {
  facets: string[];
}

/** What a person may see, of entities and of whatever else a plugin's own rules ask for. */
export type AccessCriteria<TQuery = never> = PermissionCriteria<
  FacetQuery | TQuery
>;

/** Nothing. */
export const NOTHING: PermissionCriteria<FacetQuery> = { facets: [] };

/** Everything. */
export const EVERYTHING: PermissionCriteria<FacetQuery> = { not: NOTHING };

/** Whether criteria are met by everything, so that the database need not ask. */
export function isEverything<TQuery>(
  criteria: PermissionCriteria<TQuery>,
): boolean {
  if (isAllOf(criteria)) {
    return criteria.allOf.every(isEverything);
  }
  return isNot(criteria) && isNothing(criteria.not);
}

/**
 * Whether something meets criteria; the same as what {@link applyCriteria} asks of the database.
 *
 * @param meetsOne - whether it meets one condition
 */
export function meetsCriteria<TQuery>(
  criteria: PermissionCriteria<TQuery>,
  meetsOne: (query: TQuery) => boolean,
): boolean {
  if (isAllOf(criteria)) {
    return criteria.allOf.every(inner => meetsCriteria(inner, meetsOne));
  }
  if (isAnyOf(criteria)) {
    return criteria.anyOf.some(inner => meetsCriteria(inner, meetsOne));
  }
  if (isNot(criteria)) {
    return !meetsCriteria(criteria.not, meetsOne);
  }
  return !isNothing(criteria) && meetsOne(criteria);
}

/**
 * Narrows a query to what meets the criteria.
 *
 * @param applyOne - narrows it by one condition; what it compares must not be null, since neither a null nor its negation matches
 */
export function applyCriteria<TQuery>(
  query: Knex.QueryBuilder,
  criteria: PermissionCriteria<TQuery>,
  applyOne: (query: Knex.QueryBuilder, condition: TQuery) => void,
): void {
  if (isAllOf(criteria)) {
    for (const inner of criteria.allOf) {
      query.where(nested => applyCriteria(nested, inner, applyOne));
    }
  } else if (isAnyOf(criteria)) {
    query.where(nested => {
      for (const inner of criteria.anyOf) {
        nested.orWhere(one => applyCriteria(one, inner, applyOne));
      }
    });
  } else if (isNot(criteria)) {
    query.whereNot(nested => applyCriteria(nested, criteria.not, applyOne));
  } else if (isNothing(criteria)) {
    query.whereRaw('false');
  } else {
    applyOne(query, criteria);
  }
}

function isAllOf<T>(
  criteria: PermissionCriteria<T>,
): criteria is AllOfCriteria<T> {
  return Object.hasOwn(criteria as object, 'allOf');
}

function isAnyOf<T>(
  criteria: PermissionCriteria<T>,
): criteria is AnyOfCriteria<T> {
  return Object.hasOwn(criteria as object, 'anyOf');
}

function isNot<T>(criteria: PermissionCriteria<T>): criteria is NotCriteria<T> {
  return Object.hasOwn(criteria as object, 'not');
}

function isNothing(criteria: object | unknown): boolean {
  const { facets } = criteria as Partial<FacetQuery>;
  return facets !== undefined && facets.length === 0;
}
