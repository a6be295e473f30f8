import {
  AccessCriteria,
  applyCriteria,
  FacetQuery,
  meetsCriteria,
} from '@shopfloor/plugin-entity-access-node';
import { Knex } from 'knex';

/** What a condition asks; any one of the values suffices. */
export type GradeQuery =
  /** Of the entity. */
  | FacetQuery
  /** Of the scorecard. */
  | { scorecards: string[] }
  /** Of the owner of the scorecard. */
  | { scorecardOwners: string[] };

/** Which scorecards, entities or grades a person may see. */
export type GradeCriteria = AccessCriteria<GradeQuery>;

/** How the columns of a query are called that criteria look at. */
export interface CriteriaColumns {
  /** Column of facets; of a query without entities there is none. */
  facets?: string;
  /** Column with the name of the scorecard; of a query without scorecards there is none. */
  scorecard?: string;
}

/**
 * Narrows a query to what meets the criteria.
 *
 * @throws Error when the criteria ask for something that the query does not have
 */
export function applyGradeCriteria(
  query: Knex.QueryBuilder,
  criteria: GradeCriteria,
  columns: CriteriaColumns,
): void {
  applyCriteria<GradeQuery>(query, criteria, (nested, condition) => {
    if ('facets' in condition) {
      nested.whereRaw('?? && ?::text[]', [
        required(columns.facets),
        condition.facets,
      ]);
    } else if ('scorecards' in condition) {
      nested.whereRaw('?? = any(?::text[])', [
        required(columns.scorecard),
        condition.scorecards,
      ]);
    } else {
      nested.whereRaw(
        '?? in (select name from scorecards_definitions where owner = any(?::text[]))',
        [required(columns.scorecard), condition.scorecardOwners],
      );
    }
  });
}

/** Whether a scorecard meets criteria that are about scorecards; the same as in the database. */
export function scorecardMeets(
  scorecard: { name: string; owner: string },
  criteria: GradeCriteria,
): boolean {
  return meetsCriteria<GradeQuery>(criteria, query => {
    if ('scorecards' in query) {
      return query.scorecards.includes(scorecard.name);
    }
    return (
      'scorecardOwners' in query &&
      query.scorecardOwners.includes(scorecard.owner)
    );
  });
}

function required(column: string | undefined): string {
  if (column === undefined) {
    throw new Error('The criteria ask for a column that the query lacks');
  }
  return column;
}
