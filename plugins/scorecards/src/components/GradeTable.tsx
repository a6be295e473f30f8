import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import {
  GradeSummary,
  ScorecardDefinition,
  scoreOf,
} from '@shopfloor/plugin-scorecards-common';
import {
  moveAcrossRows,
  ObservedAt,
  rowHeaderSx,
  useFormat,
} from '@shopfloor/ui';
import { entityName, scorecardHref } from '../scorecardHref';
import { scorecardsTranslationRef } from '../translation/translation';
import { levelInWords } from '../words';
import { GradeBadge, OutcomeIcon } from './GradeBadge';
import { useCheckTitle } from './useCheckTitle';

/** Names of checks stand upright, so that many fit beside each other. */
const uprightSx = {
  writingMode: 'vertical-rl',
  transform: 'rotate(180deg)',
  whiteSpace: 'nowrap',
  fontSize: '0.75rem',
};

/** Services in the order they come, one column per check. */
export function GradeTable(props: {
  definition: ScorecardDefinition;
  items: GradeSummary[];
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const titleOf = useCheckTitle();
  const { definition, items } = props;
  return (
    <Paper
      variant="outlined"
      tabIndex={0}
      role="region"
      aria-label={t('tab.matrix')}
      sx={{ overflowX: 'auto' }}
    >
      <Table size="small">
        <TableHead>
          <TableRow sx={{ verticalAlign: 'bottom' }}>
            <TableCell>{t('list.service')}</TableCell>
            <TableCell>{t('list.state')}</TableCell>
            <TableCell>{t('level.title')}</TableCell>
            <TableCell align="right">{t('score')}</TableCell>
            {definition.checks.map(({ check }) => (
              <TableCell key={check} sx={{ px: 0.5 }} align="center">
                <Box sx={uprightSx}>
                  <Link
                    to={`?${new URLSearchParams({ tab: 'checks', scorecard: definition.name, check, outcome: 'fail' })}`}
                  >
                    {titleOf(check)}
                  </Link>
                </Box>
              </TableCell>
            ))}
            <TableCell>{t('list.observed')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {items.map(grade => {
            const { figures } = grade;
            const stale = figures.state === 'stale';
            const outcomes = new Map(
              grade.checks.map(each => [each.check, each]),
            );
            return (
              <TableRow key={grade.entityRef} hover>
                <TableCell component="th" scope="row" sx={rowHeaderSx}>
                  <Link to={scorecardHref(grade)}>
                    {grade.title ?? entityName(grade.entityRef)}
                  </Link>
                  {grade.owner && (
                    <Box sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
                      <EntityDisplayName entityRef={grade.owner} hideIcon />
                    </Box>
                  )}
                </TableCell>
                <TableCell>
                  <GradeBadge state={figures.state} />
                </TableCell>
                <TableCell sx={{ whiteSpace: 'nowrap' }}>
                  {levelInWords({
                    definition,
                    rank: figures.rank,
                    t,
                    locale: format.locale,
                  })}
                </TableCell>
                <TableCell align="right" sx={{ opacity: stale ? 0.65 : 1 }}>
                  {format.percent(scoreOf(figures))}
                </TableCell>
                {definition.checks.map(({ check }) => (
                  <TableCell key={check} align="center" sx={{ px: 0.5 }}>
                    <OutcomeIcon
                      check={
                        outcomes.get(check) ?? {
                          check,
                          outcome: 'unknown',
                          waived: false,
                        }
                      }
                    />
                  </TableCell>
                ))}
                <TableCell>
                  <ObservedAt
                    observedAt={grade.observedAt}
                    source={t('tab.checks')}
                    stale={stale}
                  />
                </TableCell>
              </TableRow>
            );
          })}
        </TableBody>
      </Table>
    </Paper>
  );
}
