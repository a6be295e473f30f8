import { Link } from '@backstage/core-components';
import {
  useApi,
  useRouteRef,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import {
  EntityRefLink,
  entityRouteParams,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { RouteSummary } from '@shopfloor/plugin-traffic-common';
import {
  AnswerLine,
  EmptyState,
  EnvironmentPicker,
  ErrorPanel,
  LoadingPanel,
  ObservedAt,
  moveAcrossRows,
  rowHeaderSx,
  useFormat,
} from '@shopfloor/ui';
import { trafficApiRef } from '../api';
import { useEnvironments } from '../hooks/useEnvironments';
import { usePolled } from '../hooks/usePolled';
import { trafficTranslationRef } from '../translation/translation';

const EVERY_MS = 5000;

/** The routes of all services in an environment. */
export function TrafficPage() {
  const { t } = useTranslationRef(trafficTranslationRef);
  const api = useApi(trafficApiRef);
  const { environments, selected, select, ...asked } = useEnvironments();
  const { value, error, loading, refresh } = usePolled({
    key: selected?.name ?? '',
    everyMs: EVERY_MS,
    enabled: selected !== undefined,
    load: () => api.listRoutes(selected!.name),
  });
  const failure = asked.error ?? error;
  return (
    <Box component="main" sx={{ p: { xs: 2, sm: 3 } }}>
      {environments && (
        <Box sx={{ mb: 2 }}>
          <EnvironmentPicker
            environments={environments}
            value={selected?.name}
            onChange={select}
          />
        </Box>
      )}
      {environments && !selected && (
        <EmptyState
          title={t('noEnvironment.title')}
          description={t('noEnvironment.help')}
        />
      )}
      {(loading || (!environments && !failure)) && <LoadingPanel rows={5} />}
      {failure && !value && <ErrorPanel error={failure} onRetry={refresh} />}
      {value?.length === 0 && (
        <EmptyState title={t('list.empty')} description={t('list.emptyHelp')} />
      )}
      {selected && value && value.length > 0 && (
        <>
          <AnswerLine>
            {t('list.answer', {
              services: String(value.length),
              environment: selected.title,
            })}
          </AnswerLine>
          <RoutesTable routes={value} environment={selected.name} />
        </>
      )}
    </Box>
  );
}

function RoutesTable(props: { routes: RouteSummary[]; environment: string }) {
  const { t } = useTranslationRef(trafficTranslationRef);
  return (
    <Paper variant="outlined" sx={{ overflowX: 'auto' }}>
      <Table size="small" aria-label={t('title')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('column.service')}</TableCell>
            <TableCell>{t('column.shares')}</TableCell>
            <TableCell align="right">{t('column.rate')}</TableCell>
            <TableCell>{t('column.owner')}</TableCell>
            <TableCell>{t('column.observed')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {props.routes.map(route => (
            <RouteRow
              key={route.entityRef}
              route={route}
              environment={props.environment}
            />
          ))}
        </TableBody>
      </Table>
    </Paper>
  );
}

function RouteRow(props: { route: RouteSummary; environment: string }) {
  const { t } = useTranslationRef(trafficTranslationRef);
  const format = useFormat();
  const entityPath = useRouteRef(entityRouteRef);
  const { entityRef, title, owner, wanted, wantedUnavailable, measured } =
    props.route;
  const query = `?env=${encodeURIComponent(props.environment)}`;
  return (
    <TableRow>
      <TableCell component="th" scope="row" sx={rowHeaderSx}>
        {entityPath ? (
          <Link
            to={`${entityPath(entityRouteParams(entityRef))}/traffic${query}`}
          >
            {title}
          </Link>
        ) : (
          title
        )}
      </TableCell>
      <TableCell>
        {wanted
          ? wanted.destinations
              .map(({ subset, share }) => `${subset} ${format.percent(share)}`)
              .join(t('answer.and'))
          : wantedUnavailable?.reason}
      </TableCell>
      <TableCell align="right">
        {format.number(measured?.requestsPerSecond)}
      </TableCell>
      <TableCell>{owner && <EntityRefLink entityRef={owner} />}</TableCell>
      <TableCell>
        <ObservedAt
          observedAt={wanted?.observedAt}
          source={t('source.cluster')}
          stale={Boolean(wanted?.stale)}
        />
      </TableCell>
    </TableRow>
  );
}
