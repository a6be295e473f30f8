import { useState } from 'react';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Grant } from '@shopfloor/plugin-secrets-common';
import {
  ConfirmDialog,
  EnvironmentBadge,
  useEnvironments,
} from '@shopfloor/ui';
import { consequencesOf } from '../../core/consequences';
import { secretsTranslationRef } from '../../translation/translation';
import { secretName, subjectName } from '../../words';
import { Bullets } from '../preview/Parts';
import { useAct } from './useAct';

/** Says what follows, asks why, and in production has the name typed. */
export function RevokeDialog(props: {
  grant: Grant;
  onClose: () => void;
  onDone: (grant: Grant) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { environmentOf } = useEnvironments();
  const { grant, onClose, onDone } = props;
  const { act } = useAct(onDone);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const { request } = grant;
  const who = subjectName(request.subject);
  const secret = secretName(request.secret);
  const environment = environmentOf(request.environment);
  // One that the configuration does not know is confirmed like production.
  const confirmed = environment.production !== false;
  let disabledReason: string | undefined;
  if (!reason.trim()) {
    disabledReason = t('act.reasonMissing');
  } else if (confirmed && typed.trim() !== who) {
    disabledReason = t('act.typedMissing', { name: who });
  }
  return (
    <ConfirmDialog
      open
      destructive
      title={t('act.revokeTitle', { secret, who })}
      act={t('act.revokeAct', {
        environment: environment.title ?? environment.name,
      })}
      disabledReason={disabledReason}
      onClose={onClose}
      onConfirm={() =>
        act((api, options) =>
          api.revoke({ id: grant.id, reason: reason.trim() }, options),
        )
      }
    >
      <Box sx={{ mb: 1 }}>
        <EnvironmentBadge environment={environment} />
      </Box>
      <Typography component="h3" sx={{ fontSize: '0.875rem', fontWeight: 600 }}>
        {t('act.consequences')}
      </Typography>
      <Bullets
        items={consequencesOf(request).map(each =>
          t(`act.consequence.${each}`, { who, secret }),
        )}
      />
      <TextField
        fullWidth
        required
        multiline
        minRows={2}
        margin="normal"
        label={t('act.reason')}
        value={reason}
        onChange={event => setReason(event.target.value)}
        inputProps={{ maxLength: 1_000 }}
      />
      {confirmed && (
        <TextField
          fullWidth
          required
          label={t('act.typed', { name: who })}
          value={typed}
          onChange={event => setTyped(event.target.value)}
          inputProps={{ spellCheck: false, autoComplete: 'off' }}
        />
      )}
    </ConfirmDialog>
  );
}
