import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  EmptyState,
  EnvironmentBadge,
  ErrorPanel,
  LoadingPanel,
  Panel,
  StateBadge,
  useEnvironments,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { secretsTranslationRef } from '../../translation/translation';
import { entityName, reviewHref } from '../../words';
import { reviewAnswer, reviewState } from './answer';
import { ReviewProgress } from './ReviewProgress';
import { StartReviewDialog } from './StartReviewDialog';
import { useAsked } from '../../hooks/useAsked';

/** Campaigns that review access, newest first. */
export function ReviewList() {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const api = useApi(secretsApiRef);
  const { environmentOf } = useEnvironments();
  const [starting, setStarting] = useState(false);
  const { value, error, retry } = useAsked('reviews', signal =>
    api.listReviews({ signal }),
  );
  if (!value) {
    return error ? (
      <ErrorPanel error={error} onRetry={retry} />
    ) : (
      <LoadingPanel rows={4} />
    );
  }
  const start = (
    <Box
      sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}
    >
      <Button
        size="small"
        variant="outlined"
        disabled={!value.mayManage}
        aria-describedby={value.mayManage ? undefined : 'secrets-why-no-review'}
        onClick={() => setStarting(true)}
      >
        {t('review.start')}
      </Button>
      {!value.mayManage && (
        <Typography
          id="secrets-why-no-review"
          variant="body2"
          color="text.secondary"
        >
          {t('review.notAllowed')}
        </Typography>
      )}
    </Box>
  );
  return (
    <>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 2 }}>
        {t('review.help')}
      </Typography>
      {error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('stale', { message: error.message })}
        </Alert>
      )}
      {value.items.length === 0 ? (
        <EmptyState
          title={t('review.empty')}
          description={t('review.emptyHelp')}
          action={start}
        />
      ) : (
        <Box sx={{ mb: 2 }}>{start}</Box>
      )}
      {value.items.map(campaign => {
        const { id, title, environment, owner, dueAt, closedAt } = campaign;
        return (
          <Panel
            key={id}
            spaced
            title={title}
            aside={
              <Typography variant="body2" color="text.secondary">
                {closedAt
                  ? t('review.closed', { when: format.moment(closedAt) })
                  : t('review.due', { when: format.moment(dueAt) })}
              </Typography>
            }
          >
            <Box
              sx={{
                display: 'flex',
                flexWrap: 'wrap',
                alignItems: 'center',
                gap: 1,
                mb: 1,
              }}
            >
              <StateBadge
                state={reviewState(campaign, now)}
                label={reviewAnswer(campaign, t)}
              />
              {environment && (
                <EnvironmentBadge environment={environmentOf(environment)} />
              )}
              {owner && (
                <Typography variant="body2">{entityName(owner)}</Typography>
              )}
              <Link to={reviewHref(id)}>{t('review.open', { title })}</Link>
            </Box>
            <ReviewProgress counts={campaign.counts} />
          </Panel>
        );
      })}
      {starting && (
        <StartReviewDialog
          onClose={() => setStarting(false)}
          onDone={() => {
            setStarting(false);
            retry();
          }}
        />
      )}
    </>
  );
}
