import { ScorecardDefinition } from './types';

/**
 * A text that is the same as long as a definition grades in the same way: titles and the owner may change. Grades under
 * different fingerprints are not compared: what moved is the scorecard, not the service.
 */
export function gradingFingerprint(definition: ScorecardDefinition): string {
  const { levels, checks, states, appliesTo } = definition;
  return JSON.stringify([
    levels.map(({ name, threshold }) => [name, threshold]),
    checks
      .map(({ check, level, category, weight }) => [
        check,
        level,
        category,
        weight,
      ])
      .sort(([a], [b]) => String(a).localeCompare(String(b), 'en-US')),
    [states.ok, states.atRisk],
    appliesTo,
  ]);
}
