import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ReportedLog, SloEvent } from '@shopfloor/plugin-slo-common';
import { NotConnected, Panel, rowHeaderSx, useFormat } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';
import { eventInWords } from './useEvents';

/** Changes and incidents of a month, with the time it took to restore. */
export function ReportLog(props: {
  log: ReportedLog;
  moment: (text: string) => string;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { log, moment } = props;
  return (
    <Panel spaced title={t('events.log')}>
      {log.state === 'connected' && <Connected log={log} moment={moment} />}
      {log.state === 'not-connected' && (
        <NotConnected
          system={t('events.log')}
          description={t('events.notConnected')}
          docs="/docs/default/component/shopfloor-docs/reference/slo"
        />
      )}
      {log.state === 'not-allowed' && (
        <Typography variant="body2" color="text.secondary">
          {t('events.notAllowed')}
        </Typography>
      )}
      {log.state === 'unreachable' && (
        <Alert severity="warning">{t('events.unreachable')}</Alert>
      )}
    </Panel>
  );
}

function Connected(props: {
  log: ReportedLog;
  moment: (text: string) => string;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { log, moment } = props;
  const { restore, changes = [], incidents = [] } = log;
  return (
    <>
      <Typography variant="body2">
        {changes.length === 0
          ? t('report.noChanges')
          : t('report.changes', {
              total: format.number(log.changesTotal),
              kinds: changes
                .map(({ kind, count, failed }) =>
                  t('report.changesOf', {
                    kind: eventInWords(
                      { kind: 'change', changeKind: kind } as SloEvent,
                      t,
                    ),
                    number: format.number(count),
                    failed: format.number(failed),
                  }),
                )
                .join('; '),
            })}
        {log.changesTruncated && ` ${t('report.truncated')}`}
      </Typography>
      <Typography variant="body2" sx={{ mt: 1 }}>
        {restore && restore.meanSeconds !== undefined
          ? t('report.restore', {
              closed: format.number(restore.closed),
              open: format.number(restore.open),
              mean: format.duration(restore.meanSeconds * 1000),
              median: format.duration((restore.medianSeconds ?? 0) * 1000),
            })
          : t('report.noRestore', { open: format.number(restore?.open ?? 0) })}
      </Typography>
      {incidents.length > 0 && (
        <Box
          tabIndex={0}
          role="region"
          aria-label={t('report.incidents')}
          sx={{ overflowX: 'auto', mt: 1 }}
        >
          <Table size="small">
            <TableHead>
              <TableRow>
                <TableCell>{t('report.incidents')}</TableCell>
                <TableCell>{t('report.opened')}</TableCell>
                <TableCell align="right">{t('report.lasted')}</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {incidents.map(incident => (
                <TableRow key={incident.id}>
                  <TableCell component="th" scope="row" sx={rowHeaderSx}>
                    {incident.title}
                  </TableCell>
                  <TableCell>{moment(incident.at)}</TableCell>
                  <TableCell align="right">
                    {incident.endedAt
                      ? format.duration(
                          Date.parse(incident.endedAt) -
                            Date.parse(incident.at),
                        )
                      : t('events.outcomes.open')}
                  </TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Box>
      )}
    </>
  );
}
