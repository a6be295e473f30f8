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
  CheckStandingList,
  ScorecardDefinition,
} from '@shopfloor/plugin-scorecards-common';
import {
  ErrorPanel,
  LoadingPanel,
  moveAcrossRows,
  Panel,
  rowHeaderSx,
  useFormat,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { scorecardChecksApiRef, scorecardsApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { localized } from '../words';
import { CheckGuide } from './CheckGuide';
import { GradeMatrix } from './GradeMatrix';
import { useCheckTitle } from './useCheckTitle';

const urlDefaults = { check: undefined as string | undefined };

/** How each check comes out, and of the chosen one why it matters and who fails. */
export function CheckStandings(props: { definition: ScorecardDefinition }) {
  const api = useApi(scorecardsApiRef);
  const { definition } = props;
  const [url] = useUrlState(urlDefaults);
  const { value, error, retry } = usePolled(definition.name, signal =>
    api.listCheckStandings({ scorecard: definition.name }, { signal }),
  );
  const chosen = definition.checks.find(({ check }) => check === url.check);
  if (chosen) {
    return <CheckDetail definition={definition} check={chosen.check} />;
  }
  if (value) {
    return <Standings definition={definition} list={value} />;
  }
  return error ? (
    <ErrorPanel error={error} onRetry={retry} />
  ) : (
    <LoadingPanel rows={8} />
  );
}

function Standings(props: {
  definition: ScorecardDefinition;
  list: CheckStandingList;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const { definition, list } = props;
  const titleOf = useCheckTitle();
  const title = (
    all: Array<{ name: string; title: { en: string; zh: string } }>,
    name: string,
  ) => {
    const found = all.find(each => each.name === name);
    return found ? localized(found.title, format.locale) : name;
  };
  return (
    <Paper
      variant="outlined"
      tabIndex={0}
      role="region"
      aria-label={t('tab.checks')}
      sx={{ overflowX: 'auto' }}
    >
      <Table size="small">
        <TableHead>
          <TableRow>
            <TableCell>{t('check.title')}</TableCell>
            <TableCell>{t('check.category')}</TableCell>
            <TableCell>{t('check.level')}</TableCell>
            <TableCell align="right">{t('check.weight')}</TableCell>
            <TableCell align="right">{t('check.failing')}</TableCell>
            <TableCell align="right">{t('check.unseen')}</TableCell>
            <TableCell align="right">{t('outcome.waived')}</TableCell>
            <TableCell align="right">{t('check.passing')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={moveAcrossRows}>
          {list.items.map(item => (
            <TableRow key={item.check} hover>
              <TableCell component="th" scope="row" sx={rowHeaderSx}>
                <Link
                  to={`?${new URLSearchParams({
                    tab: 'checks',
                    scorecard: definition.name,
                    check: item.check,
                    outcome: 'fail',
                  })}`}
                >
                  {titleOf(item.check)}
                </Link>
              </TableCell>
              <TableCell>
                {title(definition.categories, item.category)}
              </TableCell>
              <TableCell>{title(definition.levels, item.level)}</TableCell>
              {[
                item.weight,
                item.counts.fail,
                item.counts.unknown + item.counts.stale,
                item.counts.waived,
                item.counts.pass,
              ].map((figure, index) => (
                <TableCell key={index} align="right">
                  {format.number(figure)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Paper>
  );
}

function CheckDetail(props: {
  definition: ScorecardDefinition;
  check: string;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const checks = useApi(scorecardChecksApiRef);
  const { locale } = useFormat();
  const { definition, check } = props;
  const { value, error, retry } = usePolled('check definitions', signal =>
    checks.listDefinitions({ signal }),
  );
  const found = value?.items.find(({ name }) => name === check);
  let guide = <LoadingPanel rows={3} />;
  if (found) {
    guide = <CheckGuide definition={found} />;
  } else if (value) {
    guide = (
      <Typography variant="body2">
        {t('status.unknownChecks', { checks: check })}
      </Typography>
    );
  } else if (error) {
    guide = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <>
      <Panel
        spaced
        title={found ? localized(found.title, locale) : check}
        aside={
          <Link
            to={`?${new URLSearchParams({ tab: 'checks', scorecard: definition.name })}`}
          >
            {t('tab.checks')}
          </Link>
        }
      >
        {guide}
      </Panel>
      <Typography component="h2" sx={{ fontWeight: 600, mb: 1 }}>
        {t('check.who')}
      </Typography>
      <GradeMatrix definition={definition} />
    </>
  );
}
