import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { BurnRow, ObjectiveResult } from '@shopfloor/plugin-slo-common';
import { Panel, rowHeaderSx, StateBadge, useFormat } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';

function RowState(props: { row: BurnRow; stale: boolean }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { row } = props;
  if (!row.canFire) {
    return <StateBadge state="unknown" label={t('burn.cannotFire')} />;
  }
  if (props.stale) {
    return <StateBadge state="stale" />;
  }
  if (row.active) {
    return <StateBadge state="at-risk" label={t('burn.burning')} />;
  }
  if (row.eventsNeeded !== undefined) {
    return (
      <StateBadge
        state="unknown"
        label={t('burn.tooFew', { events: format.number(row.eventsNeeded) })}
      />
    );
  }
  return row.longBurnRate === undefined ? (
    <StateBadge state="unknown" label={t('burn.unknown')} />
  ) : (
    <StateBadge state="ok" label={t('burn.quiet')} />
  );
}

/** The rows of the multi-window, multi-burn-rate table with their live numbers. */
export function BurnTable(props: {
  objective: ObjectiveResult;
  /** The numbers are the last known ones: whether it burns now is not known. */
  stale: boolean;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const rows = props.objective.burnRows;
  if (rows.length === 0) {
    return null;
  }
  const times = (value: number | undefined) =>
    t('figure.times', { value: format.number(value) });
  return (
    <Panel spaced title={t('burn.title')} help={t('burn.help')}>
      <Box
        tabIndex={0}
        role="region"
        aria-label={t('burn.title')}
        sx={{ overflowX: 'auto' }}
      >
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>{t('burn.windows')}</TableCell>
              <TableCell align="right">{t('burn.share')}</TableCell>
              <TableCell align="right">{t('burn.factor')}</TableCell>
              <TableCell align="right">{t('burn.long')}</TableCell>
              <TableCell align="right">{t('burn.short')}</TableCell>
              <TableCell>{t('burn.state')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {rows.map(row => (
              <TableRow key={row.longSeconds}>
                <TableCell component="th" scope="row" sx={rowHeaderSx}>
                  {t('burn.pair', {
                    long: format.duration(row.longSeconds * 1000),
                    short: format.duration(row.shortSeconds * 1000),
                  })}
                </TableCell>
                <TableCell align="right">{format.percent(row.share)}</TableCell>
                <TableCell align="right">{times(row.factor)}</TableCell>
                <TableCell align="right">{times(row.longBurnRate)}</TableCell>
                <TableCell align="right">{times(row.shortBurnRate)}</TableCell>
                <TableCell>
                  <RowState row={row} stale={props.stale} />
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Box>
    </Panel>
  );
}
