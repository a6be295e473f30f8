import { Entity } from '@backstage/catalog-model';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';

/** What runs can be changed. */
function runs(entity: Entity): boolean {
  return Boolean(entity.metadata.annotations?.['backstage.io/kubernetes-id']);
}

/** The tab "Changes" of a service. */
export const changesEntityContent = EntityContentBlueprint.make({
  name: 'changes',
  params: {
    path: '/changes',
    title: 'Changes',
    filter: runs,
    loader: async () => {
      const { EntityChanges } = await import('./components/EntityChanges');
      return <EntityChanges />;
    },
  },
});

/** The card "What changed last" on the overview of a service. */
export const changesEntityCard = EntityCardBlueprint.make({
  name: 'changes',
  params: {
    type: 'content',
    filter: runs,
    loader: async () => {
      const { EntityChangesCard } =
        await import('./components/EntityChangesCard');
      return <EntityChangesCard />;
    },
  },
});
