import Accordion from '@mui/material/Accordion';
import AccordionDetails from '@mui/material/AccordionDetails';
import AccordionSummary from '@mui/material/AccordionSummary';
import Box from '@mui/material/Box';
import ExpandMore from '@mui/icons-material/ExpandMore';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { RedPoint, SloRed } from '@shopfloor/plugin-slo-common';
import {
  ChartAnnotation,
  ErrorPanel,
  LoadingPanel,
  ObservedAt,
  Panel,
  TimeSeriesChart,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { sloAnalysisApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { Code } from './Code';
import { rangeInWords, useTimeRange } from './TimeRange';

/** Requests, errors and latency of the service behind an SLO, over the time range of the page. */
export function RedPanel(props: {
  id: string;
  annotations: readonly ChartAnnotation[];
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloAnalysisApiRef);
  const { choice, key, past } = useTimeRange();
  const { id, annotations } = props;
  const { value, error, retry } = usePolled(
    `${id} ${key}`,
    signal => api.red({ id, ...choice }, { signal }),
    { once: past },
  );
  let body = <LoadingPanel rows={6} />;
  if (value) {
    body = <Charts red={value} annotations={annotations} />;
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <Panel
      spaced
      title={t('red.title', { service: value?.destination ?? '' })}
      help={t('red.help')}
      aside={
        value && (
          <ObservedAt
            observedAt={value.observedAt}
            source="Prometheus"
            stale={Boolean(error)}
          />
        )
      }
    >
      {body}
    </Panel>
  );
}

function Charts(props: {
  red: SloRed;
  annotations: readonly ChartAnnotation[];
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { red, annotations } = props;
  const from = Date.parse(red.from);
  const to = Date.parse(red.to);
  const rangeSeconds = (to - from) / 1000;
  const shared = {
    annotations,
    from,
    to,
    height: 180,
  };
  const line = (
    id: string,
    label: string,
    pick: (p: RedPoint) => number | undefined,
  ) => ({
    id,
    label,
    points: red.points.map(point => ({
      at: Date.parse(point.at),
      value: pick(point),
    })),
  });
  return (
    <>
      <Box
        sx={{
          display: 'grid',
          gap: 3,
          gridTemplateColumns:
            'repeat(auto-fit, minmax(min(340px, 100%), 1fr))',
        }}
      >
        <TimeSeriesChart
          {...shared}
          title={t('red.rate')}
          unit="per-second"
          series={[line('rate', t('red.rate'), point => point.rate)]}
        />
        <TimeSeriesChart
          {...shared}
          title={t('red.errors')}
          unit="percent"
          series={[line('errors', t('red.errors'), point => point.errorShare)]}
        />
        <TimeSeriesChart
          {...shared}
          title={t('red.latency')}
          unit="milliseconds"
          series={[
            line('p50', t('red.p50'), point => point.p50),
            line('p95', t('red.p95'), point => point.p95),
            line('p99', t('red.p99'), point => point.p99),
          ]}
        />
      </Box>
      {red.coverageSeconds < rangeSeconds && (
        <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
          {t('coverage.chart', {
            covered: format.duration(red.coverageSeconds * 1000),
            range: rangeInWords(red, t, format),
          })}
        </Typography>
      )}
      <Explained red={red} />
    </>
  );
}

function Explained(props: { red: SloRed }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { queries, stepSeconds } = props.red;
  return (
    <Accordion
      disableGutters
      elevation={0}
      sx={{ mt: 1, '&::before': { display: 'none' } }}
    >
      <AccordionSummary expandIcon={<ExpandMore />} sx={{ px: 0 }}>
        <Box component="span" sx={{ fontSize: '0.8125rem' }}>
          {t('red.explain')}
        </Box>
      </AccordionSummary>
      <AccordionDetails sx={{ px: 0 }}>
        <Typography variant="body2" sx={{ mb: 1 }}>
          {t('red.explained', { step: format.duration(stepSeconds * 1000) })}
        </Typography>
        <Typography variant="body2">{t('red.rate')}</Typography>
        <Code>{queries.rate}</Code>
        <Typography variant="body2">{t('red.errors')}</Typography>
        <Code>{`${queries.errors}\n/ ${queries.rate}`}</Code>
        <Typography variant="body2">{t('red.latency')}</Typography>
        <Code>{`histogram_quantile(0.95, ${queries.latency})`}</Code>
      </AccordionDetails>
    </Accordion>
  );
}
