import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  GradeReport,
  possibleScoreOf,
  scoreOf,
} from '@shopfloor/plugin-scorecards-common';
import {
  AnswerLine,
  ErrorPanel,
  Figure,
  LoadingPanel,
  ObservedAt,
  Panel,
  TimeSeriesChart,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { answer, levelInWords } from '../words';
import { BadgePanel } from './BadgePanel';
import { CheckLevels } from './CheckLevels';
import { LookNow } from './LookNow';
import { WaiverDialog } from './WaiverDialog';
import { WaiverTable } from './WaiverTable';

/** The report of an entity on a scorecard: the answer, the figures, the checks with what to do, how it went. */
export function GradeReportView(props: {
  entityRef: string;
  scorecard: string;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const api = useApi(scorecardsApiRef);
  const [waived, setWaived] = useState<string>();
  const { value, error, retry } = usePolled(
    `${props.scorecard} ${props.entityRef}`,
    signal => api.getGrade(props, { signal }),
  );
  if (!value) {
    return error ? (
      <ErrorPanel error={error} onRetry={retry} />
    ) : (
      <LoadingPanel rows={8} />
    );
  }
  const { definition, figures } = value;
  const stale = figures.state === 'stale';
  return (
    <>
      {error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.portal')}
        </Alert>
      )}
      <AnswerLine
        state={figures.state === 'not-applicable' ? undefined : figures.state}
        aside={
          <ObservedAt
            observedAt={value.observedAt}
            source={t('tab.checks')}
            stale={stale}
          />
        }
      >
        {answer({ definition, figures, t, format })}
      </AnswerLine>
      {stale && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.stale')}
        </Alert>
      )}
      {definition.draft && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t('draftHelp')}
        </Alert>
      )}
      <LookNow
        entityRef={value.entityRef}
        may={value.may.runChecks}
        onDone={retry}
      />
      <Figures report={value} />
      <CheckLevels
        report={value}
        onWaive={value.may.requestWaiver ? setWaived : undefined}
      />
      {value.waivers.length > 0 && (
        <Panel spaced title={t('waiver.title')}>
          <WaiverTable waivers={value.waivers} onChanged={retry} />
        </Panel>
      )}
      <Panel spaced title={t('history.title')}>
        <TimeSeriesChart
          title={t('history.title')}
          unit="percent"
          max={1.05}
          height={200}
          to={Date.now()}
          series={[
            { id: 'score', label: t('history.score'), points: steps(value) },
          ]}
        />
      </Panel>
      {value.may.manageBadge && !definition.draft && (
        <BadgePanel entityRef={value.entityRef} scorecard={value.scorecard} />
      )}
      {waived && (
        <WaiverDialog
          entityRef={value.entityRef}
          scorecard={value.scorecard}
          check={waived}
          onClose={() => setWaived(undefined)}
          onDone={() => {
            setWaived(undefined);
            retry();
          }}
        />
      )}
    </>
  );
}

function Figures(props: { report: GradeReport }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const { report } = props;
  const { definition, figures, trend, withoutWaivers } = report;
  const stale = figures.state === 'stale';
  const possible = possibleScoreOf(figures);
  const score = scoreOf(figures);
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 3,
        gridTemplateColumns: 'repeat(auto-fit, minmax(190px, 1fr))',
        mb: 3,
      }}
    >
      <Figure
        label={t('level.title')}
        value={levelInWords({
          definition,
          rank: figures.rank,
          t,
          locale: format.locale,
        })}
        stale={stale}
      />
      <Figure
        label={t('score')}
        value={
          possible === score
            ? format.percent(score)
            : `${format.percent(score)} – ${format.percent(possible)}`
        }
        stale={stale}
        hint={
          <>
            <div>{t('scoreHelp')}</div>
            {report.counts.waived > 0 && (
              <div>
                {t('withoutWaivers', {
                  score: format.percent(scoreOf(withoutWaivers)),
                })}
              </div>
            )}
          </>
        }
      />
      <Figure
        label={t('trend.title')}
        value={t(`trend.${trend.direction}`)}
        hint={
          trend.from &&
          trend.to &&
          t('trend.change', {
            direction: t('score'),
            from: format.percent(scoreOf(trend.from.figures)),
            to: format.percent(scoreOf(trend.to.figures)),
          })
        }
      />
    </Box>
  );
}

/** A grade holds until the next one: each point is followed by one just before the next. */
function steps(report: GradeReport) {
  const points = report.history.map(({ at, figures }) => ({
    at: Date.parse(at),
    value: scoreOf(figures),
  }));
  return points.flatMap((point, index) => {
    const until = points[index + 1]?.at ?? Date.now();
    return until - point.at > 1
      ? [point, { at: until - 1, value: point.value }]
      : [point];
  });
}
