import { useState } from 'react';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Choice,
  ConfirmDialog,
  useEnvironments,
  useIdempotencyKey,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { useServices } from '../../hooks/useServices';
import { secretsTranslationRef } from '../../translation/translation';
import { inWords } from '../../words';
import { ServiceField } from '../ask/ServiceField';

const SHORTEST_TITLE = 3;

/** The end of a day in the time zone of the reader, ISO 8601; a review lasts until it. */
function endOf(day: string): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  const end = new Date(year, month - 1, date + 1);
  return Number.isFinite(end.getTime()) ? end.toISOString() : undefined;
}

/** Starts a campaign about the grants in force. */
export function StartReviewDialog(props: {
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const { run } = useIdempotencyKey();
  const { environments } = useEnvironments();
  const services = useServices();
  const { onClose, onDone } = props;
  const [title, setTitle] = useState('');
  const [day, setDay] = useState('');
  const [environment, setEnvironment] = useState('');
  const [owner, setOwner] = useState('');
  const dueAt = day ? endOf(day) : undefined;
  const complete =
    title.trim().length >= SHORTEST_TITLE &&
    dueAt !== undefined &&
    Date.parse(dueAt) > Date.now();
  return (
    <ConfirmDialog
      open
      title={t('review.start')}
      act={t('review.startAct', { title: title.trim() })}
      disabledReason={complete ? undefined : t('review.invalid')}
      onClose={onClose}
      onConfirm={async () => {
        try {
          await run(idempotencyKey =>
            api.openReview(
              {
                title: title.trim(),
                dueAt: dueAt!,
                ...(environment && { environment }),
                ...(owner && { owner }),
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
      <TextField
        fullWidth
        required
        margin="dense"
        label={t('review.name')}
        value={title}
        onChange={event => setTitle(event.target.value)}
        inputProps={{ maxLength: 120 }}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, my: 1 }}>
        <TextField
          required
          size="small"
          type="date"
          label={t('review.until')}
          value={day}
          onChange={event => setDay(event.target.value)}
          InputLabelProps={{ shrink: true }}
        />
        <Choice
          label={t('review.environment')}
          all={t('review.all')}
          value={environment}
          options={environments.map(each => ({
            value: each.name,
            label: each.title ?? each.name,
          }))}
          onChange={setEnvironment}
        />
      </Box>
      <ServiceField
        label={t('review.owner')}
        help=""
        services={services.value ?? []}
        value={owner}
        onChange={setOwner}
      />
    </ConfirmDialog>
  );
}
