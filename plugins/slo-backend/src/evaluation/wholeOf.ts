import {
  combineParts,
  countEvents,
  EventCounts,
  SloDefinition,
} from '@shopfloor/plugin-slo-common';
import { MeasuredPart } from '../store/SloStore';

/** Counts of a window of one part, bounded; `undefined` when it was not measured. */
export function countsOf(
  part: MeasuredPart | undefined,
  key: string,
): EventCounts | undefined {
  const window = part?.windows.find(each => each.key === key);
  return (
    window &&
    countEvents({
      numerator: 'bad',
      counted: window.bad,
      total: Math.max(0, window.total),
    })
  );
}

/** Weights of the parts of a composite SLO or of the steps of a journey, in order. */
export function weightsOf(definition: SloDefinition): number[] {
  return definition.journey
    ? definition.journey.map(({ weight }) => weight)
    : definition.objectives.map(({ weight = 1 }) => weight);
}

/** The target of the weighted whole. */
export function wholeTarget(definition: SloDefinition): number {
  return definition.journey
    ? definition.objectives[0].target
    : combineParts(
        definition.objectives.map(({ target, weight = 1 }) => ({
          target,
          weight,
        })),
      ).target;
}

/** The weighted whole of parts over one window; `undefined` when one of them is not known or had no events. */
export function wholeCounts(
  definition: SloDefinition,
  parts: MeasuredPart[],
  key: string,
): EventCounts | undefined {
  return combineParts(
    weightsOf(definition).map((weight, index) => ({
      counts: countsOf(
        parts.find(part => part.key === String(index)),
        key,
      ),
      target: 0.5,
      weight,
    })),
  ).counts;
}

/** True when the figures of an SLO are those of a weighted whole. */
export function isWhole({ composite, journey }: SloDefinition): boolean {
  return composite || journey !== undefined;
}
