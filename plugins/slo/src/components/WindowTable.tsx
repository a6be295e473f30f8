import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  Coverage,
  ObjectiveResult,
  SloSummary,
  windowKey,
} from '@shopfloor/plugin-slo-common';
import { Panel, rowHeaderSx, StateBadge, useFormat } from '@shopfloor/ui';
import { windowInWords } from '../answer';
import { sloTranslationRef } from '../translation/translation';

/** The same objective over each window that its definition names. Nothing when there is only the one of the budget. */
export function WindowTable(props: {
  slo: SloSummary;
  objective: ObjectiveResult;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { slo, objective } = props;
  const further = objective.furtherWindows ?? [];
  if (further.length === 0) {
    return null;
  }
  const stale = slo.state === 'stale';
  const rows = [
    {
      timeWindow: slo.timeWindow,
      endsAt: objective.window?.endsAt,
      state: objective.state,
      serviceLevel: objective.serviceLevel,
      budgetLeft: objective.budgetLeft,
      coverage: slo.coverage,
    },
    ...further,
  ];
  const covered = (coverage: Coverage | undefined) =>
    coverage
      ? t('windows.covered', {
          covered: format.duration(coverage.seconds * 1000),
          window: format.duration(coverage.windowSeconds * 1000),
        })
      : '–';
  return (
    <Panel spaced title={t('windows.title')} help={t('windows.help')}>
      <Box
        tabIndex={0}
        role="region"
        aria-label={t('windows.title')}
        sx={{ overflowX: 'auto' }}
      >
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>{t('windows.window')}</TableCell>
              <TableCell>{t('windows.state')}</TableCell>
              <TableCell align="right">{t('figure.measured')}</TableCell>
              <TableCell align="right">{t('figure.budgetLeft')}</TableCell>
              <TableCell>{t('windows.coverage')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {rows.map(row => (
              <TableRow key={windowKey(row.timeWindow)}>
                <TableCell component="th" scope="row" sx={rowHeaderSx}>
                  {windowInWords(row, t, format)}
                </TableCell>
                <TableCell>
                  <StateBadge state={stale ? 'stale' : row.state} />
                </TableCell>
                <TableCell align="right">
                  {format.percent(row.serviceLevel)}
                </TableCell>
                <TableCell align="right">
                  {format.percent(row.budgetLeft)}
                </TableCell>
                <TableCell>{covered(row.coverage)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </Panel>
  );
}
