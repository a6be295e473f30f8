import { appLanguageApiRef } from '@backstage/frontend-plugin-api';
import { AttentionBlueprint, AttentionItem } from '@shopfloor/ui';
import { approvalsApiRef } from './api';
import { approvalsTranslationRef } from './translation/translation';
import { entityName, localized, requestHref } from './words';

const MAX_LISTED = 20;

/** Tells on the home page which requests wait for the person's decision or review. */
export const approvalsAttention = AttentionBlueprint.make({
  params: {
    title: async ({ translate }) =>
      (await translate(approvalsTranslationRef))('title'),
    load: async ({ apis, signal, translate }) => {
      const t = await translate(approvalsTranslationRef);
      const locale =
        apis.get(appLanguageApiRef)?.getLanguage().language ?? 'en';
      const { items } = await apis
        .get(approvalsApiRef)!
        .listRequests(
          { view: 'waiting-for-me', limit: MAX_LISTED },
          { signal },
        );
      return items.map((request): AttentionItem => ({
        id: request.id,
        state: request.state === 'break-glass' ? 'at-risk' : 'waiting',
        title: localized(request.title, locale),
        detail: t(
          request.state === 'break-glass'
            ? 'attention.review'
            : 'attention.decide',
          { who: entityName(request.requester), reason: request.reason },
        ),
        href: requestHref(request.id),
        ...(request.entityRef && { entityRef: request.entityRef }),
        since: request.openedAt,
      }));
    },
    refreshSeconds: 30,
  },
});
