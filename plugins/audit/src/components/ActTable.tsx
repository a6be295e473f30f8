import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/core-components';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { Act, ActOutcome } from '@shopfloor/plugin-audit-common';
import {
  EnvironmentBadge,
  linkTargetsSx,
  moveAcrossRows,
  State,
  StateBadge,
  useEnvironments,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { auditTranslationRef } from '../translation/translation';

const states: Record<ActOutcome, State> = {
  succeeded: 'ok',
  failed: 'failing',
  denied: 'paused',
  unknown: 'unknown',
};

/** What ties acts to one another. */
type Correlation = 'approval' | 'change' | 'trace';

/** Acts, latest first, each with all that the trail has of it. */
export function ActTable(props: {
  items: Act[];
  /** Looks for the acts of one trace, change or approval. */
  onFilter: (filter: Partial<Record<Correlation, string>>) => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  return (
    <Box sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label={t('trail.list')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('column.when')}</TableCell>
            <TableCell>{t('trail.person')}</TableCell>
            <TableCell>{t('trail.act')}</TableCell>
            <TableCell>{t('column.service')}</TableCell>
            <TableCell>{t('column.environment')}</TableCell>
            <TableCell>{t('column.outcome')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {props.items.map(act => (
            <ActRow key={act.actId} act={act} onFilter={props.onFilter} />
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

function ActRow(props: {
  act: Act;
  onFilter: (filter: Partial<Record<Correlation, string>>) => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const format = useFormat();
  const now = useNow(5000);
  const { environmentOf } = useEnvironments();
  const { act } = props;
  return (
    <TableRow>
      <TableCell sx={{ whiteSpace: 'nowrap', verticalAlign: 'top' }}>
        <Tooltip title={format.moment(act.at)}>
          <time dateTime={act.at}>{format.relative(act.at, now)}</time>
        </Tooltip>
      </TableCell>
      <TableCell sx={{ verticalAlign: 'top' }}>
        {act.actor.startsWith('user:') ? (
          <EntityRefLink entityRef={act.actor} defaultKind="user" />
        ) : (
          act.actor
        )}
      </TableCell>
      <TableCell sx={{ verticalAlign: 'top', minWidth: 260 }}>
        {act.stream} · {act.action}
        {act.reason && (
          <Typography variant="body2" color="text.secondary">
            {act.reason}
          </Typography>
        )}
        {act.result?.error && (
          <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
            {act.result.error}
          </Typography>
        )}
        <Correlations act={act} onFilter={props.onFilter} />
        <details>
          <Box component="summary" sx={{ minHeight: 24 }}>
            {t('trail.show')}
          </Box>
          <Box
            component="pre"
            tabIndex={0}
            sx={{ m: 0, fontSize: '0.75rem', overflowX: 'auto', maxWidth: 640 }}
          >
            {JSON.stringify(act, undefined, 2)}
          </Box>
        </details>
      </TableCell>
      <TableCell sx={{ verticalAlign: 'top' }}>
        {act.entityRef && (
          <EntityRefLink entityRef={act.entityRef} defaultKind="component" />
        )}
      </TableCell>
      <TableCell sx={{ verticalAlign: 'top' }}>
        {act.environment && (
          <EnvironmentBadge environment={environmentOf(act.environment)} />
        )}
      </TableCell>
      <TableCell sx={{ verticalAlign: 'top' }}>
        <StateBadge
          state={states[act.outcome]}
          label={t(`trail.outcome.${act.outcome}`)}
        />
      </TableCell>
    </TableRow>
  );
}

/** What the act belongs to, each a way to all that belongs to the same, and to the request for approval. */
function Correlations(props: {
  act: Act;
  onFilter: (filter: Partial<Record<Correlation, string>>) => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { act, onFilter } = props;
  const told = act.result?.details?.approvalId;
  const ids: Record<Correlation, string | undefined> = {
    approval: act.approvalId ?? (typeof told === 'string' ? told : undefined),
    change: act.changeId,
    trace: act.traceId,
  };
  const found = (Object.keys(ids) as Correlation[]).filter(key => ids[key]);
  if (found.length === 0) {
    return null;
  }
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        columnGap: 1,
        ...linkTargetsSx,
      }}
    >
      {found.map(key => (
        <Button
          key={key}
          size="small"
          title={ids[key]}
          aria-label={t(`trail.sameOf.${key}`, { id: ids[key]! })}
          onClick={() => onFilter({ [key]: ids[key] })}
        >
          {t(`trail.same.${key}`)}
        </Button>
      ))}
      {ids.approval && (
        <Link to={`/approvals/${encodeURIComponent(ids.approval)}`}>
          {t('trail.openApproval')}
        </Link>
      )}
    </Box>
  );
}
