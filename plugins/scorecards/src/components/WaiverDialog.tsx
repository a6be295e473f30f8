import { useState } from 'react';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { MAX_WAIVER_DAYS } from '@shopfloor/plugin-scorecards-common';
import { ConfirmDialog } from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { useCheckTitle } from './useCheckTitle';

const DAY_MILLISECONDS = 86_400_000;
const MIN_REASON = 10;

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * DAY_MILLISECONDS)
    .toISOString()
    .slice(0, 10);
}

/** Asks for a waiver of a check. */
export function WaiverDialog(props: {
  entityRef: string;
  scorecard: string;
  check: string;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardsApiRef);
  const { entityRef, scorecard, onClose, onDone } = props;
  const [reason, setReason] = useState('');
  const check = useCheckTitle()(props.check);
  const [left, setLeft] = useState(false);
  const [until, setUntil] = useState(dayFromNow(30));
  const short = reason.trim().length < MIN_REASON;
  return (
    <ConfirmDialog
      open
      title={t('waiver.askFor', { check })}
      act={t('waiver.act', { check, date: until })}
      disabledReason={short || !until ? t('waiver.short') : undefined}
      onClose={onClose}
      onConfirm={async () => {
        await api.requestWaiver({
          entityRef,
          scorecard,
          check: props.check,
          reason: reason.trim(),
          expiresAt: new Date(`${until}T00:00:00Z`).toISOString(),
        });
        onDone();
      }}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t('waiver.help')}
      </Typography>
      <TextField
        fullWidth
        multiline
        minRows={3}
        required
        label={t('waiver.reason')}
        helperText={t('waiver.reasonHelp')}
        error={left && short}
        value={reason}
        onBlur={() => setLeft(true)}
        onChange={event => setReason(event.target.value)}
        inputProps={{ maxLength: 1000 }}
        sx={{ mb: 2 }}
      />
      <TextField
        type="date"
        required
        label={t('waiver.until')}
        value={until}
        onChange={event => setUntil(event.target.value)}
        InputLabelProps={{ shrink: true }}
        inputProps={{
          min: dayFromNow(1),
          max: dayFromNow(MAX_WAIVER_DAYS - 1),
        }}
      />
    </ConfirmDialog>
  );
}
