import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  RollUp,
  RollUpRegression,
  RollUpTrend,
  RollUpTrendOptions,
  ScorecardDefinition,
  scoreOf,
} from '@shopfloor/plugin-scorecards-common';
import {
  Choice,
  ErrorPanel,
  LoadingPanel,
  Panel,
  TimeSeriesChart,
  useFormat,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { entityName, placeOf, scorecardHref } from '../scorecardHref';
import { scorecardsTranslationRef } from '../translation/translation';
import { levelInWords } from '../words';
import { useCheckTitle } from './useCheckTitle';

const DAYS = ['30', '90', '365'] as const;
const urlDefaults = { days: '90' };

/** So many regressions are listed; the chart marks all. */
const LISTED = 20;

/** How a team, system or domain did over time, with what was lost marked on the time axis and listed. */
export function RollUpTrendPanel(props: {
  definition: ScorecardDefinition;
  node: RollUp & { title?: string };
  onClose: () => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardsApiRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const { definition, node, onClose } = props;
  const days = DAYS.find(each => each === url.days) ?? '90';
  const where: Pick<RollUpTrendOptions, 'team' | 'system' | 'domain'> = {
    [placeOf(node.ref)]: node.ref,
  };
  const { value, error, retry } = usePolled(
    `${definition.name} ${node.ref} ${days}`,
    signal =>
      api.getRollUpTrend(
        {
          scorecard: definition.name,
          ...where,
          days: Number(days),
        },
        { signal },
      ),
  );
  const name = node.title ?? entityName(node.ref);
  let body = <LoadingPanel rows={6} />;
  if (value) {
    body = <Trend definition={definition} trend={value} name={name} />;
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <Panel
      spaced
      title={t('rollUpTrend.title', { name })}
      help={t('rollUpTrend.help')}
      aside={
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
          <Choice
            label={t('rollUpTrend.days')}
            value={days}
            options={DAYS.map(each => ({
              value: each,
              label: t('rollUpTrend.lastDays', { count: Number(each) }),
            }))}
            onChange={next => setUrl({ days: next })}
          />
          <Button size="small" onClick={onClose}>
            {t('rollUpTrend.close')}
          </Button>
        </Box>
      }
    >
      {body}
    </Panel>
  );
}

function Trend(props: {
  definition: ScorecardDefinition;
  trend: RollUpTrend;
  name: string;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const { definition, trend, name } = props;
  const { points, regressions } = trend;
  const known = points.filter(point => scoreOf(point) !== undefined);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) {
    return <Typography>{t('rollUpTrend.nothing')}</Typography>;
  }
  if (first === last && regressions.length === 0) {
    return (
      <Typography>
        {t('rollUpTrend.one', { to: format.percent(scoreOf(last)) })}
      </Typography>
    );
  }
  return (
    <>
      <Typography sx={{ mb: 1 }}>
        {t('rollUpTrend.answer', {
          from: format.percent(scoreOf(first)),
          when: format.moment(first.at),
          to: format.percent(scoreOf(last)),
          lost: format.number(
            regressions.reduce((sum, { lost }) => sum + lost.length, 0),
          ),
        })}
      </Typography>
      <TimeSeriesChart
        title={t('rollUpTrend.title', { name })}
        unit="percent"
        max={1.05}
        height={220}
        from={Date.parse(points[0].at)}
        to={Date.parse(points[points.length - 1].at)}
        annotations={regressions.map(each => ({
          at: Date.parse(each.at),
          label: t('rollUpTrend.mark', {
            service: entityName(each.entityRef),
          }),
        }))}
        series={[
          {
            id: 'score',
            label: t('history.score'),
            points: points.map(point => ({
              at: Date.parse(point.at),
              value: scoreOf(point),
            })),
          },
        ]}
      />
      {regressions.length > 0 && (
        <Regressions
          definition={definition}
          regressions={regressions.slice(0, LISTED)}
        />
      )}
    </>
  );
}

function Regressions(props: {
  definition: ScorecardDefinition;
  regressions: RollUpRegression[];
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const titleOf = useCheckTitle();
  const { definition, regressions } = props;
  const level = (rank: number) =>
    levelInWords({ definition, rank, t, locale: format.locale });
  return (
    <>
      <Typography component="h3" variant="subtitle2" sx={{ mt: 2 }}>
        {t('rollUpTrend.regressions')}
      </Typography>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {regressions.map(({ at, entityRef, lost, rankBefore, rankAfter }) => (
          <Typography key={`${at} ${entityRef}`} component="li" variant="body2">
            {format.moment(at)}{' '}
            <Link
              to={scorecardHref({ entityRef, scorecard: definition.name })}
              underline="always"
            >
              {entityName(entityRef)}
            </Link>{' '}
            {t('rollUpTrend.lost', { checks: lost.map(titleOf).join(', ') })}
            {rankAfter < rankBefore &&
              ` ${t('rollUpTrend.level', {
                from: level(rankBefore),
                to: level(rankAfter),
              })}`}
          </Typography>
        ))}
      </Box>
    </>
  );
}
