import { DocumentReader } from './DocumentReader';
import { IndicatorDefinition } from './indicatorTypes';
import { BudgetingMethod, ObjectiveDefinition } from './types';

/**
 * Reports what is right OpenSLO and keeps the SLO from being evaluated. The only place that knows it, besides the reader
 * of indicators.
 */
export function reportReach(
  reader: DocumentReader,
  slo: {
    budgetingMethod: BudgetingMethod;
    indicatorDefinition?: IndicatorDefinition;
    objectives: ObjectiveDefinition[];
  },
) {
  if (slo.budgetingMethod !== 'Occurrences') {
    return;
  }
  const raw = (path: Array<string | number>) =>
    reader.report(
      'unsupported',
      [...path, 'spec', 'ratioMetric', 'raw'],
      'A raw ratio has lost how many events it stands for, so that a budget of occurrences cannot be told from it. Count good and total events, or use budgetingMethod RatioTimeslices',
    );
  if (slo.indicatorDefinition?.kind === 'raw') {
    raw(['spec', 'indicator']);
  }
  slo.objectives.forEach(({ indicator }, index) => {
    if (indicator?.kind === 'raw') {
      raw(['spec', 'objectives', index, 'indicator']);
    }
  });
}
