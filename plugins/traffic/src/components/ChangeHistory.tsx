import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { ChangeOutcome, RouteChange } from '@shopfloor/plugin-traffic-common';
import {
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  State,
  StateBadge,
  moveAcrossRows,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { useEffect, useState } from 'react';
import { trafficApiRef } from '../api';
import { usePolled } from '../hooks/usePolled';
import { trafficTranslationRef } from '../translation/translation';
import { ApprovalLink } from './ApprovalLink';
import { changeInWords } from './format';

const states: Record<ChangeOutcome, State> = {
  applied: 'ok',
  pending: 'running',
  refused: 'failing',
  'not-applied': 'paused',
  unknown: 'unknown',
  waiting: 'waiting',
  'not-approved': 'paused',
};

const PAGE = 10;

export interface ChangeHistoryProps {
  entityRef: string;
  environment: string;
  /** Asks again when this changes: the id and outcome of the latest change. */
  version: string;
  /** Absent when the person may not undo. */
  onUndo?: (change: RouteChange) => void;
}

/** Who changed what, when, and what became of it. */
export function ChangeHistory(props: ChangeHistoryProps) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const api = useApi(trafficApiRef);
  const { entityRef, environment, version, onUndo } = props;
  const [limit, setLimit] = useState(PAGE);
  const { value, error, loading, refresh } = usePolled({
    key: `${environment} ${entityRef}`,
    everyMs: 10_000,
    load: () => api.listChanges({ entityRef, environment, limit }),
  });
  useEffect(refresh, [refresh, version, limit]);
  // An earlier one was changed again since: undoing it would discard that.
  const last = value?.items.find(({ outcome }) => outcome === 'applied');

  return (
    <section aria-label={t('history.heading')}>
      <Typography
        component="h2"
        sx={{ fontSize: '1rem', fontWeight: 600, mb: 1 }}
      >
        {t('history.heading')}
      </Typography>
      {loading && <LoadingPanel rows={3} />}
      {error && !value && <ErrorPanel error={error} onRetry={refresh} />}
      {value?.items.length === 0 && (
        <EmptyState
          title={t('history.empty')}
          description={t('history.emptyHelp')}
        />
      )}
      {value && value.items.length > 0 && (
        <Box sx={{ overflowX: 'auto' }}>
          <Table size="small" aria-label={t('history.heading')}>
            <TableHead>
              <TableRow>
                <TableCell>{t('column.when')}</TableCell>
                <TableCell>{t('column.person')}</TableCell>
                <TableCell>{t('column.change')}</TableCell>
                <TableCell>{t('column.outcome')}</TableCell>
                <TableCell>{t('column.act')}</TableCell>
              </TableRow>
            </TableHead>
            <TableBody onKeyDown={moveAcrossRows}>
              {value.items.map(change => (
                <ChangeRow
                  key={change.id}
                  change={change}
                  {...(change === last && { onUndo })}
                />
              ))}
            </TableBody>
          </Table>
        </Box>
      )}
      {value?.nextCursor && limit < 100 && (
        <Button
          size="small"
          onClick={() => setLimit(Math.min(100, limit + PAGE * 2))}
        >
          {t('history.more')}
        </Button>
      )}
    </section>
  );
}

function ChangeRow(props: {
  change: RouteChange;
  onUndo?: (change: RouteChange) => void;
}) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const format = useFormat();
  const now = useNow(5000);
  const { change, onUndo } = props;
  const words = changeInWords(change.shares, t, format);
  return (
    <TableRow>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        <Tooltip title={format.moment(change.intentAt)}>
          <time dateTime={change.intentAt}>
            {format.relative(change.intentAt, now)}
          </time>
        </Tooltip>
      </TableCell>
      <TableCell>
        <EntityRefLink entityRef={change.person} defaultKind="user" />
      </TableCell>
      <TableCell>
        {change.kind === 'undo' ? t('undo.buttonOf', { change: words }) : words}
        {change.reason && (
          <Typography variant="body2" color="text.secondary">
            {change.reason}
          </Typography>
        )}
      </TableCell>
      <TableCell>
        <StateBadge
          state={states[change.outcome]}
          label={t(`history.state.${change.outcome}`)}
        />
        {change.error && (
          <Typography
            variant="body2"
            color="text.secondary"
            sx={{ maxWidth: '50ch', overflowWrap: 'anywhere' }}
          >
            {change.error}
          </Typography>
        )}
        <Typography component="div" variant="body2">
          <ApprovalLink change={change} />
        </Typography>
      </TableCell>
      <TableCell>
        {change.undoneBy && t('history.undone')}
        {!change.undoneBy && change.outcome === 'applied' && onUndo && (
          <Button
            size="small"
            aria-label={t('undo.buttonOf', { change: words })}
            onClick={() => onUndo(change)}
          >
            {t('undo.button')}
          </Button>
        )}
      </TableCell>
    </TableRow>
  );
}
