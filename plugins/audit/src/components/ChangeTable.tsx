import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { Change } from '@shopfloor/plugin-audit-common';
import {
  EnvironmentBadge,
  moveAcrossRows,
  StateBadge,
  useEnvironments,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { auditTranslationRef } from '../translation/translation';
import { changeStates } from './changeState';

/** Changes, latest first. */
export function ChangeTable(props: { items: Change[]; entityGiven?: boolean }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { items, entityGiven } = props;
  return (
    <Box sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label={t('list.changes')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('column.when')}</TableCell>
            {!entityGiven && <TableCell>{t('column.service')}</TableCell>}
            <TableCell>{t('column.environment')}</TableCell>
            <TableCell>{t('column.change')}</TableCell>
            <TableCell>{t('column.who')}</TableCell>
            <TableCell>{t('column.outcome')}</TableCell>
            <TableCell align="right">{t('column.took')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {items.map(change => (
            <ChangeRow
              key={change.id}
              change={change}
              entityGiven={entityGiven}
            />
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

function ChangeRow(props: { change: Change; entityGiven?: boolean }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const format = useFormat();
  const now = useNow(5000);
  const { environmentOf } = useEnvironments();
  const { change, entityGiven } = props;
  const { startedAt, endedAt, reference } = change;
  return (
    <TableRow>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        <Tooltip title={format.moment(startedAt)}>
          <time dateTime={startedAt}>{format.relative(startedAt, now)}</time>
        </Tooltip>
      </TableCell>
      {!entityGiven && (
        <TableCell>
          <EntityRefLink entityRef={change.entityRef} defaultKind="component" />
        </TableCell>
      )}
      <TableCell>
        <EnvironmentBadge environment={environmentOf(change.environment)} />
      </TableCell>
      <TableCell sx={{ minWidth: 240 }}>
        <Typography variant="body2" color="text.secondary" component="span">
          {t(`kind.${change.kind}`)}{' '}
        </Typography>
        {reference?.url ? (
          <Link to={reference.url}>{change.title}</Link>
        ) : (
          change.title
        )}
        {change.summary && (
          <Typography variant="body2" color="text.secondary">
            {change.summary}
          </Typography>
        )}
      </TableCell>
      <TableCell>
        {change.userEntityRef ? (
          <EntityRefLink entityRef={change.userEntityRef} defaultKind="user" />
        ) : (
          t('list.nobody')
        )}
      </TableCell>
      <TableCell>
        <StateBadge
          state={changeStates[change.outcome]}
          label={t(`outcome.${change.outcome}`)}
        />
      </TableCell>
      <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
        {format.duration(
          endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : undefined,
        )}
      </TableCell>
    </TableRow>
  );
}
