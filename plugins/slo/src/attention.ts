import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { appLanguageApiRef } from '@backstage/frontend-plugin-api';
import { sloHref } from '@shopfloor/plugin-slo-common';
import {
  AttentionBlueprint,
  formatDuration,
  formatMoment,
  formatNumber,
  formatPercent,
  formatRelative,
  Formatters,
} from '@shopfloor/ui';
import { answer } from './answer';
import { sloApiRef } from './api';
import { sloTranslationRef } from './translation/translation';

const URGENT = ['failing', 'at-risk', 'stale'] as const;
const MAX_LISTED = 500;

function formatters(locale: string): Formatters {
  return {
    locale,
    number: (value, options) => formatNumber(value, locale, options),
    percent: ratio => formatPercent(ratio, locale),
    duration: milliseconds => formatDuration(milliseconds, locale),
    relative: (at, now) => formatRelative(at, now, locale),
    moment: at => formatMoment(at, locale),
  };
}

/** Tells on the home page which SLOs of the person's services do not do well, or are not observed any more. */
export const sloAttention = AttentionBlueprint.make({
  params: {
    title: async ({ translate }) =>
      (await translate(sloTranslationRef))('attention.source'),
    load: async ({
      apis,
      ownedEntities,
      ownershipEntityRefs,
      signal,
      translate,
    }) => {
      const t = await translate(sloTranslationRef);
      const language = apis.get(appLanguageApiRef)?.getLanguage().language;
      const format = formatters(language ?? 'en');
      const owned = new Set(ownedEntities.map(stringifyEntityRef));
      const api = apis.get(sloApiRef)!;
      // Asked by owner and state: of everybody's, one's own may be beyond the limit.
      const lists = await Promise.all(
        [...new Set(ownershipEntityRefs)].flatMap(owner =>
          URGENT.map(state =>
            api.list({ owner, state, limit: MAX_LISTED }, { signal }),
          ),
        ),
      );
      return lists
        .flatMap(({ items }) => items)
        .filter(slo => owned.has(slo.entityRef))
        .map(slo => ({
          id: slo.id,
          state: slo.state,
          title: t('attention.title', {
            slo: slo.displayName ?? slo.name,
            entity: parseEntityRef(slo.entityRef).name,
            environment: slo.environment,
          }),
          detail: answer({ slo, t, format }),
          href: sloHref(slo),
          entityRef: slo.entityRef,
          since: slo.state === 'stale' ? slo.observedAt : undefined,
          observedAt: slo.observedAt,
        }));
    },
    refreshSeconds: 15,
  },
});
