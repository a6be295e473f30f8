import { useState } from 'react';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { GrantSummary, ReviewCampaign } from '@shopfloor/plugin-secrets-common';
import {
  ConfirmDialog,
  useEnvironments,
  useIdempotencyKey,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { secretsTranslationRef } from '../../translation/translation';
import { grantName, inWords } from '../../words';

/** Takes a grant away in a review, with a reason. */
export function RevokeItemDialog(props: {
  campaignId: string;
  grant: GrantSummary;
  onClose: () => void;
  onDone: (campaign: ReviewCampaign) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const { run } = useIdempotencyKey();
  const { environmentOf } = useEnvironments();
  const [comment, setComment] = useState('');
  const { campaignId, grant, onClose, onDone } = props;
  const environment = environmentOf(grant.environment);
  const revoke = async () => {
    try {
      onDone(
        await run(idempotencyKey =>
          api.decideReview(
            {
              id: campaignId,
              grantId: grant.id,
              verdict: 'revoke',
              comment: comment.trim(),
            },
            { idempotencyKey },
          ),
        ),
      );
    } catch (error) {
      throw inWords(error, t);
    }
  };
  return (
    <ConfirmDialog
      open
      destructive
      title={t('review.revokeTitle', { name: grantName(grant) })}
      act={t('review.revokeAct', {
        environment: environment.title ?? environment.name,
      })}
      disabledReason={comment.trim() ? undefined : t('review.commentMissing')}
      onClose={onClose}
      onConfirm={revoke}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t('review.revokeHelp')}
      </Typography>
      <TextField
        fullWidth
        required
        multiline
        minRows={2}
        label={t('review.comment')}
        value={comment}
        onChange={event => setComment(event.target.value)}
        inputProps={{ maxLength: 1_000 }}
      />
    </ConfirmDialog>
  );
}
