import { Entity } from '@backstage/catalog-model';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { SLO_ANNOTATION } from '@shopfloor/plugin-slo-common';

/** Services may promise something, also those that do not yet; of the rest, those that do. */
function mayHaveSlos(entity: Entity): boolean {
  return (
    Boolean(entity.metadata.annotations?.[SLO_ANNOTATION]) ||
    (entity.kind === 'Component' && entity.spec?.type === 'service')
  );
}

/** The tab "SLOs" of an entity. */
export const sloEntityContent = EntityContentBlueprint.make({
  params: {
    path: '/slos',
    title: 'SLOs',
    filter: mayHaveSlos,
    loader: async () => {
      const { EntitySlos } = await import('./components/EntitySlos');
      return <EntitySlos />;
    },
  },
});

/** The card on the overview of an entity. */
export const sloEntityCard = EntityCardBlueprint.make({
  params: {
    type: 'content',
    filter: mayHaveSlos,
    loader: async () => {
      const { EntitySloCard } = await import('./components/EntitySloCard');
      return <EntitySloCard />;
    },
  },
});
