import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { ObjectiveResult, SloSummary } from '@shopfloor/plugin-slo-common';
import { AnswerLine, ObservedAt, useFormat, usePolled } from '@shopfloor/ui';
import { answer, budgetWindowInWords, shownState } from '../answer';
import { sloApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { BurnTable } from './BurnTable';
import { DefinitionPanel } from './DefinitionPanel';
import { EventList } from './EventList';
import { ExclusionsPanel } from './ExclusionsPanel';
import { ExplainPanel } from './ExplainPanel';
import { LintPanel } from './LintPanel';
import { FULL_COVERAGE, Notices } from './Notices';
import { PartTable } from './PartTable';
import { RedPanel } from './RedPanel';
import { SloFigures } from './SloFigures';
import { SloHistoryPanel } from './SloHistoryPanel';
import { TimeRangePicker } from './TimeRange';
import { useEvents } from './useEvents';
import { WhatIfPanel } from './WhatIfPanel';
import { WindowTable } from './WindowTable';

/** One objective of one SLO in one environment: the answer, the figures, the pictures, the table, how it came about. */
export function SloView(props: { slo: SloSummary; objectiveIndex: number }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const api = useApi(sloApiRef);
  const { slo, objectiveIndex } = props;
  const detail = usePolled(slo.id, signal => api.get(slo.id, { signal }));
  const objective = slo.objectives[objectiveIndex];
  return (
    <>
      <AnswerLine
        state={shownState(slo, objective)}
        aside={
          <ObservedAt
            observedAt={slo.observedAt}
            source="Prometheus"
            stale={slo.state === 'stale'}
          />
        }
      >
        {answer({ slo, objective, t, format })}
      </AnswerLine>
      <Notices slo={slo} />
      {objective && (
        <>
          <SloFigures slo={slo} objective={objective} />
          <WindowTable slo={slo} objective={objective} />
          <PartTable objective={objective} environment={slo.environment} />
          <BurnTable objective={objective} stale={slo.state === 'stale'} />
          <OverTime
            slo={slo}
            objective={objective}
            objectiveIndex={objectiveIndex}
          />
        </>
      )}
      {detail.value && objective && (
        <ExplainPanel
          slo={detail.value}
          objective={objective}
          objectiveIndex={objectiveIndex}
        />
      )}
      {detail.value && <LintPanel lint={detail.value.lint} />}
      {detail.value && <DefinitionPanel slo={detail.value} />}
    </>
  );
}

/** Everything with a time axis, over one range: budget, what happened, requests, another target. */
function OverTime(props: {
  slo: SloSummary;
  objective: ObjectiveResult;
  objectiveIndex: number;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const { slo, objective, objectiveIndex } = props;
  const { annotations, ...events } = useEvents(slo.id, objectiveIndex);
  const { coverage } = slo;
  const partial =
    coverage && coverage.seconds < FULL_COVERAGE * coverage.windowSeconds;
  return (
    <>
      <TimeRangePicker />
      <SloHistoryPanel
        id={slo.id}
        objective={objectiveIndex}
        annotations={annotations}
        basis={
          partial
            ? t('coverage.chart', {
                covered: format.duration(coverage.seconds * 1000),
                range: budgetWindowInWords(slo, t, format),
              })
            : undefined
        }
      />
      <EventList events={events} />
      <ExclusionsPanel slo={slo} />
      <RedPanel id={slo.id} annotations={annotations} />
      <WhatIfPanel
        slo={slo}
        objectiveIndex={objectiveIndex}
        objective={objective}
      />
    </>
  );
}
