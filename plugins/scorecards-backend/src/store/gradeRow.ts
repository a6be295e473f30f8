import { EvaluatedOutcome, outcomeAt } from '@shopfloor/plugin-checks-common';
import {
  GradedCheck,
  GradeFigures,
  GradeState,
  LastKnown,
} from '@shopfloor/plugin-scorecards-common';

/** A check as a grade keeps it: stale is told from the time. */
export interface StoredCheck {
  check: string;
  outcome: EvaluatedOutcome;
  waived: boolean;
  /** ISO 8601. */
  staleAfter?: string;
}

/** A grade as it is written. */
export interface StoredGrade {
  scorecard: string;
  entityRef: string;
  /** Of the row; 0 for a new one. */
  version: number;
  fingerprint: string;
  figures: GradeFigures;
  withoutWaivers: GradeFigures;
  checks: StoredCheck[];
  lastKnown: LastKnown;
  observedAt?: Date;
  gradedAt: Date;
  since: Date;
}

export interface GradeRow {
  scorecard: string;
  entity_ref: string;
  version: string;
  fingerprint: string;
  state: GradeState;
  rank: number;
  possible_rank: number;
  passed: number;
  unseen: number;
  asked: number;
  without_waivers: GradeFigures;
  checks: StoredCheck[];
  last_known: LastKnown;
  observed_at: Date | null;
  graded_at: Date;
  since: Date;
}

export function toGrade(row: GradeRow): StoredGrade {
  return {
    scorecard: row.scorecard,
    entityRef: row.entity_ref,
    version: Number(row.version),
    fingerprint: row.fingerprint,
    figures: figuresOf(row),
    withoutWaivers: row.without_waivers,
    checks: row.checks,
    lastKnown: row.last_known,
    ...(row.observed_at && { observedAt: row.observed_at }),
    gradedAt: row.graded_at,
    since: row.since,
  };
}

export function figuresOf(
  row: Pick<
    GradeRow,
    'rank' | 'possible_rank' | 'passed' | 'unseen' | 'asked' | 'state'
  >,
): GradeFigures {
  return {
    rank: row.rank,
    possibleRank: row.possible_rank,
    passed: row.passed,
    unseen: row.unseen,
    asked: row.asked,
    state: row.state,
  };
}

/** Checks as of a moment. */
export function checksAt(checks: StoredCheck[], now: Date): GradedCheck[] {
  return checks.map(({ check, outcome, waived, staleAfter }) => ({
    check,
    outcome: outcomeAt({ outcome, staleAfter }, now.getTime()),
    waived,
  }));
}
