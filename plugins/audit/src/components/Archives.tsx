import { useId, useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ArchiveList,
  ArchiveState,
  TrailArchive,
} from '@shopfloor/plugin-audit-common';
import {
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  Panel,
  rowHeaderSx,
  State,
  StateBadge,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { trailApiRef } from '../api';
import { auditTranslationRef } from '../translation/translation';
import { TrailFilters } from './useTrailFilters';

/** That a seal holds says nothing yet of the entries behind it; so it is not more than there. */
const states: Record<ArchiveState, State> = {
  sealed: 'ok',
  missing: 'failing',
  broken: 'failing',
  unknown: 'unknown',
};

const DOCS = '/docs/default/component/shopfloor-docs/reference/audit';

/** What left the database for sealed archives: which acts, whether they are there, and how they are checked and read. */
export function Archives(props: {
  filters: TrailFilters;
  /** Whether the reader may; else the button is there, disabled, with the reason. */
  allowed: boolean;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { filters, allowed } = props;
  const reasonId = useId();
  const open = allowed && filters.archivesOpen;
  return (
    <Panel spaced title={t('archive.title')} help={t('archive.help')}>
      <Button
        size="small"
        variant="outlined"
        disabled={!allowed}
        aria-expanded={open}
        aria-describedby={allowed ? undefined : reasonId}
        onClick={() => filters.openArchives(!open)}
      >
        {open ? t('archive.hide') : t('archive.show')}
      </Button>
      {!allowed && (
        <Typography
          id={reasonId}
          variant="body2"
          color="text.secondary"
          sx={{ mt: 0.5 }}
        >
          {t('archive.notAllowed')}
        </Typography>
      )}
      {open && <Listed key={filters.search} filters={filters} />}
    </Panel>
  );
}

/** One after another of the same search; another search begins anew. */
function Listed(props: { filters: TrailFilters }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const api = useApi(trailApiRef);
  const [cursor, setCursor] = useState<string>();
  const { stream, from, to } = props.filters.acts();
  const { value, error, retry } = usePolled(cursor ?? '', signal =>
    api.listArchives({ stream, from, to, cursor }, { signal }),
  );
  if (!value) {
    return error ? (
      <ErrorPanel error={error} onRetry={retry} compact />
    ) : (
      <LoadingPanel rows={4} />
    );
  }
  return (
    <Box sx={{ mt: 2 }}>
      {error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('list.stillOld')}
        </Alert>
      )}
      {value.items.length === 0 ? (
        <Nothing list={value} />
      ) : (
        <>
          <ArchiveTable items={value.items} />
          <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, my: 1 }}>
            {t('list.page', {
              shown: String(value.items.length),
              total: String(value.totalItems),
            })}
            {cursor && (
              <Button size="small" onClick={() => setCursor(undefined)}>
                {t('list.first')}
              </Button>
            )}
            {value.nextCursor && (
              <Button size="small" onClick={() => setCursor(value.nextCursor)}>
                {t('list.more')}
              </Button>
            )}
          </Box>
          <HowTo list={value} />
        </>
      )}
    </Box>
  );
}

function Nothing(props: { list: ArchiveList }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { retentionDays } = props.list;
  return (
    <EmptyState
      compact
      title={t('archive.empty')}
      description={
        retentionDays === undefined
          ? t('archive.emptyForever')
          : t('archive.emptyHelp', { days: String(retentionDays) })
      }
      docs={DOCS}
    />
  );
}

function ArchiveTable(props: { items: TrailArchive[] }) {
  const { t } = useTranslationRef(auditTranslationRef);
  return (
    // Nothing in it can be focused, so the keyboard scrolls the box.
    <Box
      sx={{ overflowX: 'auto' }}
      tabIndex={0}
      role="group"
      aria-label={t('archive.list')}
    >
      <Table size="small" aria-label={t('archive.title')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('trail.plugin')}</TableCell>
            <TableCell>{t('archive.entries')}</TableCell>
            <TableCell>{t('archive.time')}</TableCell>
            <TableCell>{t('archive.seal')}</TableCell>
            <TableCell>{t('archive.where')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.items.map(archive => (
            <ArchiveRow
              key={`${archive.stream} ${archive.first}`}
              archive={archive}
            />
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

function ArchiveRow(props: { archive: TrailArchive }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const format = useFormat();
  const { stream, first, last, from, until, sealedAt, ...archive } =
    props.archive;
  const top = { verticalAlign: 'top' };
  const moment = (at: string | undefined) =>
    at ? <time dateTime={at}>{format.moment(at)}</time> : t('list.nobody');
  return (
    <TableRow>
      <TableCell component="th" scope="row" sx={{ ...top, ...rowHeaderSx }}>
        {stream}
      </TableCell>
      <TableCell sx={{ ...top, whiteSpace: 'nowrap' }}>
        {t('archive.range', { first: String(first), last: String(last) })}
        <Typography variant="body2" color="text.secondary">
          {t('archive.count', { count: last - first + 1 })}
        </Typography>
      </TableCell>
      <TableCell sx={{ ...top, minWidth: 200 }}>
        {t('archive.from')} {moment(from)}
        <br />
        {t('archive.until')} {moment(until)}
      </TableCell>
      <TableCell sx={{ ...top, minWidth: 200 }}>
        <StateBadge
          state={states[archive.state]}
          label={t(`archive.state.${archive.state}`)}
        />
        <Typography variant="body2" color="text.secondary">
          {archive.problem
            ? t(`archive.problem.${archive.problem}`)
            : t('archive.sealed', {
                when: format.moment(sealedAt),
                key: archive.keyId ?? '',
              })}
        </Typography>
      </TableCell>
      <TableCell sx={{ ...top, minWidth: 240, overflowWrap: 'anywhere' }}>
        {archive.file ? <code>{archive.file}</code> : t('list.nobody')}
        {archive.bytes !== undefined && (
          <Typography variant="body2" color="text.secondary">
            {t('archive.bytes', { bytes: format.number(archive.bytes) })}
          </Typography>
        )}
        {archive.sha256 && (
          <Typography variant="body2" color="text.secondary">
            SHA-256 <code>{archive.sha256}</code>
          </Typography>
        )}
      </TableCell>
    </TableRow>
  );
}

function HowTo(props: { list: ArchiveList }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { directory = '<archives>', items } = props.list;
  const file = items.find(archive => archive.file)?.file ?? '<file>';
  const commands = [
    [
      'archive.verify',
      `export AUDIT_DATABASE_URL=postgres://<auditor>@<host>/<database>\nnpm run audit:verify -- --public-key <anchors.pub.pem> --anchors <anchors> --archives ${directory}`,
    ],
    ['archive.read', `zcat ${directory}/${file} | jq -r .text | jq .`],
  ] as const;
  return (
    <>
      <Typography variant="body2" sx={{ mb: 1 }}>
        {t('archive.proves')}
      </Typography>
      {commands.map(([label, command]) => (
        <Box key={label} sx={{ mb: 1 }}>
          <Typography variant="body2" color="text.secondary">
            {t(label)}
          </Typography>
          <Box
            component="pre"
            tabIndex={0}
            aria-label={t(label)}
            role="region"
            sx={{ m: 0, fontSize: '0.75rem', overflowX: 'auto' }}
          >
            {command}
          </Box>
        </Box>
      ))}
    </>
  );
}
