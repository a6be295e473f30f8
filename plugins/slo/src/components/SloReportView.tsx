import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ReportedObjective,
  ReportedSlo,
  sloHref,
  SloReport,
  SloState,
} from '@shopfloor/plugin-slo-common';
import {
  AnswerLine,
  Panel,
  rowHeaderSx,
  StateBadge,
  useFormat,
} from '@shopfloor/ui';
import { entityName } from '../entityName';
import { sloTranslationRef } from '../translation/translation';
import { ReportLog } from './ReportLog';

/** A month of a team or system. */
export function SloReportView(props: { report: SloReport; monthName: string }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { report, monthName } = props;
  const { verdicts, slos } = report;
  const moment = (text: string) =>
    new Intl.DateTimeFormat(format.locale, {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: report.timeZone,
    }).format(new Date(text));
  let state: SloState = 'ok';
  if (verdicts.broken > 0) {
    state = 'failing';
  } else if (verdicts.unknown > 0) {
    state = 'unknown';
  }
  return (
    <Box data-print>
      <Typography component="h1" sx={{ fontSize: '1.25rem', fontWeight: 600 }}>
        {t('report.title', {
          name: report.title ?? entityName(report.ref),
          month: monthName,
        })}
      </Typography>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 2 }}>
        {t(report.complete ? 'report.whole' : 'report.soFar', {
          from: moment(report.from),
          to: moment(report.to),
          timeZone: report.timeZone,
          environment: report.environment ?? t('report.everyEnvironment'),
        })}
      </Typography>
      <AnswerLine state={state}>
        {t('report.answer', {
          kept: format.number(verdicts.kept),
          total: format.number(slos.length),
          broken: format.number(verdicts.broken),
          unknown: format.number(verdicts.unknown),
        })}
      </AnswerLine>
      <Panel spaced title={t('report.promises')} help={t('report.help')}>
        <Box
          tabIndex={0}
          role="region"
          aria-label={t('report.promises')}
          sx={{ overflowX: 'auto' }}
        >
          <Promises slos={slos} />
        </Box>
      </Panel>
      <ReportLog log={report.log} moment={moment} />
      <Typography variant="body2" color="text.secondary">
        {t('report.written', { at: moment(report.writtenAt) })}
      </Typography>
    </Box>
  );
}

function Promises(props: { slos: ReportedSlo[] }) {
  const { t } = useTranslationRef(sloTranslationRef);
  return (
    <Table size="small">
      <TableHead>
        <TableRow>
          <TableCell>{t('list.column.slo')}</TableCell>
          <TableCell>{t('report.verdict')}</TableCell>
          <TableCell align="right">{t('figure.objective')}</TableCell>
          <TableCell align="right">{t('figure.measured')}</TableCell>
          <TableCell align="right">{t('report.used')}</TableCell>
          <TableCell>{t('report.bad')}</TableCell>
          <TableCell>{t('report.worstDays')}</TableCell>
          <TableCell>{t('windows.coverage')}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {props.slos.flatMap(slo =>
          slo.objectives.map((objective, index) => (
            <Promise
              key={`${slo.id} ${index}`}
              slo={slo}
              objective={objective}
            />
          )),
        )}
      </TableBody>
    </Table>
  );
}

function Promise(props: { slo: ReportedSlo; objective: ReportedObjective }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { slo, objective } = props;
  const { counts, coverageSeconds, periodSeconds } = objective;
  const day = (text: string) =>
    new Intl.DateTimeFormat(format.locale, {
      month: 'short',
      day: 'numeric',
      timeZone: 'UTC',
    }).format(new Date(`${text}T00:00:00Z`));
  return (
    <TableRow>
      <TableCell component="th" scope="row" sx={rowHeaderSx}>
        <Link to={sloHref(slo)}>{slo.displayName ?? slo.name}</Link>
        <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
          {entityName(slo.entityRef)}, {slo.environment}
          {objective.displayName && `, ${objective.displayName}`}
        </Box>
      </TableCell>
      <TableCell>
        <Verdict objective={objective} />
      </TableCell>
      <TableCell align="right">{format.percent(objective.target)}</TableCell>
      <TableCell align="right">
        {format.percent(objective.serviceLevel)}
      </TableCell>
      <TableCell align="right">
        {format.percent(objective.budgetUsed)}
      </TableCell>
      <TableCell>
        {slo.unit !== 'weights' &&
          t('report.badOf', {
            bad: format.number(counts.bad),
            total: format.number(counts.total),
            unit: t(`unit.${slo.unit}`),
          })}{' '}
        {objective.badSeconds > 0 &&
          t('report.badTime', {
            duration: format.duration(objective.badSeconds * 1000),
          })}
      </TableCell>
      <TableCell>
        {objective.worstDays.length === 0
          ? '–'
          : objective.worstDays
              .map(worst =>
                t('report.day', {
                  day: day(worst.day),
                  share: format.percent(worst.budgetShare),
                }),
              )
              .join('; ')}
      </TableCell>
      <TableCell>
        {t('windows.covered', {
          covered: format.duration(coverageSeconds * 1000),
          window: format.duration(periodSeconds * 1000),
        })}
        {objective.maintenanceSeconds > 0 &&
          `; ${t('report.maintenance', {
            duration: format.duration(objective.maintenanceSeconds * 1000),
          })}`}
      </TableCell>
    </TableRow>
  );
}

function Verdict(props: { objective: ReportedObjective }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { verdict, observed, failure } = props.objective;
  if (verdict === 'kept') {
    return <StateBadge state="ok" label={t('report.verdicts.kept')} />;
  }
  if (verdict === 'broken') {
    return <StateBadge state="failing" label={t('report.verdicts.broken')} />;
  }
  return (
    <>
      <StateBadge state="unknown" label={t('report.verdicts.unknown')} />
      <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
        {failure ?? t(`report.observed.${observed ?? 'nothing'}`)}
      </Box>
    </>
  );
}
