import {
  createFrontendModule,
  FrontendFeature,
} from '@backstage/frontend-plugin-api';
import { TranslationBlueprint } from '@backstage/plugin-app-react';
import { coreTranslations } from './coreTranslations';
import { englishCorrections } from './englishCorrections';

/** The words of the core Backstage plugins in Simplified Chinese. Shopfloor's own plugins bring theirs with their translation refs. */
export const translationsModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    ...coreTranslations.map(({ ref, resource }) =>
      TranslationBlueprint.make({ name: ref.id, params: { resource } }),
    ),
    ...englishCorrections.map(resource =>
      TranslationBlueprint.make({
        name: `${resource.id}-corrections`,
        params: { resource },
      }),
    ),
  ],
});

/** What the app installs. */
export const translationModules: FrontendFeature[] = [translationsModule];
