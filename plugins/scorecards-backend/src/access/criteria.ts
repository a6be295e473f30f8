import { PermissionCriteria } from '@backstage/plugin-permission-common';
import { Knex } from 'knex';

/** What a condition asks; any one of the values suffices. */
export type GradeQuery =
  /** Of the entity. */
  | { facets: string[] }
  /** Of the scorecard. */
  | { scorecards: string[] }
  /** Of the owner of the scorecard. */
  | { scorecardOwners: string[] };

/** Which scorecards, entities or grades a person may see. */
export type GradeCriteria = PermissionCriteria<GradeQuery>;

/** Everything. */
export const ALL: GradeCriteria = { not: { scorecards: [] } };

/** Nothing. */
export const NONE: GradeCriteria = { scorecards: [] };

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
export function applyCriteria(
  query: Knex.QueryBuilder,
  criteria: GradeCriteria,
  columns: CriteriaColumns,
): void {
  if ('allOf' in criteria) {
    for (const inner of criteria.allOf) {
      query.where(nested => applyCriteria(nested, inner, columns));
    }
  } else if ('anyOf' in criteria) {
    query.where(nested => {
      for (const inner of criteria.anyOf) {
        nested.orWhere(one => applyCriteria(one, inner, columns));
      }
    });
  } else if ('not' in criteria) {
    query.whereNot(nested => applyCriteria(nested, criteria.not, columns));
  } else if ('facets' in criteria) {
    query.whereRaw('?? && ?::text[]', [
      required(columns.facets),
      criteria.facets,
    ]);
  } else if ('scorecards' in criteria) {
    query.whereRaw(
      columns.scorecard ? '?? = any(?::text[])' : 'cardinality(?::text[]) > 0',
      columns.scorecard
        ? [columns.scorecard, criteria.scorecards]
        : [criteria.scorecards],
    );
  } else {
    query.whereRaw(
      '?? in (select name from scorecards_definitions where owner = any(?::text[]))',
      [required(columns.scorecard), criteria.scorecardOwners],
    );
  }
}

/** Whether a scorecard meets criteria that are about scorecards; the same as in the database. */
export function scorecardMeets(
  scorecard: { name: string; owner: string },
  criteria: GradeCriteria,
): boolean {
  if ('allOf' in criteria) {
    return criteria.allOf.every(inner => scorecardMeets(scorecard, inner));
  }
  if ('anyOf' in criteria) {
    return criteria.anyOf.some(inner => scorecardMeets(scorecard, inner));
  }
  if ('not' in criteria) {
    return !scorecardMeets(scorecard, criteria.not);
  }
  if ('scorecards' in criteria) {
    return criteria.scorecards.includes(scorecard.name);
  }
  return (
    'scorecardOwners' in criteria &&
    criteria.scorecardOwners.includes(scorecard.owner)
  );
}

function required(column: string | undefined): string {
  if (column === undefined) {
    throw new Error('The criteria ask for a column that the query lacks');
  }
  return column;
}
