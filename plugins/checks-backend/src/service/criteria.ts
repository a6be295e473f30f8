import {
  AllOfCriteria,
  AnyOfCriteria,
  NotCriteria,
  PermissionCriteria,
} from '@backstage/plugin-permission-common';

/** What a condition asks of a result; any one of the values suffices. */
export type ResultQuery =
  /** Facets of the entity, as `facetsOf` gives them. */
  { facets: string[] } | { checks: string[] } | { categories: string[] };

/** Which results a person may see. */
export type ResultCriteria = PermissionCriteria<ResultQuery>;

/** A result, as conditions see it. */
export interface ConditionSubject {
  facets: string[];
  check: string;
  category: string;
}

/** Whether a result meets criteria; the same as what `applyCriteria` asks of the database. */
export function meets(
  subject: ConditionSubject,
  criteria: ResultCriteria,
): boolean {
  if ('allOf' in criteria) {
    return (criteria as AllOfCriteria<ResultQuery>).allOf.every(inner =>
      meets(subject, inner),
    );
  }
  if ('anyOf' in criteria) {
    return (criteria as AnyOfCriteria<ResultQuery>).anyOf.some(inner =>
      meets(subject, inner),
    );
  }
  if ('not' in criteria) {
    return !meets(subject, (criteria as NotCriteria<ResultQuery>).not);
  }
  if ('facets' in criteria) {
    return criteria.facets.some(facet => subject.facets.includes(facet));
  }
  return 'checks' in criteria
    ? criteria.checks.includes(subject.check)
    : criteria.categories.includes(subject.category);
}
