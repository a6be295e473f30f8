import { stringifyEntityRef } from '@backstage/catalog-model';
import { appLanguageApiRef } from '@backstage/frontend-plugin-api';
import { GrantSummary, SecretsApi } from '@shopfloor/plugin-secrets-common';
import { AttentionBlueprint, AttentionItem, formatMoment } from '@shopfloor/ui';
import { secretsApiRef } from './api';
import { secretsTranslationRef } from './translation/translation';
import {
  entityName,
  grantHref,
  reviewHref,
  secretName,
  SecretsWords,
  STATES_THAT_ASK,
  stateOf,
  subjectName,
  subjectRef,
} from './words';

const MAX_LISTED = 50;
const MAX_REVIEWS = 3;

interface Source {
  api: SecretsApi;
  /** Entity refs of the person, the teams and what they own. */
  mine: ReadonlySet<string>;
  t: SecretsWords;
  locale: string;
  signal: AbortSignal;
}

function grantTitle(grant: GrantSummary, t: SecretsWords): string {
  const secret = secretName(grant.secret);
  switch (grant.state) {
    case 'expiring':
      return t('attention.expiring', { secret });
    case 'drifted':
      return t('attention.drifted', { secret });
    case 'failed':
      return t('attention.failed', { secret });
    default:
      return t('attention.authorise', { secret });
  }
}

/** Grants of the person's services and secrets that end soon, failed, were changed by hand or wait. */
async function grants({ api, mine, t, signal }: Source) {
  const { items } = await api.listGrants(
    { state: [...STATES_THAT_ASK], limit: MAX_LISTED },
    { signal },
  );
  return items
    .filter(
      grant => mine.has(subjectRef(grant.subject)) || mine.has(grant.owner),
    )
    .map((grant): AttentionItem => ({
      id: grant.id,
      state: stateOf(grant.state),
      title: grantTitle(grant, t),
      detail: t(
        grant.state === 'expiring'
          ? 'attention.expiringDetail'
          : 'attention.grantDetail',
        {
          who: subjectName(grant.subject),
          environment: grant.environment,
        },
      ),
      href: grantHref(grant.id),
      ...(grant.subject.kind === 'service-account' && {
        entityRef: grant.subject.entityRef,
      }),
    }));
}

/** Values of the person's secrets that should be others. */
async function rotations({ api, mine, t, locale, signal }: Source) {
  const { items } = await api.listRotations(
    { state: 'open', limit: MAX_LISTED },
    { signal },
  );
  return items
    .filter(({ owner, mayFinish }) => mayFinish && mine.has(owner))
    .map((task): AttentionItem => ({
      id: `rotation ${task.id}`,
      state: Date.parse(task.dueAt) <= Date.now() ? 'at-risk' : 'waiting',
      title: t('attention.rotation', {
        secret: secretName(task.secret),
        owner: entityName(task.owner),
      }),
      detail: t('attention.rotationDetail', {
        environment: task.environment,
        when: formatMoment(task.dueAt, locale),
      }),
      href: '/secrets?tab=rotations',
      entityRef: task.owner,
      since: task.openedAt,
    }));
}

/** Reviews in which the person has still to decide about what is the person's. */
async function reviews({ api, mine, t, locale, signal }: Source) {
  const { items } = await api.listReviews({ signal });
  const open = items
    .filter(({ closedAt, counts }) => !closedAt && counts.undecided > 0)
    .slice(0, MAX_REVIEWS);
  const campaigns = await Promise.all(
    open.map(({ id }) => api.getReview(id, { signal })),
  );
  return campaigns.flatMap((campaign): AttentionItem[] => {
    const count = (campaign.items ?? []).filter(
      ({ grant, verdict, mayDecide }) =>
        mayDecide &&
        !verdict &&
        (mine.has(grant.owner) || mine.has(subjectRef(grant.subject))),
    ).length;
    return count === 0
      ? []
      : [
          {
            id: `review ${campaign.id}`,
            state: 'waiting',
            title: t('attention.review', { title: campaign.title }),
            detail: [
              t('attention.reviewDetail', { count }),
              t('review.due', { when: formatMoment(campaign.dueAt, locale) }),
            ].join(', '),
            href: reviewHref(campaign.id),
            since: campaign.createdAt,
          },
        ];
  });
}

/** Tells on the home page what of the person's secrets needs the person. */
export const secretsAttention = AttentionBlueprint.make({
  params: {
    title: async ({ translate }) =>
      (await translate(secretsTranslationRef))('attention.title'),
    load: async ({
      apis,
      ownedEntities,
      ownershipEntityRefs,
      signal,
      translate,
    }) => {
      const source: Source = {
        api: apis.get(secretsApiRef)!,
        mine: new Set([
          ...ownershipEntityRefs,
          ...ownedEntities.map(stringifyEntityRef),
        ]),
        t: await translate(secretsTranslationRef),
        locale: apis.get(appLanguageApiRef)?.getLanguage().language ?? 'en',
        signal,
      };
      const found = await Promise.all([
        grants(source),
        rotations(source),
        reviews(source),
      ]);
      return found.flat();
    },
    refreshSeconds: 60,
  },
});
