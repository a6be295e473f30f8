import { useId } from 'react';
import Box from '@mui/material/Box';
import ExpandLess from '@mui/icons-material/ExpandLess';
import ExpandMore from '@mui/icons-material/ExpandMore';
import IconButton from '@mui/material/IconButton';
import TableCell from '@mui/material/TableCell';
import TableRow from '@mui/material/TableRow';
import Tooltip from '@mui/material/Tooltip';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { SystemStatus } from '@shopfloor/plugin-status-common';
import {
  NO_VALUE,
  ObservedAt,
  StateBadge,
  useFormat,
  useLocale,
} from '@shopfloor/ui';
import { localize } from '../localize';
import { statusTranslationRef } from '../translation/translation';

function onReadersClock(at: string, clockOffsetMs: number): Date {
  return new Date(Date.parse(at) + clockOffsetMs);
}

function SystemState(props: { system: SystemStatus }) {
  const { t } = useTranslationRef(statusTranslationRef);
  const { state } = props.system;
  return state === 'not-connected' ? (
    <StateBadge state="paused" label={t('state.notConnected')} />
  ) : (
    <StateBadge state={state} />
  );
}

function Details(props: { system: SystemStatus; clockOffsetMs: number }) {
  const { t } = useTranslationRef(statusTranslationRef);
  const locale = useLocale();
  const { system, clockOffsetMs } = props;
  const facts: Array<[string, React.ReactNode]> = [
    [
      t('details.problem'),
      system.problem
        ? `${t(`problem.${system.problem.code}`)} (${system.problem.message})`
        : t('details.none'),
    ],
    [t('details.address'), system.address ?? t('state.notConnected')],
    [t('details.connect'), localize(system.connect, locale)],
    [
      t('details.observed'),
      <ObservedAt
        key="observed"
        observedAt={
          system.observedAt && onReadersClock(system.observedAt, clockOffsetMs)
        }
      />,
    ],
  ];
  return (
    <Box
      component="dl"
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: { xs: '1fr', md: 'max-content minmax(0, 1fr)' },
        columnGap: 3,
        rowGap: { xs: 0.25, md: 1 },
      }}
    >
      {facts.map(([name, value]) => (
        <Box key={name} sx={{ display: 'contents' }}>
          <Box component="dt" sx={{ color: 'text.secondary' }}>
            {name}
          </Box>
          <Box
            component="dd"
            sx={{ m: 0, mb: { xs: 1, md: 0 }, overflowWrap: 'anywhere' }}
          >
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

/** One system, and its details when open. */
export function SystemRow(props: {
  system: SystemStatus;
  /** The reader's time in milliseconds since the epoch. */
  now: number;
  clockOffsetMs: number;
  open: boolean;
  onToggle: () => void;
}) {
  const { t } = useTranslationRef(statusTranslationRef);
  const format = useFormat();
  const detailsId = useId();
  const { system, now, clockOffsetMs, open } = props;
  const since = system.since && onReadersClock(system.since, clockOffsetMs);
  const title = localize(system.title, format.locale);
  const label = open
    ? t('details.hide', { system: title })
    : t('details.show', { system: title });
  return (
    <>
      <TableRow>
        <TableCell data-label={t('column.system')} sx={{ fontWeight: 600 }}>
          {title}
        </TableCell>
        <TableCell data-label={t('column.state')}>
          <SystemState system={system} />
        </TableCell>
        <TableCell
          data-label={t('column.since')}
          title={since ? format.moment(since) : undefined}
          sx={{ whiteSpace: 'nowrap' }}
        >
          {since ? format.relative(since, now) : NO_VALUE}
        </TableCell>
        <TableCell data-label={t('column.version')}>
          {system.version ?? NO_VALUE}
        </TableCell>
        <TableCell
          data-label={t('column.latency')}
          align="right"
          sx={{ whiteSpace: 'nowrap', textAlign: { xs: 'left', md: 'right' } }}
        >
          {format.duration(system.latencyMs)}
        </TableCell>
        <TableCell
          data-label={t('column.impact')}
          sx={{ color: 'text.secondary', maxWidth: { md: 420 } }}
        >
          {localize(system.impact, format.locale)}
        </TableCell>
        <TableCell
          sx={{
            position: { xs: 'absolute', md: 'static' },
            top: 4,
            right: 4,
            p: 0.5,
            borderBottom: {
              xs: 0,
              md: '1px solid var(--sf-border-subtle)',
            },
          }}
        >
          <Tooltip title={label}>
            <IconButton
              size="small"
              aria-label={label}
              aria-expanded={open}
              aria-controls={open ? detailsId : undefined}
              onClick={props.onToggle}
            >
              {open ? <ExpandLess /> : <ExpandMore />}
            </IconButton>
          </Tooltip>
        </TableCell>
      </TableRow>
      {open && (
        <TableRow id={detailsId}>
          <TableCell
            colSpan={7}
            sx={{ backgroundColor: 'var(--sf-surface-sunken)' }}
          >
            <Details system={system} clockOffsetMs={clockOffsetMs} />
          </TableCell>
        </TableRow>
      )}
    </>
  );
}
