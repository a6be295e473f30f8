import { IndicatorDefinition } from '../openslo/indicatorTypes';
import { ObjectiveDefinition, SloDefinition } from '../openslo/types';

/** What a figure counts. */
export type CountedUnit =
  /** Requests and the like. */
  | 'events'
  /** Seconds of a value that an objective compares. */
  | 'seconds'
  /** Slices of time that had events. */
  | 'slices'
  /** Weights of the parts of a composite SLO or journey. */
  | 'weights';

/** Something that is counted in Prometheus for an SLO. */
export interface MeasuredLeaf {
  /** Label `objective` of the series that the generated rules record of it. */
  key: string;
  definition: SloDefinition;
  objective: ObjectiveDefinition;
  indicator: IndicatorDefinition;
  /** Absent where events are counted. */
  sliceSeconds?: number;
}

/**
 * What is counted for an SLO: one leaf for each objective, or one for all of them where they only differ in their target.
 * None of a user journey, whose steps are counted as SLOs of their own.
 */
export function measuredLeaves(definition: SloDefinition): MeasuredLeaf[] {
  const { objectives, composite, budgetingMethod, journey } = definition;
  if (journey) {
    return [];
  }
  const slices = budgetingMethod !== 'Occurrences';
  const leaves = objectives.flatMap((objective, index) => {
    const indicator = objective.indicator ?? definition.indicatorDefinition;
    return indicator
      ? {
          key: String(index),
          definition,
          objective,
          indicator,
          ...(slices && { sliceSeconds: objective.timeSliceSeconds }),
        }
      : [];
  });
  return composite || slices ? leaves : leaves.slice(0, 1);
}

/** Key of the leaf that an objective is judged by. */
export function leafOfObjective(
  definition: SloDefinition,
  objective: number,
): string {
  return measuredLeaves(definition).length > 1 ? String(objective) : '0';
}

/** What the counts of an SLO are. */
export function countedUnit(definition: SloDefinition): CountedUnit {
  if (definition.journey || definition.composite) {
    return 'weights';
  }
  if (definition.budgetingMethod !== 'Occurrences') {
    return 'slices';
  }
  return definition.indicatorDefinition?.kind === 'ratio'
    ? 'events'
    : 'seconds';
}
