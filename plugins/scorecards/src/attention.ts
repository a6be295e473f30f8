import { stringifyEntityRef } from '@backstage/catalog-model';
import { appLanguageApiRef } from '@backstage/frontend-plugin-api';
import {
  AttentionBlueprint,
  AttentionItem,
  formatPercent,
} from '@shopfloor/ui';
import { scoreOf } from '@shopfloor/plugin-scorecards-common';
import { scorecardChecksApiRef, scorecardsApiRef } from './api';
import { entityName, scorecardHref } from './scorecardHref';
import { scorecardsTranslationRef } from './translation/translation';
import { localized } from './words';

const MAX_LISTED = 200;

/** Tells on the home page which of the person's services do not do well, and which waivers wait for a decision. */
export const scorecardsAttention = AttentionBlueprint.make({
  params: {
    title: async ({ translate }) =>
      (await translate(scorecardsTranslationRef))('title'),
    load: async ({
      apis,
      ownedEntities,
      ownershipEntityRefs,
      signal,
      translate,
    }) => {
      const t = await translate(scorecardsTranslationRef);
      const locale =
        apis.get(appLanguageApiRef)?.getLanguage().language ?? 'en';
      const api = apis.get(scorecardsApiRef)!;
      const checks = apis.get(scorecardChecksApiRef);
      const owned = new Set(ownedEntities.map(stringifyEntityRef));
      const owners = ownershipEntityRefs.filter(ref =>
        ref.startsWith('group:'),
      );
      const [{ items: scorecards }, { items: waivers }, ...lists] =
        await Promise.all([
          api.listScorecards({ signal }),
          api.listWaivers({ state: 'waiting' }, { signal }),
          ...owners.flatMap(owner =>
            (['failing', 'stale'] as const).map(state =>
              api.listGrades({ owner, state, limit: MAX_LISTED }, { signal }),
            ),
          ),
        ]);
      const definitions = new Map(
        scorecards.map(({ definition }) => [definition.name, definition]),
      );
      const grades = lists
        .flatMap(({ items }) => items)
        .flatMap((grade): AttentionItem[] => {
          const definition = definitions.get(grade.scorecard);
          const { state } = grade.figures;
          return definition &&
            !definition.draft &&
            owned.has(grade.entityRef) &&
            (state === 'failing' || state === 'stale')
            ? [
                {
                  id: `${grade.scorecard} ${grade.entityRef}`,
                  state,
                  title: t('attention.title', {
                    entity: entityName(grade.entityRef),
                    scorecard: localized(definition.title, locale),
                  }),
                  detail: t('attention.detail', {
                    score: formatPercent(scoreOf(grade.figures), locale),
                    failing: String(grade.counts.fail),
                  }),
                  href: scorecardHref(grade),
                  entityRef: grade.entityRef,
                  since: grade.since,
                  observedAt: grade.observedAt,
                },
              ]
            : [];
        });
      const toDecide = waivers.filter(({ may }) => may.includes('approve'));
      // A name is better than nothing when the check engine does not answer.
      const titles = new Map(
        toDecide.length > 0
          ? await checks?.listDefinitions({ signal }).then(
              ({ items }) =>
                items.map(({ name, title }) => [
                  name,
                  localized(title, locale),
                ]),
              () => [],
            )
          : [],
      );
      const waiting = toDecide.map((waiver): AttentionItem => ({
        id: waiver.id,
        state: 'waiting',
        title: t('attention.waiver', {
          entity: entityName(waiver.entityRef),
          check: titles.get(waiver.check) ?? waiver.check,
        }),
        detail: waiver.reason,
        href: '/scorecards?tab=waivers',
        entityRef: waiver.entityRef,
        since: waiver.requestedAt,
      }));
      return [...grades, ...waiting];
    },
    refreshSeconds: 60,
  },
});
