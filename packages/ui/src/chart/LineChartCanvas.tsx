import { ChartsReferenceLine } from '@mui/x-charts/ChartsReferenceLine';
import { LineChart } from '@mui/x-charts/LineChart';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useFormat } from '../format/useFormat';
import { chartColor, stateColor } from '../theme/cssVariables';
import { alignSeries, timeLabelOptions } from './timeSeries';
import { TimeSeriesChartProps } from './TimeSeriesChart';
import { formatChartValue } from './units';

const labelStyle = { fontSize: 11, fill: 'var(--sf-text-secondary)' };

/** The picture itself. A module of its own, so that pages without a chart do not load the chart library. */
export default function LineChartCanvas(props: TimeSeriesChartProps) {
  const format = useFormat();
  const reducedMotion = useMediaQuery('(prefers-reduced-motion: reduce)');
  const { times, values } = alignSeries(props.series);
  const start = props.from ?? times[0];
  const end = props.to ?? times[times.length - 1];
  const options = timeLabelOptions(end - start);
  const tick = new Intl.DateTimeFormat(format.locale, options);
  const thresholds = props.thresholds ?? [];
  const highest = Math.max(
    0,
    ...values.flat().filter((value): value is number => value !== null),
    ...thresholds.map(threshold => threshold.value),
  );
  const headroom = props.annotations?.length ? 1.2 : 1.05;
  return (
    <LineChart
      height={props.height ?? 260}
      skipAnimation={reducedMotion}
      enableKeyboardNavigation
      hideLegend={props.series.length < 2}
      grid={{ horizontal: true }}
      margin={{ top: 20, right: 32, bottom: 4, left: 4 }}
      xAxis={[
        {
          id: 'time',
          scaleType: 'time',
          data: times.map(time => new Date(time)),
          min: new Date(start),
          max: new Date(end),
          tickLabelStyle: labelStyle,
          tickNumber: 6,
          valueFormatter: (value: Date, context) =>
            context.location === 'tick'
              ? tick.format(value)
              : format.moment(value),
        },
      ]}
      yAxis={[
        {
          id: 'value',
          width: 64,
          tickNumber: 4,
          tickLabelStyle: labelStyle,
          min: props.min ?? (props.zoomed ? undefined : 0),
          // Headroom for lines that lie on the highest value, and for the words of annotations above them.
          max: props.max ?? (highest > 0 ? highest * headroom : 1),
          valueFormatter: (value: number) =>
            formatChartValue(value, props.unit, format),
        },
      ]}
      series={props.series.map((line, index) => ({
        id: line.id,
        label: line.label,
        // What lies below the axis is drawn on its edge; tooltip and table say the value.
        data: values[index].map(value =>
          value !== null && props.min !== undefined
            ? Math.max(value, props.min)
            : value,
        ),
        color: chartColor(index),
        showMark: false,
        curve: 'linear' as const,
        area: line.area,
        valueFormatter: (_: number | null, { dataIndex }) =>
          formatChartValue(values[index][dataIndex], props.unit, format),
      }))}
      slotProps={{
        legend: { position: { vertical: 'top', horizontal: 'start' } },
      }}
      sx={{
        '& path[class*="LineElement"]': { strokeWidth: 2 },
        ...Object.fromEntries(
          props.series
            .filter(line => line.dashed)
            .map(line => [
              `& path[class*="LineElement-series-${line.id}"]`,
              { strokeDasharray: '6 4' },
            ]),
        ),
        '& path[class*="AreaElement"]': { opacity: 0.12 },
        '& line[class*="ChartsGrid"]': { stroke: 'var(--sf-border-subtle)' },
        '& line[class*="ChartsAxis"], & path[class*="ChartsAxis"]': {
          stroke: 'var(--sf-border-subtle)',
        },
      }}
    >
      {thresholds.map(threshold => (
        <ChartsReferenceLine
          key={threshold.label}
          y={threshold.value}
          label={threshold.label}
          labelAlign="start"
          labelStyle={{ ...labelStyle, fill: stateColor('failing') }}
          lineStyle={{
            stroke: stateColor('failing'),
            strokeDasharray: '4 3',
          }}
        />
      ))}
      {(props.annotations ?? [])
        .filter(a => a.at >= start && a.at <= end)
        .map(a => (
          <ChartsReferenceLine
            key={`${a.at} ${a.label}`}
            x={new Date(a.at)}
            label={a.label}
            labelAlign="start"
            labelStyle={labelStyle}
            lineStyle={{
              stroke: 'var(--sf-text-secondary)',
              strokeDasharray: '2 2',
            }}
          />
        ))}
    </LineChart>
  );
}
