import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useFormat } from '../format/useFormat';
import { uiTranslationRef } from '../translation/translation';
import { alignSeries } from './timeSeries';
import { TimeSeriesChartProps } from './TimeSeriesChart';
import { formatChartValue } from './units';

/** The figures of a chart as a table, the newest first, with what happened beside them. */
export function ChartTable(props: TimeSeriesChartProps) {
  const { t } = useTranslationRef(uiTranslationRef);
  const format = useFormat();
  const { times, values } = alignSeries(props.series);
  const annotations = props.annotations ?? [];
  const rows = times.map((time, index) => ({
    time,
    values: values.map(line => line[index]),
    events: annotations
      .filter(a => a.at >= time && (times[index + 1] ?? Infinity) > a.at)
      .map(a => a.label),
  }));
  return (
    <Box
      tabIndex={0}
      role="region"
      aria-label={props.title}
      sx={{ maxHeight: props.height ?? 260, overflow: 'auto' }}
    >
      <Table size="small" stickyHeader aria-label={props.title}>
        <TableHead>
          <TableRow>
            <TableCell>{t('chart.time')}</TableCell>
            {props.series.map(line => (
              <TableCell key={line.id} align="right">
                {line.label}
              </TableCell>
            ))}
            {annotations.length > 0 && (
              <TableCell>{t('chart.event')}</TableCell>
            )}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.reverse().map(row => (
            <TableRow key={row.time}>
              <TableCell>{format.moment(row.time)}</TableCell>
              {row.values.map((value, index) => (
                <TableCell key={props.series[index].id} align="right">
                  {formatChartValue(value, props.unit, format)}
                </TableCell>
              ))}
              {annotations.length > 0 && (
                <TableCell>{row.events.join(', ')}</TableCell>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
