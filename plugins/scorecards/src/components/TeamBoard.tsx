import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
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
  RollUpList,
  ScorecardDefinition,
  scoreOf,
} from '@shopfloor/plugin-scorecards-common';
import {
  Choice,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  moveAcrossRows,
  rowHeaderSx,
  useFormat,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { entityName, placeOf } from '../scorecardHref';
import { scorecardsTranslationRef } from '../translation/translation';
import { levelInWords } from '../words';
import { RollUpTrendPanel } from './RollUpTrendPanel';

const urlDefaults = {
  by: 'team',
  /** Entity ref of whose trend is shown. */
  node: undefined as string | undefined,
};

/** Teams with the teams below them, or domains with their systems. */
export function TeamBoard(props: { definition: ScorecardDefinition }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardsApiRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const by = url.by === 'system' ? 'system' : 'team';
  const { definition } = props;
  const { value, error, retry } = usePolled(
    `${definition.name} ${by}`,
    signal => api.listRollUps({ scorecard: definition.name, by }, { signal }),
  );
  let body = <LoadingPanel rows={6} />;
  if (value) {
    const node = value.items.find(({ ref }) => ref === url.node);
    body = (
      <>
        {node && (
          <RollUpTrendPanel
            definition={definition}
            node={node}
            onClose={() => setUrl({ node: undefined })}
          />
        )}
        <Board
          definition={definition}
          list={value}
          onTrend={ref => setUrl({ node: ref }, { push: true })}
        />
      </>
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <>
      <Box sx={{ mb: 2 }}>
        <Choice
          label={t('team.by')}
          value={by}
          options={(['team', 'system'] as const).map(each => ({
            value: each,
            label: t(`team.${each}`),
          }))}
          onChange={next => setUrl({ by: next, node: undefined })}
        />
      </Box>
      {body}
    </>
  );
}

function Board(props: {
  definition: ScorecardDefinition;
  list: RollUpList;
  onTrend: (ref: string) => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const { definition, list, onTrend } = props;
  const rows = inTreeOrder(list);
  if (rows.length === 0) {
    return (
      <EmptyState
        title={t('empty.noGrades')}
        description={t('empty.noGradesHelp')}
      />
    );
  }
  return (
    <>
      <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
        {t('team.help')}
      </Typography>
      <Paper
        variant="outlined"
        tabIndex={0}
        role="region"
        aria-label={t('tab.teams')}
        sx={{ overflowX: 'auto' }}
      >
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>{t(`team.${list.by}`)}</TableCell>
              <TableCell>{t('team.services')}</TableCell>
              <TableCell align="right">{t('team.score')}</TableCell>
              {[0, ...definition.levels.map((_, index) => index + 1)].map(
                rank => (
                  <TableCell key={rank} align="right">
                    {levelInWords({
                      definition,
                      rank,
                      t,
                      locale: format.locale,
                    })}
                  </TableCell>
                ),
              )}
              <TableCell>{t('rollUpTrend.column')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody onKeyDown={moveAcrossRows}>
            {rows.map(({ item, depth }) => (
              <TableRow key={item.ref} hover>
                <TableCell
                  component="th"
                  scope="row"
                  sx={{ ...rowHeaderSx, pl: 2 + depth * 3 }}
                >
                  <Link
                    to={`?${new URLSearchParams({
                      scorecard: definition.name,
                      [placeOf(item.ref)]: item.ref,
                    })}`}
                  >
                    {item.title ?? entityName(item.ref)}
                  </Link>
                </TableCell>
                <TableCell sx={{ whiteSpace: 'nowrap' }}>
                  {t('team.doWell', {
                    ok: format.number(item.total.states.ok),
                    total: format.number(item.total.entities),
                  })}
                </TableCell>
                <TableCell align="right">
                  {format.percent(scoreOf(item.total))}
                </TableCell>
                {item.total.ranks.map((count, rank) => (
                  <TableCell key={rank} align="right">
                    {format.number(count)}
                  </TableCell>
                ))}
                <TableCell>
                  <Button
                    size="small"
                    aria-label={t('rollUpTrend.showOf', {
                      name: item.title ?? entityName(item.ref),
                    })}
                    onClick={() => onTrend(item.ref)}
                  >
                    {t('rollUpTrend.show')}
                  </Button>
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Paper>
    </>
  );
}

/** Parents before their children, each with its depth. What lies in a circle stands at the top. */
function inTreeOrder(list: RollUpList) {
  const refs = new Set(list.items.map(({ ref }) => ref));
  const rows: Array<{ item: RollUpList['items'][number]; depth: number }> = [];
  const placed = new Set<string>();
  const place = (item: RollUpList['items'][number], depth: number) => {
    if (placed.has(item.ref)) {
      return;
    }
    placed.add(item.ref);
    rows.push({ item, depth });
    for (const child of list.items) {
      if (child.parent === item.ref) {
        place(child, depth + 1);
      }
    }
  };
  list.items
    .filter(({ parent }) => !parent || !refs.has(parent))
    .forEach(item => place(item, 0));
  list.items.forEach(item => place(item, 0));
  return rows;
}
