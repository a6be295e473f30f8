import { lazy, Suspense, useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useFormat } from '../format/useFormat';
import { uiTranslationRef } from '../translation/translation';
import { ChartTable } from './ChartTable';
import { ChartAnnotation, TimeSeries } from './timeSeries';
import { ChartUnit } from './units';

export type { ChartAnnotation, TimePoint, TimeSeries } from './timeSeries';
export type { ChartUnit } from './units';

const LineChartCanvas = lazy(() => import('./LineChartCanvas'));

/** Properties of {@link TimeSeriesChart}. */
export interface TimeSeriesChartProps {
  /** What the chart shows, in words: its heading and its name for a screen reader. */
  title: string;
  series: readonly TimeSeries[];
  unit: ChartUnit;
  /** Changes and incidents, marked on the time axis. */
  annotations?: readonly ChartAnnotation[];
  /** Lines across, for example an objective. */
  thresholds?: ReadonlyArray<{ value: number; label: string }>;
  /** Start of the time axis, in milliseconds since the epoch. Default the first point. */
  from?: number;
  /** End of the time axis. Default the last point. */
  to?: number;
  /** Bounds of the value axis. Without `min` it starts at 0, unless `zoomed`. */
  min?: number;
  max?: number;
  /** Lets the value axis start above 0, for shares that stay near 100 %. */
  zoomed?: boolean;
  /** Height of the picture in pixels. Default 260. */
  height?: number;
}

/** Lines over time with units, annotations and, one click behind, the same figures as a table. */
export function TimeSeriesChart(props: TimeSeriesChartProps) {
  const { t } = useTranslationRef(uiTranslationRef);
  const format = useFormat();
  const [asTable, setAsTable] = useState(false);
  const height = props.height ?? 260;
  const times = props.series.flatMap(line => line.points.map(p => p.at));
  const empty = !props.series.some(line =>
    line.points.some(point => point.value !== undefined),
  );

  let body = (
    <Suspense fallback={<Skeleton variant="rounded" height={height} />}>
      <LineChartCanvas {...props} />
    </Suspense>
  );
  if (empty) {
    body = (
      <Box
        sx={{
          height,
          display: 'grid',
          placeItems: 'center',
          color: 'text.secondary',
        }}
      >
        {t('chart.noData')}
      </Box>
    );
  } else if (asTable) {
    body = <ChartTable {...props} />;
  }

  return (
    <Box
      component="figure"
      sx={{ m: 0 }}
      aria-label={
        empty
          ? props.title
          : t('chart.summary', {
              title: props.title,
              series: String(props.series.length),
              from: format.moment(props.from ?? Math.min(...times)),
              to: format.moment(props.to ?? Math.max(...times)),
            })
      }
    >
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          justifyContent: 'space-between',
          gap: 1,
        }}
      >
        <Typography component="figcaption" sx={{ fontWeight: 600 }}>
          {props.title}
        </Typography>
        {!empty && (
          <Button
            size="small"
            onClick={() => setAsTable(value => !value)}
            aria-pressed={asTable}
          >
            {asTable ? t('chart.showChart') : t('chart.showTable')}
          </Button>
        )}
      </Box>
      {body}
    </Box>
  );
}
