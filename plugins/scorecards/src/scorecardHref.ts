import { parseEntityRef } from '@backstage/catalog-model';

/** Where the grade of an entity is shown: the tab of the entity with the scorecard chosen. */
export function scorecardHref(grade: {
  entityRef: string;
  scorecard: string;
}): string {
  const { kind, namespace, name } = parseEntityRef(grade.entityRef);
  const path = [namespace, kind.toLocaleLowerCase('en-US'), name]
    .map(encodeURIComponent)
    .join('/');
  const query = new URLSearchParams({ scorecard: grade.scorecard });
  return `/catalog/${path}/scorecard?${query}`;
}

/** Where a request for approval is shown. */
export function approvalHref(id: string): string {
  return `/approvals/${encodeURIComponent(id)}`;
}

/** Name of an entity for people. */
export function entityName(ref: string): string {
  try {
    return parseEntityRef(ref).name;
  } catch {
    return ref;
  }
}

/** As what a team, system or domain narrows lists of grades. */
export function placeOf(ref: string): 'team' | 'system' | 'domain' {
  if (ref.startsWith('domain:')) {
    return 'domain';
  }
  return ref.startsWith('system:') ? 'system' : 'team';
}
