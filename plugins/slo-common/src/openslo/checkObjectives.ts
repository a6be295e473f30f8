import { DocumentReader } from './DocumentReader';
import { IndicatorDefinition } from './indicatorTypes';
import { ReadObjective } from './parseObjectives';
import { BudgetingMethod, JourneyStep, TimeWindow } from './types';

/** Checks what the objectives of an SLO and its indicator, method and window demand of each other. */
export function checkObjectives(options: {
  reader: DocumentReader;
  objectives: ReadObjective[];
  composite: boolean;
  indicatorDefinition?: IndicatorDefinition;
  journey?: JourneyStep[];
  budgetingMethod?: BudgetingMethod;
  timeWindow?: TimeWindow;
}) {
  const { reader, objectives, composite, journey, timeWindow } = options;
  if (journey && objectives.length > 1) {
    reader.report(
      'error',
      objectives[1].path,
      'A user journey has one objective; its parts are the steps of its annotation',
    );
  }
  if (journey && journey.length === 0 && reader.errorCount === 0) {
    reader.report(
      'error',
      ['metadata', 'annotations'],
      'A user journey needs at least one step, for example cart/cart-availability = 2',
    );
  }
  for (const { path, objective } of objectives) {
    if (!objective) {
      continue;
    }
    const indicator = composite
      ? objective.indicator
      : options.indicatorDefinition;
    if (composite && !objective.indicator && reader.errorCount === 0) {
      reader.report(
        'error',
        path,
        'When one objective has an indicator (composite), every objective needs one',
      );
    }
    if (!composite && objective.weight !== undefined) {
      reader.report(
        'warning',
        [...path, 'compositeWeight'],
        'compositeWeight counts only when every objective has an indicator of its own; it is kept and ignored',
      );
    }
    if (indicator?.kind === 'threshold') {
      for (const field of ['op', 'value'] as const) {
        if (reader.get([...path, field]) === undefined) {
          reader.report(
            'error',
            [...path, field],
            `${field} is missing; a thresholdMetric is good while it is, for example, op: lte, value: 0.2`,
          );
        }
      }
      if (!composite && path === objectives[1]?.path) {
        reader.report(
          'error',
          path,
          'With a thresholdMetric OpenSLO v1 allows exactly one objective',
        );
      }
    } else if (indicator && objective.value !== undefined) {
      reader.report(
        'warning',
        [...path, 'value'],
        'value is compared with a thresholdMetric only; it is kept and ignored',
      );
    }
    const windowSeconds =
      timeWindow?.kind === 'rolling' ? timeWindow.durationSeconds : undefined;
    if (
      objective.timeSliceSeconds !== undefined &&
      windowSeconds !== undefined &&
      windowSeconds % objective.timeSliceSeconds !== 0
    ) {
      reader.report(
        'error',
        [...path, 'timeSliceWindow'],
        'A whole number of slices must fit into the time window',
      );
    }
  }
}
