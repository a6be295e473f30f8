import {
  AccessCriteria,
  FacetQuery,
  meetsCriteria,
} from '@shopfloor/plugin-entity-access-node';

/** What a condition asks of a result; any one of the values suffices. */
export type ResultQuery =
  FacetQuery | { checks: string[] } | { categories: string[] };

/** Which results a person may see. */
export type ResultCriteria = AccessCriteria<ResultQuery>;

/** A result, as conditions see it. */
export interface ConditionSubject {
  facets: string[];
  check: string;
  category: string;
}

/** Whether a result meets criteria; the same as what `applyResultCriteria` asks of the database. */
export function meets(
  subject: ConditionSubject,
  criteria: ResultCriteria,
): boolean {
  return meetsCriteria<ResultQuery>(criteria, query => {
    if ('facets' in query) {
      return query.facets.some(facet => subject.facets.includes(facet));
    }
    return 'checks' in query
      ? query.checks.includes(subject.check)
      : query.categories.includes(subject.category);
  });
}
