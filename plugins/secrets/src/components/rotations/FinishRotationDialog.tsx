import { useState } from 'react';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { RotationTask } from '@shopfloor/plugin-secrets-common';
import { ConfirmDialog, useIdempotencyKey } from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { secretsTranslationRef } from '../../translation/translation';
import { inWords, ownedName } from '../../words';

/** Says that a new value is in place; the portal cannot see it and keeps who said so. */
export function FinishRotationDialog(props: {
  task: RotationTask;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const { run } = useIdempotencyKey();
  const [comment, setComment] = useState('');
  const { task, onClose, onDone } = props;
  const name = ownedName(task);
  return (
    <ConfirmDialog
      open
      title={t('rotation.markDoneNamed', { name })}
      act={t('rotation.markDoneAct', { name })}
      onClose={onClose}
      onConfirm={async () => {
        try {
          await run(idempotencyKey =>
            api.finishRotation(
              {
                id: task.id,
                ...(comment.trim() && { comment: comment.trim() }),
              },
              { idempotencyKey },
            ),
          );
          onDone();
        } catch (error) {
          throw inWords(error, t);
        }
      }}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t('rotation.markDoneHelp')}
      </Typography>
      <TextField
        fullWidth
        label={t('rotation.comment')}
        value={comment}
        onChange={event => setComment(event.target.value)}
        inputProps={{ maxLength: 1_000 }}
      />
    </ConfirmDialog>
  );
}
