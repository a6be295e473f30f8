import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import { RequestSummary } from '@shopfloor/plugin-approvals-common';
import {
  EnvironmentBadge,
  moveAcrossRows,
  rowHeaderSx,
  StateBadge,
  useEnvironments,
  useFormat,
  useNow,
} from '@shopfloor/ui';
import { approvalsTranslationRef } from '../translation/translation';
import {
  entityHref,
  entityName,
  localized,
  requestHref,
  stateOf,
} from '../words';

/** Requests as rows; arrow keys move between them. */
export function RequestTable(props: { items: RequestSummary[] }) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  return (
    <TableContainer component={Paper} variant="outlined">
      <Table size="small" aria-label={t('list.label')}>
        <TableHead>
          <TableRow>
            {(['request', 'state', 'stage', 'requester', 'until'] as const).map(
              column => (
                <TableCell key={column}>{t(`list.${column}`)}</TableCell>
              ),
            )}
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {props.items.map(request => (
            <Row key={request.id} request={request} />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function Row(props: { request: RequestSummary }) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const format = useFormat();
  const now = useNow(30_000);
  const { request } = props;
  const { environmentOf } = useEnvironments();
  const { stage, entityRef, environment, reviewDueAt } = request;
  return (
    <TableRow hover>
      <TableCell
        component="th"
        scope="row"
        sx={{ ...rowHeaderSx, minWidth: 220 }}
      >
        <Link to={requestHref(request.id)}>
          {localized(request.title, format.locale)}
        </Link>
        <Box
          sx={{
            display: 'flex',
            flexWrap: 'wrap',
            alignItems: 'center',
            gap: 1,
            mt: 0.5,
          }}
        >
          {environment && (
            <EnvironmentBadge environment={environmentOf(environment)} />
          )}
          {entityRef && (
            <Link to={entityHref(entityRef)}>{entityName(entityRef)}</Link>
          )}
          <Typography variant="body2" color="text.secondary">
            {request.reason}
          </Typography>
        </Box>
      </TableCell>
      <TableCell>
        <StateBadge
          state={stateOf(request.state)}
          label={t(`state.${request.state}`)}
        />
      </TableCell>
      <TableCell>
        {request.state === 'waiting' &&
          t('list.stageOf', {
            stage: localized(stage.title, format.locale),
            number: String(stage.number),
            of: String(stage.of),
            approvals: String(stage.approvals),
            quorum: String(stage.quorum),
          })}
        {request.state === 'waiting' &&
          stage.escalated &&
          ` · ${t('list.escalated')}`}
        {reviewDueAt &&
          t('list.reviewUntil', { when: format.moment(reviewDueAt) })}
      </TableCell>
      <TableCell>
        <EntityDisplayName
          entityRef={request.requester}
          defaultKind="user"
          hideIcon
        />
      </TableCell>
      <TableCell>
        {request.state === 'waiting'
          ? format.relative(request.expiresAt, now)
          : request.decidedAt && format.relative(request.decidedAt, now)}
      </TableCell>
    </TableRow>
  );
}
