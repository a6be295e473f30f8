import {
  gradeEntity,
  ScorecardDefinition,
} from '@shopfloor/plugin-scorecards-common';
import { checksAt, StoredGrade } from './gradeRow';
import { HistoryEntry } from './GradeStore';

/** Whether a person sees a check of the entity that is narrowed. */
export type Sees = (check: string) => boolean;

/** A scorecard with the checks that are seen alone. */
export function narrowDefinition(
  definition: ScorecardDefinition,
  sees: Sees,
): ScorecardDefinition {
  return {
    ...definition,
    checks: definition.checks.filter(({ check }) => sees(check)),
  };
}

/**
 * A grade as if the scorecard asked for nothing but what is seen; `undefined` when nothing of it is. Times that tell when
 * something hidden changed are left out.
 *
 * @param options - `gradedAt`: when grading last went through for all
 */
export function narrowGrade(options: {
  grade: StoredGrade;
  definition: ScorecardDefinition;
  sees: Sees;
  gradedAt: Date;
}): StoredGrade | undefined {
  const { grade, definition, sees, gradedAt } = options;
  const checks = grade.checks.filter(({ check }) => sees(check));
  if (checks.length === 0) {
    return undefined;
  }
  const seen = checksAt(checks, grade.gradedAt);
  const { figures, withoutWaivers } = gradeEntity({
    definition: narrowDefinition(definition, sees),
    outcomes: new Map(seen.map(({ check, outcome }) => [check, outcome])),
    waived: new Set(
      seen.filter(({ waived }) => waived).map(({ check }) => check),
    ),
  });
  const { observedAt, ...rest } = grade;
  return {
    ...rest,
    figures,
    withoutWaivers,
    checks,
    gradedAt,
    since: gradedAt,
  };
}

/**
 * What happened to one entity, oldest first, as who sees it may know: what is hidden does not apply, and rows in which
 * nothing else changed are left out. Figures are those without waivers, of which the history says nothing.
 */
export function narrowHistory(options: {
  entries: HistoryEntry[];
  definition: ScorecardDefinition;
  sees: Sees;
}): HistoryEntry[] {
  const { entries, definition, sees } = options;
  const narrow = narrowDefinition(definition, sees);
  let last: string | undefined;
  return entries.flatMap(entry => {
    const seen = Object.entries(entry.outcomes).filter(([check]) =>
      sees(check),
    );
    const outcomes = {
      ...Object.fromEntries(
        definition.checks.map(({ check }) => [check, 'not-applicable']),
      ),
      ...Object.fromEntries(seen),
    };
    const text = JSON.stringify(outcomes);
    if (seen.length === 0 || text === last) {
      return [];
    }
    last = text;
    const { figures } = gradeEntity({
      definition: narrow,
      outcomes: new Map(seen) as never,
    });
    return [{ ...entry, outcomes, figures }];
  });
}
