import { PageBlueprint } from '@backstage/frontend-plugin-api';
import { rootRouteRef } from './routes';

/** The page `/secrets`, and below it the form, one page for each grant and one for each review. */
export const secretsPage = PageBlueprint.make({
  params: {
    path: '/secrets',
    routeRef: rootRouteRef,
    loader: async () => {
      const { SecretsPage } = await import('./components/SecretsPage');
      return <SecretsPage />;
    },
  },
});
