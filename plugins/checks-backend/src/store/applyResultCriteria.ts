import { applyCriteria } from '@shopfloor/plugin-entity-access-node';
import { Knex } from 'knex';
import { ResultCriteria, ResultQuery } from '../service/criteria';

/** Narrows a query over `checks_results as r` joined with `checks_entities as e` to what meets the criteria. */
export function applyResultCriteria(
  query: Knex.QueryBuilder,
  criteria: ResultCriteria,
): void {
  applyCriteria<ResultQuery>(query, criteria, (nested, condition) => {
    if ('facets' in condition) {
      nested.whereRaw('e.facets && ?::text[]', [condition.facets]);
    } else if ('checks' in condition) {
      nested.whereRaw('r.check_name = any(?)', [condition.checks]);
    } else {
      nested.whereRaw('r.category = any(?)', [condition.categories]);
    }
  });
}
