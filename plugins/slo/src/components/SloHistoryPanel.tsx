import Alert from '@mui/material/Alert';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { SloHistory } from '@shopfloor/plugin-slo-common';
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
import { sloApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { rangeInWords, useTimeRange } from './TimeRange';

/** Budget and burn rate of one objective over the time range of the page. */
export function SloHistoryPanel(props: {
  id: string;
  objective: number;
  annotations: readonly ChartAnnotation[];
  /** On how much the figures rest, in words; absent when it is all. */
  basis?: string;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloApiRef);
  const { choice, key, past } = useTimeRange();
  const { id, objective, annotations, basis } = props;
  const { value, error, retry } = usePolled(
    `${id} ${objective} ${key}`,
    signal => api.history({ id, objective, ...choice }, { signal }),
    { once: past },
  );
  let body = <LoadingPanel rows={8} />;
  if (value) {
    body = (
      <>
        <Covered history={value} />
        <Charts history={value} annotations={annotations} />
        {basis && (
          <Typography variant="body2" color="text.secondary">
            {basis}
          </Typography>
        )}
      </>
    );
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <Panel
      spaced
      title={t('history.heading')}
      aside={
        value?.observedAt && (
          <ObservedAt
            observedAt={value.observedAt}
            source="Prometheus"
            stale={Boolean(error) || value.source === 'stored'}
          />
        )
      }
    >
      {body}
    </Panel>
  );
}

/** Of how much of a chosen stretch there are samples: it may begin before Prometheus knew of anything. */
function Covered(props: { history: SloHistory }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { history } = props;
  const { coverageSeconds } = history;
  const seconds = (Date.parse(history.to) - Date.parse(history.from)) / 1000;
  // Each end of the stretch may lie within a step.
  if (coverageSeconds === undefined || coverageSeconds >= 0.95 * seconds) {
    return null;
  }
  const range = rangeInWords(history, t, format);
  return (
    <Alert severity={history.range ? 'info' : 'warning'} sx={{ mb: 2 }}>
      {coverageSeconds === 0
        ? t('history.nothing', { range })
        : t('history.partly', {
            covered: format.duration(coverageSeconds * 1000),
            range,
          })}
    </Alert>
  );
}

function Charts(props: {
  history: SloHistory;
  annotations: readonly ChartAnnotation[];
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { history, annotations } = props;
  const points = history.points.map(point => ({
    at: Date.parse(point.at),
    budgetLeft: point.budgetLeft,
    burnRate: point.burnRate,
  }));
  // Points that were kept end when Prometheus was last there; the axis goes on, so that the gap is seen.
  const from = Date.parse(history.from);
  const to = Date.parse(history.to);
  // With few requests one bad one overspends the budget many times; beyond once, how often hardly matters.
  const lowest = Math.max(
    -1,
    Math.min(0, ...points.map(point => point.budgetLeft ?? 0)),
  );
  return (
    <>
      {history.source === 'stored' && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('history.stored')}
        </Alert>
      )}
      <TimeSeriesChart
        title={t('history.title')}
        annotations={annotations}
        unit="percent"
        from={from}
        to={to}
        min={lowest}
        // Headroom, so that the line and the label at 100 % are seen whole.
        max={1.05}
        series={[
          {
            id: 'budget',
            label: t('history.budget'),
            points: points.map(({ at, budgetLeft }) => ({
              at,
              value: budgetLeft,
            })),
          },
        ]}
        thresholds={
          lowest < 0 ? [{ value: 0, label: t('history.usedUp') }] : []
        }
      />
      <TimeSeriesChart
        title={t('history.burnTitle')}
        annotations={annotations}
        unit="number"
        height={180}
        from={from}
        to={to}
        series={[
          {
            id: 'burn',
            label: t('history.burn'),
            points: points.map(({ at, burnRate }) => ({ at, value: burnRate })),
          },
        ]}
        thresholds={[{ value: 1, label: t('history.lastsExactly') }]}
      />
    </>
  );
}
