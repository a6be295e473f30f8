import { NotFoundError } from '@backstage/errors';
import { neededTimeWindows, stepKey } from '@shopfloor/plugin-slo-common';
import { MeasuredPart, Measurement, StoredSlo } from '../store/SloStore';
import { dataNotes } from './pointsOf';
import { countsOf, isWhole, wholeCounts, wholeTarget } from './wholeOf';

/**
 * A user journey from what was measured of its steps at the same moment. A step that is composite counts with its whole.
 *
 * @returns an error that says which step is missing, when one is
 */
export function measureJourney(options: {
  journey: StoredSlo;
  /** Unix seconds. */
  at: number;
  /** SLOs of the environment by `stepKey`. */
  steps: ReadonlyMap<string, StoredSlo>;
  /** What this round measured, by id. */
  measured: ReadonlyMap<string, Measurement>;
}): Measurement | Error {
  const { journey, at, steps, measured } = options;
  const windows = neededTimeWindows(journey.definition, at);
  const parts: MeasuredPart[] = [];
  for (const [index, step] of (journey.definition.journey ?? []).entries()) {
    const slo = steps.get(stepKey(step));
    const named = `${step.entityRef}/${step.slo}`;
    if (!slo) {
      return new NotFoundError(
        `There is no SLO ${named} in ${journey.environment} that can be evaluated; it is a step of this journey`,
      );
    }
    if (slo.definition.journey) {
      return new NotFoundError(
        `The step ${named} is a journey itself; name the steps of that one instead`,
      );
    }
    const found = measured.get(slo.id);
    if (!found) {
      return new NotFoundError(
        `Nothing new is known of the step ${named}; see what is said there`,
      );
    }
    parts.push(
      stepPart({ slo, found, index, windows: windows.map(w => w.key) }),
    );
  }
  return {
    observedAt: new Date(at * 1000),
    parts,
    notes: dataNotes(journey.definition, parts).filter(
      note => note === 'no-events',
    ),
  };
}

function stepPart(options: {
  slo: StoredSlo;
  found: Measurement;
  index: number;
  windows: string[];
}): MeasuredPart {
  const { slo, found, index } = options;
  const { definition } = slo;
  const [first] = found.parts;
  return {
    key: String(index),
    sloId: slo.id,
    target: isWhole(definition)
      ? wholeTarget(definition)
      : definition.objectives[0].target,
    countedSeen: found.parts.every(part => part.countedSeen),
    windows: options.windows.flatMap(key => {
      const counts = isWhole(definition)
        ? wholeCounts(definition, found.parts, key)
        : countsOf(first, key);
      const window = first?.windows.find(each => each.key === key);
      return counts && window
        ? [{ key, from: window.from, to: window.to, ...counts }]
        : [];
    }),
    coverage: options.windows.flatMap(key => {
      const all = found.parts.flatMap(
        part => part.coverage.find(each => each.key === key) ?? [],
      );
      const [least] = [...all].sort((a, b) => a.seconds - b.seconds);
      return least ? [least] : [];
    }),
  };
}
