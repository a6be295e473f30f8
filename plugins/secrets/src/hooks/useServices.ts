import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import { Polled } from '@shopfloor/ui';
import { useAsked } from './useAsked';

/** A service of the catalog. */
export interface ServiceOption {
  /** Entity ref, lower case. */
  ref: string;
  name: string;
  title: string;
}

/** At most as many are offered; others are found by typing the whole name. */
const MAX_SERVICES = 1_000;

/** The services of the catalog that the reader may see, by title. */
export function useServices(): Polled<ServiceOption[]> {
  const catalog = useApi(catalogApiRef);
  return useAsked(
    'services',
    async () => {
      const { items } = await catalog.queryEntities({
        filter: { kind: 'component', 'spec.type': 'service' },
        fields: [
          'kind',
          'metadata.namespace',
          'metadata.name',
          'metadata.title',
        ],
        limit: MAX_SERVICES,
      });
      return items
        .map(entity => ({
          ref: stringifyEntityRef(entity),
          name: entity.metadata.name,
          title: entity.metadata.title ?? entity.metadata.name,
        }))
        .sort((a, b) => a.title.localeCompare(b.title));
    },
    { once: true },
  );
}
