import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { ChangesView } from './ChangesView';

/** The tab "Changes" of a service. */
export function EntityChanges() {
  const { entity } = useEntity();
  return <ChangesView entityRef={stringifyEntityRef(entity)} />;
}
