import { useState } from 'react';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { SloSummary } from '@shopfloor/plugin-slo-common';
import {
  ConfirmDialog,
  ErrorPanel,
  LoadingPanel,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { sloExclusionsApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { ExclusionFiguresTable } from './ExclusionFiguresTable';

const MIN_REASON = 10;

/** ISO 8601 of what stands in a field, in the time zone of the browser; `undefined` of nonsense. */
function isoOf(local: string): string | undefined {
  const time = new Date(local);
  return local && !Number.isNaN(time.getTime())
    ? time.toISOString()
    : undefined;
}

/** Asks that a past stretch does not count, with both figures before the question is put. */
export function ExclusionDialog(props: {
  slo: SloSummary;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloExclusionsApiRef);
  const format = useFormat();
  const { slo, onClose, onDone } = props;
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const [left, setLeft] = useState(false);
  const [seen, setSeen] = useState<string>();
  const stretch = { from: isoOf(from), to: isoOf(to) };
  const backwards = Boolean(
    stretch.from && stretch.to && stretch.from >= stretch.to,
  );
  const wish =
    stretch.from && stretch.to && !backwards
      ? { id: slo.id, from: stretch.from, to: stretch.to }
      : undefined;
  const key = wish && `${wish.from} ${wish.to}`;
  const short = reason.trim().length < MIN_REASON;
  const name = slo.displayName ?? slo.name;
  const why = () => {
    if (!wish) {
      return backwards
        ? t('exclusion.backwards')
        : t('exclusion.stretchMissing');
    }
    if (seen !== key) {
      return t('exclusion.notSeen');
    }
    return short ? t('exclusion.short') : undefined;
  };
  return (
    <ConfirmDialog
      open
      title={t('exclusion.askTitle', { slo: name })}
      act={t('exclusion.act', { slo: name })}
      disabledReason={why()}
      onClose={onClose}
      onConfirm={async () => {
        if (wish) {
          await api.ask({ ...wish, reason: reason.trim() });
          onDone();
        }
      }}
    >
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t('exclusion.askHelp')}
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mb: 2 }}>
        {(
          [
            ['exclusion.from', from, setFrom],
            ['exclusion.to', to, setTo],
          ] as const
        ).map(([label, value, set]) => (
          <TextField
            key={label}
            type="datetime-local"
            required
            label={t(label)}
            value={value}
            error={backwards && label === 'exclusion.to'}
            onChange={event => set(event.target.value)}
            InputLabelProps={{ shrink: true }}
            inputProps={{ step: 60 }}
            helperText={t('exclusion.zone', {
              zone: new Intl.DateTimeFormat(format.locale).resolvedOptions()
                .timeZone,
            })}
          />
        ))}
      </Box>
      <TextField
        fullWidth
        multiline
        minRows={2}
        required
        label={t('exclusion.reason')}
        helperText={t('exclusion.reasonHelp')}
        error={left && short}
        value={reason}
        onBlur={() => setLeft(true)}
        onChange={event => setReason(event.target.value)}
        inputProps={{ maxLength: 1000 }}
        sx={{ mb: 2 }}
      />
      {wish && key && (
        <Preview key={key} wish={wish} onSeen={() => setSeen(key)} />
      )}
    </ConfirmDialog>
  );
}

function Preview(props: {
  wish: { id: string; from: string; to: string };
  onSeen: () => void;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloExclusionsApiRef);
  const { wish, onSeen } = props;
  const { value, error, retry } = usePolled(
    `${wish.id} ${wish.from} ${wish.to}`,
    async signal => {
      const preview = await api.preview(wish, { signal });
      if (!signal.aborted) {
        onSeen();
      }
      return preview;
    },
    { once: true },
  );
  if (value) {
    return (
      <>
        <Typography variant="body2" sx={{ fontWeight: 600 }}>
          {t('exclusion.preview')}
        </Typography>
        <ExclusionFiguresTable objectives={value.objectives} />
      </>
    );
  }
  return error ? (
    <ErrorPanel compact error={error} onRetry={retry} />
  ) : (
    <LoadingPanel rows={3} />
  );
}
