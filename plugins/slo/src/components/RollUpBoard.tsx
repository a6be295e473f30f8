import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  PresentedTally,
  sloHref,
  SloRollUpItem,
  SloRollUpList,
  SloState,
} from '@shopfloor/plugin-slo-common';
import {
  AnswerLine,
  Choice,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  moveAcrossRows,
  rowHeaderSx,
  StateBadge,
  useFormat,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { sloAnalysisApiRef } from '../api';
import { entityName } from '../entityName';
import { inTreeOrder } from '../inTreeOrder';
import { sloTranslationRef } from '../translation/translation';
import { MaintenanceNote } from './MaintenanceNote';

const STATES = ['failing', 'at-risk', 'stale', 'unknown', 'ok'] as const;

const urlDefaults = { by: 'team', env: undefined as string | undefined };

/** SLOs by team, with the teams below it, or by system: the worst first. */
export function RollUpBoard() {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloAnalysisApiRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const by = url.by === 'system' ? 'system' : 'team';
  const { value, error, retry } = usePolled(`${by} ${url.env}`, signal =>
    api.rollUps({ by, environment: url.env }, { signal }),
  );
  let body: ReactNode = <LoadingPanel rows={6} />;
  if (value) {
    body = <Board list={value} environment={url.env} />;
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <>
      <Box sx={{ mb: 2 }}>
        <Choice
          label={t('rollUp.by')}
          value={by}
          options={(['team', 'system'] as const).map(each => ({
            value: each,
            label: t(`rollUp.${each}`),
          }))}
          onChange={next => setUrl({ by: next })}
        />
      </Box>
      {value && error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('failure.portal')}
        </Alert>
      )}
      {body}
    </>
  );
}

/** The most urgent state of several SLOs. */
function worstOf(tally: PresentedTally): SloState {
  return STATES.find(state => tally.states[state] > 0) ?? 'unknown';
}

function Board(props: { list: SloRollUpList; environment?: string }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { list, environment } = props;
  if (list.total.slos === 0) {
    return (
      <EmptyState
        title={t('empty.listTitle')}
        description={t('empty.description')}
        docs="/docs/default/component/shopfloor-docs/how-to/slo"
      />
    );
  }
  const state = worstOf(list.total);
  return (
    <>
      <AnswerLine state={state}>
        {t(`list.answer.${state}`, { count: list.total.states[state] })}
      </AnswerLine>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
        {t('rollUp.help', { when: format.moment(list.comparedWith) })}
      </Typography>
      <Paper
        variant="outlined"
        tabIndex={0}
        role="region"
        aria-label={t(`rollUp.${list.by}`)}
        sx={{ overflowX: 'auto' }}
      >
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>{t(`rollUp.${list.by}`)}</TableCell>
              <TableCell>{t('rollUp.states')}</TableCell>
              <TableCell>{t('rollUp.worst')}</TableCell>
              <TableCell>{t('rollUp.trend')}</TableCell>
              <TableCell>{t('rollUp.report')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody onKeyDown={moveAcrossRows}>
            {inTreeOrder(list.items).map(({ item, depth }) => (
              <TableRow key={item.ref ?? ''} hover>
                <TableCell
                  component="th"
                  scope="row"
                  sx={{ ...rowHeaderSx, pl: 2 + depth * 3 }}
                >
                  <Name item={item} list={list} environment={environment} />
                </TableCell>
                <TableCell>
                  <States tally={item.total} />
                </TableCell>
                <TableCell>
                  <Worst tally={item.total} />
                </TableCell>
                <TableCell>
                  {item.total.trend.compared === 0
                    ? t('rollUp.noTrend')
                    : t('rollUp.moved', {
                        less: format.number(item.total.trend.less),
                        more: format.number(item.total.trend.more),
                        compared: format.number(item.total.trend.compared),
                      })}
                </TableCell>
                <TableCell>
                  {item.ref && (
                    <Link
                      to={`?${new URLSearchParams({
                        tab: 'report',
                        by: list.by,
                        ref: item.ref,
                        ...(environment && { env: environment }),
                      })}`}
                    >
                      {t('rollUp.reportOf', {
                        name: item.title ?? entityName(item.ref),
                      })}
                    </Link>
                  )}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Paper>
    </>
  );
}

function Name(props: {
  item: SloRollUpItem;
  list: SloRollUpList;
  environment?: string;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { item, list, environment } = props;
  if (!item.ref) {
    return t(`rollUp.none.${list.by}`);
  }
  const name = item.title ?? entityName(item.ref);
  // The list filters by the owner itself: of a team that only has others below it, it would show nothing.
  return item.own.slos > 0 ? (
    <Link
      to={`?${new URLSearchParams({
        [list.by === 'team' ? 'owner' : 'system']: item.ref,
        ...(environment && { env: environment }),
      })}`}
    >
      {name}
    </Link>
  ) : (
    name
  );
}

function States(props: { tally: PresentedTally }) {
  const format = useFormat();
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, rowGap: 0.5 }}>
      {STATES.filter(state => props.tally.states[state] > 0).map(state => (
        <Box
          key={state}
          sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5 }}
        >
          {format.number(props.tally.states[state])}
          <StateBadge state={state} />
        </Box>
      ))}
    </Box>
  );
}

function Worst(props: { tally: PresentedTally }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { worst } = props.tally;
  if (!worst) {
    return <>{t('answer.notMeasured')}</>;
  }
  return (
    <>
      {format.percent(worst.budgetLeft)}{' '}
      <Link to={sloHref(worst)}>{worst.displayName ?? worst.name}</Link>
      <MaintenanceNote seconds={worst.maintenanceSeconds} />
    </>
  );
}
