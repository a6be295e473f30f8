import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { TranslationBlueprint } from '@backstage/plugin-app-react';
import { coreTranslations } from './coreTranslations';

/** The words of the core Backstage plugins in Simplified Chinese. Shopfloor's own plugins bring theirs with their translation refs. */
export const translationsModule = createFrontendModule({
  pluginId: 'app',
  extensions: coreTranslations.map(({ ref, resource }) =>
    TranslationBlueprint.make({ name: ref.id, params: { resource } }),
  ),
});

/** What the app installs. */
export const translationModules = [translationsModule];
