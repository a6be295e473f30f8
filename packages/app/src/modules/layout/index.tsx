import {
  createFrontendModule,
  PageLayout,
} from '@backstage/frontend-plugin-api';
import { SwappableComponentBlueprint } from '@backstage/plugin-app-react';
import { NotFoundErrorPage } from '@backstage/frontend-plugin-api';

const pageLayout = SwappableComponentBlueprint.make({
  name: 'core-page-layout',
  params: define =>
    define({
      component: PageLayout,
      loader: async () =>
        (await import('./ShopfloorPageLayout')).ShopfloorPageLayout,
    }),
});

const notFoundPage = SwappableComponentBlueprint.make({
  name: 'core-not-found-error-page',
  params: define =>
    define({
      component: NotFoundErrorPage,
      loader: async () => (await import('./NotFoundPage')).NotFoundPage,
    }),
});

/** How pages are laid out: title in the language of the reader, in the page and in the tab of the browser. */
export const layoutModule = createFrontendModule({
  pluginId: 'app',
  extensions: [pageLayout, notFoundPage],
});
