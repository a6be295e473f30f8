import { EventCounts } from './budget';

/** One part of a composite SLO or one step of a user journey, measured over the same window as the others. */
export interface CompositePart {
  /** `undefined` when it could not be measured. */
  counts?: EventCounts;
  target: number;
  /** Above 0. */
  weight: number;
}

/** A composite as counts that every other function takes, and the target that belongs to them. */
export interface CompositeResult {
  /** `bad` = Σ weight x share of bad events, `total` = Σ weight. Absent when a part is not known. */
  counts?: EventCounts;
  target: number;
  /** Indexes of the parts that could not be measured or had no events. */
  unknownParts: number[];
}

/**
 * The composite of weighted parts. OpenSLO v1 fixes no formula for `compositeWeight`; ours is the weighted mean of the
 * parts' levels against the weighted mean of their targets:
 *
 *     level = Σ wᵢ (1 - badᵢ / totalᵢ) / Σ wᵢ        target = Σ wᵢ targetᵢ / Σ wᵢ
 *
 * Within a part sums are divided as always. Between parts the weights say what the traffic cannot: a login and a search
 * are not the same event, and the ten times more frequent one must not decide alone. The result is written as counts
 * with `bad = Σ wᵢ badᵢ / totalᵢ` and `total = Σ wᵢ`, so that budget, burn rate and rows follow as for any SLO.
 *
 * A user journey has a target of its own, which then takes the place of the mean.
 *
 * A part without events or figures makes the composite unknown: leaving it out would be a pass.
 */
export function combineParts(
  parts: CompositePart[],
  options: { target?: number } = {},
): CompositeResult {
  const unknownParts: number[] = [];
  let weights = 0;
  let bad = 0;
  let targets = 0;
  parts.forEach(({ counts, target, weight }, index) => {
    weights += weight;
    targets += weight * target;
    if (counts && counts.total > 0) {
      bad += (weight * counts.bad) / counts.total;
    } else {
      unknownParts.push(index);
    }
  });
  const mean = Number((targets / weights).toPrecision(12));
  return {
    target: options.target ?? mean,
    unknownParts,
    ...(parts.length > 0 &&
      unknownParts.length === 0 && { counts: { bad, total: weights } }),
  };
}
