import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ReviewCampaign } from '@shopfloor/plugin-secrets-common';
import { secretsTranslationRef } from '../../translation/translation';

/** How much of a campaign is decided: a bar from zero to all, and the same in words. */
export function ReviewProgress(props: { counts: ReviewCampaign['counts'] }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { total, keep, revoke, undecided } = props.counts;
  const part = (count: number) => `${total > 0 ? (count / total) * 100 : 0}%`;
  return (
    <>
      <Box
        aria-hidden
        sx={{
          display: 'flex',
          height: 8,
          maxWidth: 480,
          overflow: 'hidden',
          borderRadius: '4px',
          backgroundColor: 'var(--sf-surface-sunken)',
        }}
      >
        <Box
          sx={{
            width: part(keep),
            backgroundColor: 'var(--sf-state-ok-foreground)',
          }}
        />
        <Box
          sx={{
            width: part(revoke),
            backgroundColor: 'var(--sf-state-paused-foreground)',
          }}
        />
      </Box>
      <Typography variant="body2" color="text.secondary" sx={{ mt: 0.5 }}>
        {[
          t('review.progress', {
            decided: String(total - undecided),
            total: String(total),
          }),
          t('review.kept', { kept: String(keep) }),
          t('review.revoked', { revoked: String(revoke) }),
        ].join(' · ')}
      </Typography>
    </>
  );
}
