import { ReviewCampaign } from '@shopfloor/plugin-secrets-common';
import { State } from '@shopfloor/ui';
import { SecretsWords } from '../../words';

/** How a campaign stands, in the one vocabulary. */
export function reviewState(campaign: ReviewCampaign, now: number): State {
  const { closedAt, counts, dueAt } = campaign;
  if (counts.undecided === 0) {
    return 'ok';
  }
  // What nobody decided in time is not good because it is over.
  return closedAt || Date.parse(dueAt) <= now ? 'at-risk' : 'waiting';
}

/** How a campaign stands, in one sentence; `mine` is how many wait for the reader, where that is known. */
export function reviewAnswer(
  campaign: ReviewCampaign,
  t: SecretsWords,
  mine?: number,
): string {
  const { counts, closedAt } = campaign;
  if (counts.undecided === 0) {
    return t('review.answerDone');
  }
  if (closedAt) {
    return t('review.answerLate', { open: String(counts.undecided) });
  }
  if (mine === undefined) {
    return t('review.progress', {
      decided: String(counts.total - counts.undecided),
      total: String(counts.total),
    });
  }
  return mine > 0
    ? t('review.answerOpen', { count: mine })
    : t('review.answerOthers');
}
