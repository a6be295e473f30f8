import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { ComparedShare } from '@shopfloor/plugin-traffic-common';
import { useFormat } from '@shopfloor/ui';
import { trafficTranslationRef } from '../translation/translation';

/** The figures behind the picture. */
export function SharesTable(props: { shares: ComparedShare[] }) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const format = useFormat();
  return (
    <Box sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label={t('flow.heading')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('column.version')}</TableCell>
            <TableCell align="right">{t('column.weight')}</TableCell>
            <TableCell align="right">{t('column.wanted')}</TableCell>
            <TableCell align="right">{t('column.measured')}</TableCell>
            <TableCell align="right">{t('column.rate')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.shares.map(share => (
            <TableRow key={share.subset}>
              <TableCell component="th" scope="row">
                {share.subset}
              </TableCell>
              <TableCell align="right">{share.weight}</TableCell>
              <TableCell align="right">
                {format.percent(share.wanted)}
              </TableCell>
              <TableCell align="right">
                {format.percent(share.measured)}
              </TableCell>
              <TableCell align="right">
                {format.number(
                  share.measured === undefined
                    ? undefined
                    : share.requestsPerSecond,
                )}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}
