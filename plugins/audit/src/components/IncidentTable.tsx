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
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { Incident } from '@shopfloor/plugin-audit-common';
import {
  EnvironmentBadge,
  moveAcrossRows,
  StateBadge,
  useEnvironments,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { auditTranslationRef } from '../translation/translation';

/** Incidents, latest first. */
export function IncidentTable(props: {
  items: Incident[];
  onClose: (incident: Incident) => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  return (
    <Box sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label={t('list.incidents')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('column.when')}</TableCell>
            <TableCell>{t('column.service')}</TableCell>
            <TableCell>{t('column.environment')}</TableCell>
            <TableCell>{t('column.incident')}</TableCell>
            <TableCell>{t('column.severity')}</TableCell>
            <TableCell>{t('column.state')}</TableCell>
            <TableCell align="right">{t('column.took')}</TableCell>
            <TableCell>{t('column.act')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {props.items.map(incident => (
            <IncidentRow
              key={incident.id}
              incident={incident}
              onClose={() => props.onClose(incident)}
            />
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

function IncidentRow(props: { incident: Incident; onClose: () => void }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const format = useFormat();
  const now = useNow(5000);
  const { environmentOf } = useEnvironments();
  const { incident } = props;
  const { openedAt, closedAt, alert } = incident;
  return (
    <TableRow>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>
        <Tooltip title={format.moment(openedAt)}>
          <time dateTime={openedAt}>{format.relative(openedAt, now)}</time>
        </Tooltip>
      </TableCell>
      <TableCell>
        {incident.entityRefs.length === 0 && t('list.noEntity')}
        {incident.entityRefs.map(ref => (
          <Box key={ref}>
            <EntityRefLink entityRef={ref} defaultKind="component" />
          </Box>
        ))}
      </TableCell>
      <TableCell>
        {incident.environment && (
          <EnvironmentBadge environment={environmentOf(incident.environment)} />
        )}
      </TableCell>
      <TableCell sx={{ minWidth: 240 }}>
        {incident.title}
        {incident.summary && (
          <Typography variant="body2" color="text.secondary">
            {incident.summary}
          </Typography>
        )}
        {incident.resolution && (
          <Typography variant="body2">{incident.resolution}</Typography>
        )}
        <Typography variant="body2" color="text.secondary">
          {incident.openedBy === 'alert'
            ? t('incident.byAlert')
            : t('incident.byPerson')}
          {alert &&
            !closedAt &&
            ` · ${t('incident.heard', {
              when: format.relative(alert.heardAt, now),
            })}`}
        </Typography>
      </TableCell>
      <TableCell>{t(`severity.${incident.severity}`)}</TableCell>
      <TableCell>
        <StateBadge
          state={closedAt ? 'ok' : 'failing'}
          label={t(closedAt ? 'state.closed' : 'state.open')}
        />
      </TableCell>
      <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
        {format.duration(
          (closedAt ? Date.parse(closedAt) : now) - Date.parse(openedAt),
        )}
      </TableCell>
      <TableCell>
        {!closedAt && (
          <Button
            size="small"
            aria-label={t('incident.closeOf', { title: incident.title })}
            onClick={props.onClose}
          >
            {t('incident.close')}
          </Button>
        )}
      </TableCell>
    </TableRow>
  );
}
