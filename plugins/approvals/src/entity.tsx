import { EntityCardBlueprint } from '@backstage/plugin-catalog-react/alpha';

/** The card on the overview of an entity: what waits for a decision about it. */
export const approvalsEntityCard = EntityCardBlueprint.make({
  params: {
    type: 'content',
    filter: { kind: { $in: ['component', 'api', 'resource', 'system'] } },
    loader: async () => {
      const { EntityApprovalsCard } =
        await import('./components/EntityApprovalsCard');
      return <EntityApprovalsCard />;
    },
  },
});
