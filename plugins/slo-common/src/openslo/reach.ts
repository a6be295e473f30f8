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

/** What happens to it all the same. */
const RULES_ONLY = 'Recorded and alerted by the generated Prometheus rules';

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
      `${RULES_ONLY}; the portal evaluates budgetingMethod Occurrences, not ${budgetingMethod}`,
    );
  }
  if (slo.timeWindow.kind === 'calendar') {
    reader.report(
      'unsupported',
      ['spec', 'timeWindow', 0, 'calendar'],
      `${RULES_ONLY}; the portal evaluates rolling windows (isRolling: true), not calendar ones`,
    );
  }
  if (slo.composite) {
    reader.report(
      'unsupported',
      ['spec', 'objectives'],
      `${RULES_ONLY}; the portal does not evaluate composite objectives yet`,
    );
  }
  if (slo.journey) {
    reader.report(
      'unsupported',
      ['metadata', 'annotations', JOURNEY_ANNOTATION],
      `${RULES_ONLY}; the portal does not evaluate user journeys yet`,
    );
  }
  if (indicator?.kind === 'threshold') {
    reader.report(
      'unsupported',
      ['spec', 'indicator', 'spec', 'thresholdMetric'],
      `${RULES_ONLY}; the portal evaluates ratioMetric, not thresholdMetric`,
    );
  }
  if (indicator?.kind === 'raw') {
    reader.report(
      'unsupported',
      ['spec', 'indicator', 'spec', 'ratioMetric', 'raw'],
      budgetingMethod === 'Occurrences'
        ? 'A raw ratio has lost how many events it stands for, so that a budget of occurrences cannot be told from it. Count good and total events, or use budgetingMethod RatioTimeslices'
        : `${RULES_ONLY}; the portal does not evaluate raw ratios yet`,
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
      'The generated rules record the events of rolling ones; the portal does not show further windows yet',
    );
  }
}
