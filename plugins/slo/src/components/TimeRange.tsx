import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  HISTORY_RANGES,
  HistoryRange,
  isTimeRangeProblem,
  LookedAt,
  resolveTimeRange,
  TimeRangeChoice,
  TimeRangeProblem,
} from '@shopfloor/plugin-slo-common';
import { Formatters, useFormat, useUrlState } from '@shopfloor/ui';
import { SloWords } from '../answer';
import { sloTranslationRef } from '../translation/translation';
import { StretchForm } from './StretchForm';

const urlDefaults = {
  range: '1h' as string | undefined,
  from: undefined as string | undefined,
  to: undefined as string | undefined,
};

/** The time range of a page: what is asked for. */
export interface ChosenTimeRange {
  /** What the charts ask for. */
  choice: TimeRangeChoice;
  /** Names it among others. */
  key: string;
  /** What stands in the address and cannot be shown; `choice` is then another. */
  problem?: TimeRangeProblem;
  /** True of a stretch that is over: it does not have to be asked for again. */
  past: boolean;
  choose: (choice: TimeRangeChoice) => void;
}

function isRange(text: string | undefined): text is HistoryRange {
  return (HISTORY_RANGES as readonly (string | undefined)[]).includes(text);
}

/** The time range of a page, one for all of its charts, kept in the URL: `range`, or `from` and `to`. */
export function useTimeRange(): ChosenTimeRange {
  const [url, setUrl] = useUrlState(urlDefaults);
  const choose = ({ range, from, to }: TimeRangeChoice) =>
    setUrl({ range, from, to }, { push: true });
  const preset = isRange(url.range) ? url.range : '1h';
  const { from, to } = url;
  if (from === undefined && to === undefined) {
    return { choice: { range: preset }, key: preset, past: false, choose };
  }
  const resolved = resolveTimeRange({
    choice: { from, to },
    now: Date.now() / 1000,
  });
  return isTimeRangeProblem(resolved)
    ? {
        choice: { range: preset },
        key: preset,
        problem: resolved,
        past: false,
        choose,
      }
    : { choice: { from, to }, key: `${from} ${to}`, past: true, choose };
}

/** What was looked at, in words. */
export function rangeInWords(
  { range, from, to }: LookedAt,
  t: SloWords,
  format: Formatters,
): string {
  return range
    ? t(`history.ranges.${range}`)
    : t('history.between', {
        from: format.moment(from),
        to: format.moment(to),
      });
}

/** Chooses the time range of all charts of a page. */
export function TimeRangePicker() {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { choice, problem, choose, key } = useTimeRange();
  const chosen = choice.from !== undefined;
  const [open, setOpen] = useState(chosen || problem !== undefined);
  return (
    <Box component="section" aria-label={t('history.range')} sx={{ mb: 1 }}>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          justifyContent: 'flex-end',
          gap: 1,
        }}
      >
        <ToggleButtonGroup
          exclusive
          size="small"
          value={chosen ? undefined : choice.range}
          aria-label={t('history.range')}
          onChange={(_, range) => range && choose({ range })}
        >
          {HISTORY_RANGES.map(each => (
            <ToggleButton key={each} value={each} sx={{ py: 0.25 }}>
              {t(`history.ranges.${each}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <ToggleButton
          value="stretch"
          size="small"
          selected={chosen}
          aria-expanded={open}
          onChange={() => setOpen(!open)}
          sx={{ py: 0.25 }}
        >
          {t('history.stretch')}
        </ToggleButton>
      </Box>
      {problem && (
        <Alert severity="error" sx={{ mt: 1 }}>
          {t('history.inAddress', {
            problem: t(`history.problem.${problem.code}`),
            shown: rangeInWords(
              { ...choice, from: '', to: '' } as LookedAt,
              t,
              format,
            ),
          })}
        </Alert>
      )}
      {open && (
        <StretchForm
          key={key}
          from={choice.from}
          to={choice.to}
          onChoose={choose}
        />
      )}
    </Box>
  );
}
