import { combineParts } from '@shopfloor/plugin-slo-common';
import { StoredSlo } from '../store/SloStore';

/** One objective that is counted, with its weight in the whole. */
export interface CountedPart {
  slo: StoredSlo;
  objective: number;
  target: number;
  weight: number;
}

/** What is counted for each promise of an SLO; a text says why it cannot be. */
export function partsOf(
  slo: StoredSlo,
  stored: ReadonlyMap<string, StoredSlo>,
): Array<{
  displayName?: string;
  target: number;
  parts: CountedPart[] | string;
}> {
  const { definition } = slo;
  const { objectives, journey } = definition;
  if (journey) {
    const steps = journey.map(step => {
      const found = [...stored.values()].find(
        each =>
          each.entityRef === step.entityRef &&
          each.definition.name === step.slo &&
          each.environment === slo.environment,
      );
      const target = found?.definition.objectives[0]?.target;
      return (
        found &&
        target !== undefined && {
          slo: found,
          objective: 0,
          target,
          weight: step.weight,
        }
      );
    });
    const missing = journey.filter((_, index) => !steps[index]);
    return [
      {
        displayName: objectives[0]?.displayName,
        target: objectives[0]?.target ?? 0,
        parts:
          missing.length > 0
            ? // Not which: who reads it may not be allowed to see them. The page of the SLO tells those who are.
              `There is no SLO for ${missing.length} of its ${journey.length} steps; its page says for which`
            : steps.flatMap(step => step || []),
      },
    ];
  }
  const each = objectives.map(({ displayName, target, weight = 1 }, index) => ({
    displayName,
    target,
    parts: [{ slo, objective: index, target, weight }],
  }));
  if (!definition.composite) {
    return each;
  }
  return [
    {
      displayName: definition.displayName,
      target: combineParts(
        objectives.map(({ target, weight = 1 }) => ({ target, weight })),
      ).target,
      parts: each.flatMap(({ parts }) => parts),
    },
  ];
}
