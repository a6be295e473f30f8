import { AttentionBlueprint } from '@shopfloor/ui';
import { appLanguageApiRef } from '@backstage/frontend-plugin-api';
import { statusApiRef } from './api';
import { localize } from './localize';
import { statusTranslationRef } from './translation/translation';

/** Tells on the home page which systems do not answer, and what does not work without them. */
export const statusAttention = AttentionBlueprint.make({
  params: {
    title: async ({ translate }) =>
      (await translate(statusTranslationRef))('attention.source'),
    load: async ({ apis, signal, translate }) => {
      const t = await translate(statusTranslationRef);
      const language = apis.get(appLanguageApiRef)?.getLanguage().language;
      const { systems } = await apis.get(statusApiRef)!.getSystems({ signal });
      return systems
        .filter(system => system.state === 'failing')
        .map(system => ({
          id: system.name,
          state: 'failing' as const,
          title: t('attention.notReachable', {
            system: localize(system.title, language),
          }),
          detail: localize(system.impact, language),
          href: `/status?system=${encodeURIComponent(system.name)}`,
          since: system.since,
          observedAt: system.observedAt,
        }));
    },
    refreshSeconds: 10,
  },
});
