import Box from '@mui/material/Box';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { ObjectiveResult, SloSummary } from '@shopfloor/plugin-slo-common';
import { Figure, ObservedAt, useFormat } from '@shopfloor/ui';
import { budgetInEvents, windowInWords } from '../answer';
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
  const window = windowInWords(slo, format);
  const { budget, left } = budgetInEvents(objective);
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
          t('figure.measuredHint', {
            bad: format.number(objective.counts.bad),
            total: format.number(objective.counts.total),
          }),
        )}
      />
      <Figure
        label={t('figure.budgetLeft')}
        value={format.percent(objective.budgetLeft)}
        stale={stale}
        hint={observed(
          left < 0
            ? t('figure.budgetOverspentHint', {
                over: format.number(-left),
                budget: format.number(budget),
              })
            : t('figure.budgetLeftHint', {
                left: format.number(left),
                budget: format.number(budget),
              }),
        )}
      />
      <Figure
        label={t('figure.burnRate')}
        value={t('figure.times', { value: format.number(objective.burnRate) })}
        stale={stale}
        hint={observed(t('figure.burnRateHint', { window }))}
      />
    </Box>
  );
}
