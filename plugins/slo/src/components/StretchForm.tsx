import { FormEvent, useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  isTimeRangeProblem,
  resolveTimeRange,
  TimeRangeChoice,
} from '@shopfloor/plugin-slo-common';
import { useFormat } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';

const pad = (value: number) => String(value).padStart(2, '0');

/** A moment as a field of date and time holds it, in the time zone of the browser. */
function toField(iso: string | undefined): string {
  const at = new Date(iso ?? NaN);
  return Number.isNaN(at.getTime())
    ? ''
    : `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(
        at.getHours(),
      )}:${pad(at.getMinutes())}`;
}

/** ISO 8601 of what stands in a field; `undefined` of nothing. */
function fromField(local: string): string | undefined {
  const at = new Date(local);
  return local && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined;
}

/** From when to when, as date and time in the time zone of the browser, which is named. */
export function StretchForm(props: {
  /** ISO 8601. */
  from?: string;
  to?: string;
  onChoose: (choice: TimeRangeChoice) => void;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const [fields, setFields] = useState({
    from: toField(props.from),
    to: toField(props.to),
  });
  const [tried, setTried] = useState(false);
  const choice = { from: fromField(fields.from), to: fromField(fields.to) };
  const empty = (['from', 'to'] as const).find(field => !choice[field]);
  const resolved = resolveTimeRange({ choice, now: Date.now() / 1000 });
  const problem =
    isTimeRangeProblem(resolved) && (tried || !empty) ? resolved : undefined;
  const wrong = problem && (empty ?? problem.field);
  const zone = new Intl.DateTimeFormat(format.locale).resolvedOptions()
    .timeZone;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!isTimeRangeProblem(resolved)) {
      props.onChoose(choice);
    }
  };
  return (
    <Box
      component="form"
      noValidate
      aria-label={t('history.stretch')}
      onSubmit={submit}
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        justifyContent: 'flex-end',
        alignItems: 'flex-start',
        gap: 2,
        mt: 2,
        mb: 1,
      }}
    >
      {(['from', 'to'] as const).map(field => (
        <TextField
          key={field}
          type="datetime-local"
          size="small"
          required
          label={t(`history.${field}`)}
          value={fields[field]}
          error={wrong === field}
          onChange={event =>
            setFields({ ...fields, [field]: event.target.value })
          }
          InputLabelProps={{ shrink: true }}
          inputProps={{ step: 60 }}
          helperText={
            wrong === field
              ? t(`history.problem.${problem!.code}`)
              : t('history.zone', { zone })
          }
        />
      ))}
      <Button type="submit" variant="outlined">
        {t('history.show')}
      </Button>
    </Box>
  );
}
