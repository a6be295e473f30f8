import { EntityContentBlueprint } from '@backstage/plugin-catalog-react/alpha';

/** What an entity needs and who needs it: the picture first, then the lists. */
export const dependenciesContent = EntityContentBlueprint.make({
  name: 'dependencies',
  params: {
    path: '/dependencies',
    title: 'Dependencies',
    filter: { kind: { $in: ['component', 'resource'] } },
    loader: async () => {
      const { DependenciesPage } = await import('./DependenciesPage');
      return <DependenciesPage />;
    },
  },
});
