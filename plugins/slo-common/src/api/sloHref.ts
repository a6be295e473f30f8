import { parseEntityRef } from '@backstage/catalog-model';
import { SloSummary } from './types';

/** Where the portal shows an SLO: the tab of its entity, with its environment and itself chosen. */
export function sloHref(
  slo: Pick<SloSummary, 'entityRef' | 'environment' | 'name'>,
): string {
  const { kind, namespace, name } = parseEntityRef(slo.entityRef);
  const path = [namespace, kind.toLocaleLowerCase('en-US'), name]
    .map(encodeURIComponent)
    .join('/');
  const query = new URLSearchParams({ env: slo.environment, slo: slo.name });
  return `/catalog/${path}/slos?${query}`;
}
