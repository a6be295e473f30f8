import Box from '@mui/material/Box';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { SloSummary } from '@shopfloor/plugin-slo-common';
import { AnswerLine, ObservedAt, useFormat } from '@shopfloor/ui';
import { answer, shownState } from '../answer';
import { sloApiRef } from '../api';
import { sloTranslationRef } from '../translation/translation';
import { BurnTable } from './BurnTable';
import { DefinitionPanel } from './DefinitionPanel';
import { ExplainPanel } from './ExplainPanel';
import { LintPanel } from './LintPanel';
import { Notices } from './Notices';
import { SloFigures } from './SloFigures';
import { SloHistoryPanel } from './SloHistoryPanel';
import { TimeRangePicker } from './TimeRange';
import { usePolled } from './usePolled';
import { WhatIfPanel } from './WhatIfPanel';

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
          <BurnTable objective={objective} stale={slo.state === 'stale'} />
          <Box sx={{ display: 'flex', justifyContent: 'flex-end', mb: 1 }}>
            <TimeRangePicker />
          </Box>
          <SloHistoryPanel id={slo.id} objective={objectiveIndex} />
          <WhatIfPanel
            slo={slo}
            objectiveIndex={objectiveIndex}
            defined={objective.target}
          />
        </>
      )}
      {detail.value && objective && (
        <ExplainPanel slo={detail.value} objective={objective} />
      )}
      {detail.value && <LintPanel lint={detail.value.lint} />}
      {detail.value && <DefinitionPanel slo={detail.value} />}
    </>
  );
}
