import { ScorecardDefinition, StateThresholds } from '../definition/types';

/** How a share of weight compares with the thresholds of the states. */
export type Band = 'ok' | 'at-risk' | 'failing';

/** Weights of checks, whole numbers: what passed of what is asked. */
export interface Weights {
  passed: number;
  asked: number;
}

/**
 * Whether a share reaches a threshold in whole percent. Whole numbers are multiplied, so that no rounding decides.
 * Where nothing is asked, every threshold is reached.
 */
export function reaches(weights: Weights, threshold: number): boolean {
  return weights.passed * 100 >= threshold * weights.asked;
}

/** The band of a share; `undefined` where nothing is asked. */
export function bandOf(
  weights: Weights,
  states: StateThresholds,
): Band | undefined {
  if (weights.asked === 0) {
    return undefined;
  }
  if (reaches(weights, states.ok)) {
    return 'ok';
  }
  return reaches(weights, states.atRisk) ? 'at-risk' : 'failing';
}

/** The name of the level with a rank; `undefined` for rank 0, which is no level. */
export function levelOfRank(
  definition: ScorecardDefinition,
  rank: number,
): string | undefined {
  return definition.levels[rank - 1]?.name;
}
