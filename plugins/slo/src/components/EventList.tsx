import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { SloConsumed, SloEvent, SloEvents } from '@shopfloor/plugin-slo-common';
import {
  ErrorPanel,
  LoadingPanel,
  moveAcrossRows,
  NotConnected,
  Panel,
  Polled,
  rowHeaderSx,
  useFormat,
} from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';
import { eventInWords } from './useEvents';

/** What happened in the time range: the marks of the charts as a list, with the budget that was consumed after each change. */
export function EventList(props: { events: Polled<SloEvents> }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { value, error, retry } = props.events;
  let body: ReactNode = <LoadingPanel rows={3} />;
  if (value) {
    body = (
      <>
        <Maintenance events={value} />
        <LogState events={value} />
        {value.events.length > 0 && <Events events={value} />}
      </>
    );
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <Panel
      spaced
      title={t('events.title')}
      help={
        value &&
        t('events.help', {
          after: format.duration(value.afterSeconds * 1000),
        })
      }
    >
      {value && error && (
        <Alert severity="warning" sx={{ mb: 1 }}>
          {t('failure.portal')}
        </Alert>
      )}
      {body}
    </Panel>
  );
}

/** Why there may be nothing in the list. */
function LogState(props: { events: SloEvents }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { log, events, truncated } = props.events;
  switch (log) {
    case 'not-connected':
      return (
        <NotConnected
          system={t('events.log')}
          description={t('events.notConnected')}
          docs="/docs/default/component/shopfloor-docs/reference/slo"
        />
      );
    case 'not-allowed':
      return (
        <Typography variant="body2" color="text.secondary">
          {t('events.notAllowed')}
        </Typography>
      );
    case 'unreachable':
      return <Alert severity="warning">{t('events.unreachable')}</Alert>;
    default:
      if (truncated) {
        return <Alert severity="info">{t('events.truncated')}</Alert>;
      }
      return events.length === 0 ? (
        <Typography variant="body2" color="text.secondary">
          {t('events.none')}
        </Typography>
      ) : null;
  }
}

/** Stretches that do not count, and those that were declared too late to be left out. */
function Maintenance(props: { events: SloEvents }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { maintenance, lateMaintenance } = props.events;
  const stretches = (list: Array<{ from: string; to: string }>) =>
    list
      .map(({ from, to }) =>
        t('events.stretch', {
          from: format.moment(from),
          to: format.moment(to),
        }),
      )
      .join('; ');
  return (
    <>
      {maintenance.length > 0 && (
        <Alert severity="info" sx={{ mb: 1 }}>
          {t('events.maintenance', { stretches: stretches(maintenance) })}
        </Alert>
      )}
      {lateMaintenance && (
        <Alert severity="info" sx={{ mb: 1 }}>
          {t('events.late', {
            stretches: stretches(lateMaintenance.stretches.slice(-5)),
          })}{' '}
          {lateMaintenance.counts &&
            t('events.lateFigures', {
              bad: format.number(lateMaintenance.counts.bad),
              left: format.percent(lateMaintenance.budgetLeft),
            })}
        </Alert>
      )}
    </>
  );
}

function Events(props: { events: SloEvents }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  return (
    <Box
      tabIndex={0}
      role="region"
      aria-label={t('events.title')}
      sx={{ overflowX: 'auto' }}
    >
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{t('events.number')}</TableCell>
            <TableCell>{t('events.time')}</TableCell>
            <TableCell>{t('events.what')}</TableCell>
            <TableCell>{t('events.who')}</TableCell>
            <TableCell>{t('events.outcome')}</TableCell>
            <TableCell>{t('events.consumed')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {props.events.events.map((event, index) => (
            <TableRow key={`${event.kind} ${event.id}`} hover>
              <TableCell component="th" scope="row" sx={rowHeaderSx}>
                {index + 1}
              </TableCell>
              <TableCell>{format.moment(event.at)}</TableCell>
              <TableCell>
                <Title event={event} />
              </TableCell>
              <TableCell>
                {event.who ? <EntityRefLink entityRef={event.who} /> : '–'}
              </TableCell>
              <TableCell>
                <Outcome event={event} />
              </TableCell>
              <TableCell>
                {event.consumed ? <Consumed consumed={event.consumed} /> : '–'}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

function Title(props: { event: SloEvent }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { event } = props;
  const words = `${eventInWords(event, t)}: ${event.title}`;
  return event.href ? <Link to={event.href}>{words}</Link> : words;
}

const OUTCOMES = [
  'in-progress',
  'succeeded',
  'failed',
  'undone',
  'unknown',
  'open',
  'closed',
] as const;

function Outcome(props: { event: SloEvent }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { at, endedAt } = props.event;
  const outcome =
    OUTCOMES.find(each => each === props.event.outcome) ?? 'unknown';
  const words = t(`events.outcomes.${outcome}`);
  return endedAt && outcome === 'closed'
    ? t('events.after', {
        outcome: words,
        duration: format.duration(Date.parse(endedAt) - Date.parse(at)),
      })
    : words;
}

function Consumed(props: { consumed: SloConsumed }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { share, counts, from, to, coverageSeconds, sharedBy } = props.consumed;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  if (coverageSeconds === 0) {
    return t('events.consumedUnknown');
  }
  return (
    <>
      <Box component="span" sx={{ fontWeight: 600 }}>
        {format.percent(share)}
      </Box>{' '}
      {t('events.consumedDetail', {
        bad: format.number(counts.bad),
        duration: format.duration(seconds * 1000),
      })}
      {sharedBy > 1 && ` ${t('events.shared', { count: sharedBy })}`}
    </>
  );
}
