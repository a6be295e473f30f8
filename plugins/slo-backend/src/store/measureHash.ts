import { createHash } from 'crypto';
import { measuredLeaves, SloDefinition } from '@shopfloor/plugin-slo-common';

/** Stays the same as long as the counted events and their window do; a new target does not change it. */
export function measureHash(definition: SloDefinition): string {
  const { timeWindow, journey, budgetingMethod, indicator: ratio } = definition;
  const digest = (counted: unknown[]) =>
    createHash('sha256').update(JSON.stringify(counted)).digest('hex');
  if (
    ratio &&
    timeWindow.kind === 'rolling' &&
    budgetingMethod === 'Occurrences'
  ) {
    // As it was when there was no other kind, so that an update keeps what was measured.
    return digest([
      timeWindow,
      ratio.numerator,
      ratio.counted.query,
      ratio.total.query,
    ]);
  }
  const leaves = measuredLeaves(definition).map(
    ({ key, indicator, objective, sliceSeconds }) => {
      const { name: _, displayName, description, ...counted } = indicator;
      return [
        key,
        counted,
        indicator.kind === 'threshold' && [objective.op, objective.value],
        sliceSeconds !== undefined && [
          sliceSeconds,
          objective.timeSliceTarget,
          objective.op,
        ],
      ];
    },
  );
  return digest([timeWindow, budgetingMethod, leaves, journey]);
}
