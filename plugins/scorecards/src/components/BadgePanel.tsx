import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { CreatedBadge } from '@shopfloor/plugin-scorecards-common';
import {
  ErrorPanel,
  LoadingPanel,
  Panel,
  useFormat,
  useNow,
  usePolled,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { entityName } from '../scorecardHref';
import { scorecardsTranslationRef } from '../translation/translation';

/** Makes a grade public by a badge, and takes it back. */
export function BadgePanel(props: { entityRef: string; scorecard: string }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const now = useNow();
  const api = useApi(scorecardsApiRef);
  const { entityRef, scorecard } = props;
  const { value, error, retry } = usePolled(`badges ${entityRef}`, signal =>
    api.listBadges({ entityRef }, { signal }),
  );
  const [created, setCreated] = useState<CreatedBadge>();
  const [failure, setFailure] = useState<Error>();
  const act = async (doIt: () => Promise<void>) => {
    setFailure(undefined);
    try {
      await doIt();
      retry();
    } catch (caught) {
      setFailure(caught as Error);
    }
  };
  const badges = value?.items.filter(badge => badge.scorecard === scorecard);
  return (
    <Panel
      spaced
      title={t('badge.title')}
      help={t('badge.help')}
      aside={
        <Button
          size="small"
          onClick={() =>
            act(async () =>
              setCreated(await api.createBadge({ entityRef, scorecard })),
            )
          }
        >
          {t('badge.create')}
        </Button>
      }
    >
      {failure && <ErrorPanel compact error={failure} />}
      {created && (
        <Alert severity="success" sx={{ mb: 1 }}>
          {t('badge.created')}
          <Box
            component="pre"
            tabIndex={0}
            sx={{ m: 0, overflowX: 'auto', fontSize: '0.75rem' }}
          >
            {created.markdown}
          </Box>
        </Alert>
      )}
      {!badges &&
        (error ? (
          <ErrorPanel compact error={error} onRetry={retry} />
        ) : (
          <LoadingPanel rows={1} />
        ))}
      {badges?.map(badge => (
        <Box
          key={badge.id}
          sx={{ display: 'flex', alignItems: 'center', gap: 1 }}
        >
          <Typography variant="body2">
            {t('badge.made', {
              who: entityName(badge.createdBy),
              when: format.relative(badge.createdAt, now),
            })}
          </Typography>
          <Button
            size="small"
            onClick={() =>
              act(async () => {
                await api.revokeBadge(badge.id);
                setCreated(undefined);
              })
            }
          >
            {t('badge.revoke')}
          </Button>
        </Box>
      ))}
    </Panel>
  );
}
