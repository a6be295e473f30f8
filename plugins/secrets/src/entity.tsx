import { Entity } from '@backstage/catalog-model';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';

/** Services have service accounts, which hold grants, and own secrets. */
function isService(entity: Entity): boolean {
  return entity.kind === 'Component' && entity.spec?.type === 'service';
}

/** The tab "Secrets" of a service. */
export const secretsEntityContent = EntityContentBlueprint.make({
  params: {
    path: '/secrets',
    title: 'Secrets',
    filter: isService,
    loader: async () => {
      const { EntitySecretsTab } =
        await import('./components/entity/EntitySecretsTab');
      return <EntitySecretsTab />;
    },
  },
});

/** The card on the overview of a service. */
export const secretsEntityCard = EntityCardBlueprint.make({
  params: {
    type: 'content',
    filter: isService,
    loader: async () => {
      const { EntitySecretsCard } =
        await import('./components/entity/EntitySecretsCard');
      return <EntitySecretsCard />;
    },
  },
});
