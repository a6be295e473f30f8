import { CheckOutcome } from '@shopfloor/plugin-checks-common';
import { Grade, GradedCheck } from '../grading/types';

/** What was last known for sure of each check: it passed or it failed. */
export type LastKnown = Record<string, 'pass' | 'fail'>;

/** What of a grade is compared with the next one. */
export interface ComparableGrade {
  /** Fingerprint of the definition it was graded with. */
  fingerprint: string;
  rank: number;
  lastKnown: LastKnown;
}

/** What became of an entity from one grade to the next. */
export interface GradeChange {
  /** Passed when last known, and fails now. */
  lost: string[];
  /** Failed when last known, and passes now. */
  won: string[];
  rankBefore: number;
  rankAfter: number;
}

/**
 * Compares a grade with the one before. Only what is known counts: a check that can no longer be seen is no regression,
 * and one that comes back as failed after it was unseen is. Waived checks are left out.
 *
 * @returns `undefined` when there is none before, or it was graded with another definition
 */
export function compareGrades(options: {
  before: ComparableGrade | undefined;
  after: Pick<Grade, 'figures' | 'checks'>;
  fingerprint: string;
}): GradeChange | undefined {
  const { before, after, fingerprint } = options;
  if (!before || before.fingerprint !== fingerprint) {
    return undefined;
  }
  const became = (from: CheckOutcome, to: CheckOutcome) =>
    after.checks
      .filter(
        ({ check, outcome, waived }) =>
          !waived && outcome === to && before.lastKnown[check] === from,
      )
      .map(({ check }) => check);
  return {
    lost: became('pass', 'fail'),
    won: became('fail', 'pass'),
    rankBefore: before.rank,
    rankAfter: after.figures.rank,
  };
}

/** What is last known after a grade. */
export function nextLastKnown(
  before: LastKnown,
  checks: GradedCheck[],
): LastKnown {
  return Object.fromEntries(
    checks.flatMap(({ check, outcome }) => {
      const known =
        outcome === 'pass' || outcome === 'fail' ? outcome : before[check];
      return known === undefined ? [] : [[check, known]];
    }),
  );
}
