import { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import GlobalStyles from '@mui/material/GlobalStyles';
import PrintOutlined from '@mui/icons-material/PrintOutlined';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { RollUpBy } from '@shopfloor/plugin-slo-common';
import {
  Choice,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  useFormat,
  useNow,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { sloAnalysisApiRef } from '../api';
import { entityName } from '../entityName';
import { sloTranslationRef } from '../translation/translation';
import { SloReportView } from './SloReportView';

const MONTHS = 12;

const urlDefaults = {
  by: 'team',
  ref: undefined as string | undefined,
  month: undefined as string | undefined,
  tz: undefined as string | undefined,
  env: undefined as string | undefined,
};

/** Only the report is printed, whatever the portal shows around it. */
const printStyles = {
  '@media print': {
    'body *': { visibility: 'hidden' },
    '[data-print], [data-print] *': { visibility: 'visible' },
    '[data-print]': { position: 'absolute', left: 0, top: 0, width: '100%' },
    '[data-print] [role=region]': { overflow: 'visible' },
    '[data-print] tr, [data-print] section': { breakInside: 'avoid' },
  },
} as const;

/** The months up to this one, the latest first, as `2026-11`. */
export function latestMonths(now: number, timeZone: string): string[] {
  const [year, month] = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
  })
    .format(now)
    .split('-')
    .map(Number);
  return Array.from({ length: MONTHS }, (_, back) =>
    new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7),
  );
}

/** A time zone that browsers know, or UTC. */
function knownTimeZone(name: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
      .timeZone;
  } catch {
    return 'UTC';
  }
}

/** A month of a team or system, to read and to print. What is reported stands in the URL. */
export function SloReportPage() {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const now = useNow(60_000);
  const [url, setUrl] = useUrlState(urlDefaults);
  const own = knownTimeZone(undefined);
  const timeZone = knownTimeZone(url.tz ?? own);
  const months = latestMonths(Number(now), timeZone);
  const month =
    url.month && /^\d{4}-\d{2}$/.test(url.month) ? url.month : months[0];
  const by: RollUpBy = url.by === 'system' ? 'system' : 'team';
  const monthName = (text: string) =>
    new Intl.DateTimeFormat(format.locale, {
      year: 'numeric',
      month: 'long',
      timeZone: 'UTC',
    }).format(new Date(`${text}-01T00:00:00Z`));
  return (
    <>
      <GlobalStyles styles={printStyles} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mb: 2 }}>
        <Choice
          label={t('rollUp.by')}
          value={by}
          options={(['team', 'system'] as const).map(each => ({
            value: each,
            label: t(`rollUp.${each}`),
          }))}
          onChange={next => setUrl({ by: next, ref: undefined })}
        />
        <Subjects by={by} chosen={url.ref} onChange={ref => setUrl({ ref })} />
        <Choice
          label={t('report.month')}
          value={month}
          options={[...new Set([...months, month])].map(each => ({
            value: each,
            label: monthName(each),
          }))}
          onChange={next => setUrl({ month: next })}
        />
        <Choice
          label={t('report.timeZone')}
          value={timeZone}
          options={[...new Set([own, 'UTC', timeZone])].map(each => ({
            value: each,
            label: each,
          }))}
          onChange={next => setUrl({ tz: next })}
        />
        <Button
          startIcon={<PrintOutlined aria-hidden />}
          disabled={!url.ref}
          onClick={() => window.print()}
        >
          {t('report.print')}
        </Button>
      </Box>
      {url.ref ? (
        <Report
          query={{ by, ref: url.ref, month, timeZone, environment: url.env }}
          monthName={monthName(month)}
        />
      ) : (
        <EmptyState
          title={t('report.choose')}
          description={t('report.chooseHelp')}
        />
      )}
    </>
  );
}

/** Chooses among the teams or systems that have SLOs. */
function Subjects(props: {
  by: RollUpBy;
  chosen?: string;
  onChange: (ref: string) => void;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloAnalysisApiRef);
  const { by, chosen, onChange } = props;
  const { value } = usePolled(
    `subjects ${by}`,
    signal => api.rollUps({ by }, { signal }),
    { once: true },
  );
  const options = (value?.items ?? []).flatMap(({ ref, title }) =>
    ref ? { value: ref, label: title ?? entityName(ref) } : [],
  );
  if (chosen && !options.some(option => option.value === chosen)) {
    options.push({ value: chosen, label: entityName(chosen) });
  }
  return (
    <Choice
      label={t(`rollUp.${by}`)}
      value={chosen ?? ''}
      options={options.sort((a, b) => a.label.localeCompare(b.label))}
      onChange={onChange}
    />
  );
}

function Report(props: {
  query: {
    by: RollUpBy;
    ref: string;
    month: string;
    timeZone: string;
    environment?: string;
  };
  monthName: string;
}) {
  const api = useApi(sloAnalysisApiRef);
  const { query, monthName } = props;
  const { value, error, retry } = usePolled(
    JSON.stringify(query),
    signal => api.report(query, { signal }),
    { once: true },
  );
  let body: ReactNode = <LoadingPanel rows={10} />;
  if (value) {
    body = <SloReportView report={value} monthName={monthName} />;
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return <>{body}</>;
}
