import { useEffect } from 'react';
import {
  appLanguageApiRef,
  AppRootElementBlueprint,
  createFrontendModule,
  useApi,
} from '@backstage/frontend-plugin-api';
import appPlugin from '@backstage/plugin-app';

/** The languages of the portal. */
export const languages = ['en', 'zh-CN'];

/** The language to start with: Chinese when the browser prefers it over English. */
export function preferredLanguage(preferences: readonly string[]): string {
  const first = preferences.find(
    language => language.startsWith('zh') || language.startsWith('en'),
  );
  return first?.startsWith('zh') ? 'zh-CN' : 'en';
}

/**
 * Tells the document its language. The titles of tabs are fixed when the app starts, so a change of the language in the settings
 * loads the page again.
 */
function LanguageOfDocument() {
  const languageApi = useApi(appLanguageApiRef);
  useEffect(() => {
    const started = languageApi.getLanguage().language;
    document.documentElement.lang = started;
    const subscription = languageApi.language$().subscribe(({ language }) => {
      if (language !== started) {
        window.location.reload();
      }
    });
    return () => subscription.unsubscribe();
  }, [languageApi]);
  return null;
}

/** English and Simplified Chinese. */
export const languageModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    appPlugin.getExtension('api:app/app-language').override({
      factory: originalFactory =>
        originalFactory({
          config: {
            availableLanguages: languages,
            defaultLanguage: preferredLanguage(
              globalThis.navigator?.languages ?? [],
            ),
          },
        }),
    }),
    AppRootElementBlueprint.make({
      name: 'language-of-document',
      params: { element: <LanguageOfDocument /> },
    }),
  ],
});
