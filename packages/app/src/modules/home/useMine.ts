import useAsync from 'react-use/esm/useAsync';
import { Entity } from '@backstage/catalog-model';
import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';

/** What belongs to the signed-in person. */
export interface Mine {
  ownershipEntityRefs: string[];
  entities: Entity[];
}

const MOST = 500;

/** The components, APIs and resources of the person and of the teams the person belongs to. */
export function useMine() {
  const identityApi = useApi(identityApiRef);
  const catalogApi = useApi(catalogApiRef);
  return useAsync(async (): Promise<Mine> => {
    const { ownershipEntityRefs } = await identityApi.getBackstageIdentity();
    if (ownershipEntityRefs.length === 0) {
      return { ownershipEntityRefs, entities: [] };
    }
    const { items } = await catalogApi.queryEntities({
      filter: {
        kind: ['component', 'api', 'resource'],
        'relations.ownedBy': ownershipEntityRefs,
      },
      fields: ['kind', 'metadata', 'spec', 'relations'],
      orderFields: [{ field: 'metadata.name', order: 'asc' }],
      limit: MOST,
    });
    return { ownershipEntityRefs, entities: items };
  }, [identityApi, catalogApi]);
}
