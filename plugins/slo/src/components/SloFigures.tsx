import Box from '@mui/material/Box';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ObjectiveResult, SloSummary } from '@shopfloor/plugin-slo-common';
import { Figure, ObservedAt, useFormat } from '@shopfloor/ui';
import { budgetInEvents, budgetWindowInWords } from '../answer';
import { sloTranslationRef } from '../translation/translation';

/** Objective, measured level, budget left and burn rate, each with when it was observed. */
export function SloFigures(props: {
  slo: SloSummary;
  objective: ObjectiveResult;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { slo, objective } = props;
  const stale = slo.state === 'stale';
  const window = budgetWindowInWords(slo, t, format);
  const { budget, left } = budgetInEvents(objective);
  const unit = objective.unit ?? 'events';
  const of = { unit: t(`unit.${unit}`) };
  const observed = (hint: string) => (
    <>
      <div>{hint}</div>
      <ObservedAt
        observedAt={slo.observedAt}
        source="Prometheus"
        stale={stale}
      />
    </>
  );
  const budgetHint = () => {
    if (unit === 'weights') {
      return t('figure.weightedBudgetHint');
    }
    return left < 0
      ? t('figure.budgetOverspentHint', {
          ...of,
          over: format.number(-left),
          budget: format.number(budget),
        })
      : t('figure.budgetLeftHint', {
          ...of,
          left: format.number(left),
          budget: format.number(budget),
        });
  };
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
        label={t('figure.objective')}
        value={format.percent(objective.target)}
        hint={t('figure.objectiveHint', { window })}
      />
      <Figure
        label={t('figure.measured')}
        value={format.percent(objective.serviceLevel)}
        stale={stale}
        hint={observed(
          unit === 'weights'
            ? t('figure.weightedHint', {
                count: objective.parts?.length ?? 0,
              })
            : t('figure.measuredHint', {
                ...of,
                bad: format.number(objective.counts.bad),
                total: format.number(objective.counts.total),
              }),
        )}
      />
      <Figure
        label={t('figure.budgetLeft')}
        value={format.percent(objective.budgetLeft)}
        stale={stale}
        hint={observed(budgetHint())}
      />
      <Figure
        label={t('figure.burnRate')}
        value={t('figure.times', { value: format.number(objective.burnRate) })}
        stale={stale}
        hint={observed(t('figure.burnRateHint', { window }))}
      />
      {objective.calendar && (
        <Figure
          label={t('figure.projected')}
          value={format.percent(objective.calendar.projectedBudgetLeft)}
          stale={stale}
          hint={observed(
            t(`figure.projection.${objective.calendar.projection}`),
          )}
        />
      )}
    </Box>
  );
}
