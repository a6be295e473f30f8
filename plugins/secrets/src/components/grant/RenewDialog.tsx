import { useState } from 'react';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Grant } from '@shopfloor/plugin-secrets-common';
import {
  Choice,
  ConfirmDialog,
  EnvironmentBadge,
  useEnvironments,
  useFormat,
} from '@shopfloor/ui';
import {
  DURATION_UNITS,
  durationSeconds,
  DurationUnit,
  wholeUnits,
} from '../../core/askForm';
import { secretsTranslationRef } from '../../translation/translation';
import { secretName, subjectName } from '../../words';
import { useAct } from './useAct';

/** Asks for more time; as much as before unless something else is said. */
export function RenewDialog(props: {
  grant: Grant;
  onClose: () => void;
  onDone: (grant: Grant) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const format = useFormat();
  const { environmentOf } = useEnvironments();
  const { grant, onClose, onDone } = props;
  const { act } = useAct(onDone);
  const { request } = grant;
  const [reason, setReason] = useState('');
  const [time, setTime] = useState(() => wholeUnits(request.durationSeconds));
  const seconds = durationSeconds(time);
  const complete = reason.trim() && seconds !== undefined;
  const environment = environmentOf(request.environment);
  return (
    <ConfirmDialog
      open
      title={t('act.renewTitle', {
        secret: secretName(request.secret),
        who: subjectName(request.subject),
      })}
      act={t('act.renewAct', {
        duration: format.duration(seconds && seconds * 1000),
        environment: environment.title ?? environment.name,
      })}
      disabledReason={complete ? undefined : t('act.renewMissing')}
      onClose={onClose}
      onConfirm={() =>
        act((api, options) =>
          api.renew(
            {
              id: grant.id,
              reason: reason.trim(),
              durationSeconds: seconds!,
            },
            options,
          ),
        )
      }
    >
      <Box sx={{ mb: 1 }}>
        <EnvironmentBadge environment={environment} />
      </Box>
      <Typography variant="body2" sx={{ mb: 2 }}>
        {t('act.renewHelp')}
      </Typography>
      <TextField
        fullWidth
        required
        multiline
        minRows={2}
        label={t('act.renewWhy')}
        value={reason}
        onChange={event => setReason(event.target.value)}
        inputProps={{ maxLength: 1_000 }}
        sx={{ mb: 2 }}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2 }}>
        <TextField
          size="small"
          required
          label={t('form.duration')}
          value={time.amount}
          onChange={event =>
            setTime(last => ({ ...last, amount: event.target.value }))
          }
          inputProps={{ inputMode: 'numeric', maxLength: 6 }}
        />
        <Choice
          label={t('form.unit')}
          value={time.unit}
          options={(Object.keys(DURATION_UNITS) as DurationUnit[]).map(
            value => ({ value, label: t(`form.${value}`) }),
          )}
          onChange={unit =>
            setTime(last => ({ ...last, unit: unit as DurationUnit }))
          }
        />
      </Box>
    </ConfirmDialog>
  );
}
