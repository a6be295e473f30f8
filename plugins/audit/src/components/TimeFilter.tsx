import { useEffect, useState } from 'react';
import TextField from '@mui/material/TextField';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Choice, useFormat } from '@shopfloor/ui';
import { auditTranslationRef } from '../translation/translation';
import {
  asCustom,
  customTime,
  fromField,
  isBackwards,
  Range,
  RANGE_CHOICES,
  TimeRange,
  TimeValues,
  toField,
} from './timeRange';

/** Chooses a time: a length up to now, or a beginning and an end of one's own in the zone of the browser, which is named. */
export function TimeFilter(props: {
  time: TimeRange;
  onChange: (wanted: TimeValues) => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { time, onChange } = props;
  return (
    <>
      <Choice
        label={t('filter.range')}
        value={time.range}
        options={RANGE_CHOICES.map(value => ({
          value,
          label: t(`range.${value as Range}`),
        }))}
        onChange={range =>
          onChange(
            range === 'custom'
              ? asCustom(time, Date.now())
              : { range, from: undefined, to: undefined },
          )
        }
      />
      {time.range === 'custom' && <Ends time={time} onChange={onChange} />}
    </>
  );
}

function Ends(props: {
  time: TimeRange;
  onChange: (wanted: TimeValues) => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { locale } = useFormat();
  const { time, onChange } = props;
  const [from, setFrom] = useState(toField(time.from));
  const [to, setTo] = useState(toField(time.to));
  useEffect(() => setFrom(toField(time.from)), [time.from]);
  useEffect(() => setTo(toField(time.to)), [time.to]);
  const backwards = isBackwards(fromField(from), fromField(to));
  const commit = () => {
    // What was not changed stays to the second, as the URL has it.
    const [begin, end] = [
      from === toField(time.from) ? time.from : fromField(from),
      to === toField(time.to) ? time.to : fromField(to),
    ];
    if (!isBackwards(begin, end) && (begin !== time.from || end !== time.to)) {
      onChange(customTime(begin, end));
    }
  };
  const zone = new Intl.DateTimeFormat(locale).resolvedOptions().timeZone;
  return (
    <>
      {(
        [
          ['filter.from', from, setFrom, false],
          ['filter.to', to, setTo, backwards],
        ] as const
      ).map(([label, value, set, error]) => (
        <TextField
          key={label}
          size="small"
          type="datetime-local"
          label={t(label)}
          value={value}
          error={error}
          helperText={
            error ? t('filter.backwards') : t('filter.zone', { zone })
          }
          onChange={event => set(event.target.value)}
          onBlur={commit}
          onKeyDown={event => event.key === 'Enter' && commit()}
          InputLabelProps={{ shrink: true }}
          inputProps={{ step: 60 }}
          sx={{ minWidth: 180, maxWidth: '100%' }}
        />
      ))}
    </>
  );
}
