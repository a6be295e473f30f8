import { Knex } from 'knex';
import { ResultCriteria } from '../service/criteria';

/** Whether criteria are met by everything, so that the database need not ask. */
export function isEverything(criteria: ResultCriteria): boolean {
  return 'allOf' in criteria
    ? criteria.allOf.every(isEverything)
    : 'not' in criteria &&
        'checks' in criteria.not &&
        criteria.not.checks.length === 0;
}

/** Narrows a query over `checks_results as r` joined with `checks_entities as e` to what meets the criteria. */
export function applyCriteria(
  query: Knex.QueryBuilder,
  criteria: ResultCriteria,
): Knex.QueryBuilder {
  if ('allOf' in criteria) {
    for (const inner of criteria.allOf) {
      query.where(nested => void applyCriteria(nested, inner));
    }
    return query;
  }
  if ('anyOf' in criteria) {
    return query.where(nested => {
      for (const inner of criteria.anyOf) {
        nested.orWhere(one => void applyCriteria(one, inner));
      }
    });
  }
  if ('not' in criteria) {
    return query.whereNot(nested => void applyCriteria(nested, criteria.not));
  }
  if ('facets' in criteria) {
    return query.whereRaw('e.facets && ?::text[]', [criteria.facets]);
  }
  return 'checks' in criteria
    ? query.whereRaw('r.check_name = any(?)', [criteria.checks])
    : query.whereRaw('r.category = any(?)', [criteria.categories]);
}
