import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { HISTORY_RANGES, HistoryRange } from '@shopfloor/plugin-slo-common';
import { useUrlState } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';

const urlDefaults = { range: '1h' };

function isRange(text: string): text is HistoryRange {
  return (HISTORY_RANGES as readonly string[]).includes(text);
}

/** The time range of a page, one for all of its charts, kept in the URL. */
export function useTimeRange(): [HistoryRange, (range: HistoryRange) => void] {
  const [url, setUrl] = useUrlState(urlDefaults);
  return [
    isRange(url.range) ? url.range : '1h',
    range => setUrl({ range }, { push: true }),
  ];
}

/** Chooses the time range of all charts of a page. */
export function TimeRangePicker() {
  const { t } = useTranslationRef(sloTranslationRef);
  const [range, setRange] = useTimeRange();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={range}
      aria-label={t('history.range')}
      onChange={(_, chosen) => chosen && setRange(chosen)}
    >
      {HISTORY_RANGES.map(each => (
        <ToggleButton key={each} value={each} sx={{ py: 0.25 }}>
          {t(`history.ranges.${each}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
