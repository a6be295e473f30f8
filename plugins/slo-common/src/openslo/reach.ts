import {
  JOURNEY_ANNOTATION,
  MAINTENANCE_ANNOTATION,
  WINDOWS_ANNOTATION,
} from './constants';
import { DocumentReader } from './DocumentReader';
import { IndicatorDefinition } from './indicatorTypes';
import {
  BudgetingMethod,
  JourneyStep,
  MaintenanceWindow,
  TimeWindow,
} from './types';

/**
 * Reports what is right OpenSLO and keeps the portal from evaluating the SLO. The only place that knows it, so that a
 * part that learns more takes its line away here.
 */
export function reportReach(
  reader: DocumentReader,
  slo: {
    timeWindow: TimeWindow;
    budgetingMethod: BudgetingMethod;
    composite: boolean;
    journey?: JourneyStep[];
    indicatorDefinition?: IndicatorDefinition;
  },
) {
  const { indicatorDefinition: indicator, budgetingMethod } = slo;
  if (budgetingMethod !== 'Occurrences') {
    reader.report(
      'unsupported',
      ['spec', 'budgetingMethod'],
      `budgetingMethod ${budgetingMethod} is not supported yet; Occurrences is`,
    );
  }
  if (slo.timeWindow.kind === 'calendar') {
    reader.report(
      'unsupported',
      ['spec', 'timeWindow', 0, 'calendar'],
      'Calendar windows are not supported yet; a rolling window (isRolling: true) is',
    );
  }
  if (slo.composite) {
    reader.report(
      'unsupported',
      ['spec', 'objectives'],
      'Composite objectives are not evaluated yet',
    );
  }
  if (slo.journey) {
    reader.report(
      'unsupported',
      ['metadata', 'annotations', JOURNEY_ANNOTATION],
      'User journeys are not evaluated yet',
    );
  }
  if (indicator?.kind === 'threshold') {
    reader.report(
      'unsupported',
      ['spec', 'indicator', 'spec', 'thresholdMetric'],
      'Threshold indicators are not evaluated yet; count good and total events with ratioMetric',
    );
  }
  if (indicator?.kind === 'raw') {
    reader.report(
      'unsupported',
      ['spec', 'indicator', 'spec', 'ratioMetric', 'raw'],
      budgetingMethod === 'Occurrences'
        ? 'A raw ratio has lost how many events it stands for, so that a budget of occurrences cannot be told from it. Count good and total events, or use budgetingMethod RatioTimeslices'
        : 'Raw ratios are not evaluated yet',
    );
  }
}

/** Reports what is not evaluated while the rest of the SLO is. */
export function reportPartialReach(
  reader: DocumentReader,
  slo: { maintenance: MaintenanceWindow[]; furtherWindows: TimeWindow[] },
) {
  const at = (annotation: string) => ['metadata', 'annotations', annotation];
  if (slo.maintenance.length > 0) {
    reader.report(
      'unsupported',
      at(MAINTENANCE_ANNOTATION),
      'Maintenance is left out of the generated alert rules; the budget that the portal shows still counts it',
    );
  }
  if (slo.furtherWindows.length > 0) {
    reader.report(
      'unsupported',
      at(WINDOWS_ANNOTATION),
      'Further windows are kept and not evaluated yet',
    );
  }
}
