import { useState } from 'react';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { ReviewCampaign } from '@shopfloor/plugin-secrets-common';
import {
  AnswerLine,
  EnvironmentBadge,
  Loaded,
  useEnvironments,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { secretsTranslationRef } from '../../translation/translation';
import { entityName } from '../../words';
import { reviewAnswer, reviewState } from './answer';
import { ReviewProgress } from './ReviewProgress';
import { ReviewTable } from './ReviewTable';
import { useAsked } from '../../hooks/useAsked';

/** One campaign: each grant is kept or taken away, also by keys. */
export function ReviewPage(props: { id: string }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const { value, error, retry } = useAsked(props.id, signal =>
    api.getReview(props.id, { signal }),
  );
  const [done, setDone] = useState<ReviewCampaign>();
  const decided = (campaign: ReviewCampaign | undefined) =>
    campaign ? campaign.counts.total - campaign.counts.undecided : -1;
  // A decision answers with a newer state than the last look.
  const campaign = decided(done) > decided(value) ? done : value;
  return (
    <>
      <Box sx={{ mb: 1 }}>
        <Link to="/secrets?tab=reviews">{t('review.back')}</Link>
      </Box>
      <Loaded
        value={campaign}
        error={error}
        onRetry={retry}
        rows={8}
        stale={({ message }) => t('stale', { message })}
      >
        {shown => (
          <Campaign
            campaign={shown}
            onDone={next => {
              setDone(next);
              retry();
            }}
          />
        )}
      </Loaded>
    </>
  );
}

function Campaign(props: {
  campaign: ReviewCampaign;
  onDone: (campaign: ReviewCampaign) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { environmentOf } = useEnvironments();
  const { campaign, onDone } = props;
  const { title, environment, owner, dueAt, closedAt, items = [] } = campaign;
  const mine = items.filter(
    ({ mayDecide, verdict }) => mayDecide && !verdict,
  ).length;
  return (
    <>
      <Typography component="h1" sx={{ fontSize: '1.25rem', fontWeight: 600 }}>
        {title}
      </Typography>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          gap: 1.5,
          my: 1,
        }}
      >
        {environment && (
          <EnvironmentBadge environment={environmentOf(environment)} />
        )}
        {owner && <Typography variant="body2">{entityName(owner)}</Typography>}
        <Typography variant="body2" color="text.secondary">
          {closedAt
            ? t('review.closed', { when: format.moment(closedAt) })
            : t('review.due', { when: format.moment(dueAt) })}
        </Typography>
      </Box>
      <AnswerLine state={reviewState(campaign, now)}>
        {reviewAnswer(campaign, t, mine)}
      </AnswerLine>
      <Box sx={{ mb: 2 }}>
        <ReviewProgress counts={campaign.counts} />
      </Box>
      {items.length === 0 ? (
        <Typography variant="body2">{t('review.none')}</Typography>
      ) : (
        <ReviewTable campaign={campaign} items={items} onDone={onDone} />
      )}
    </>
  );
}
