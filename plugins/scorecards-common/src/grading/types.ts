import { CheckOutcome } from '@shopfloor/plugin-checks-common';

/** What a grade says in the vocabulary of states, and `not-applicable` where a scorecard asks nothing. */
export const GRADE_STATES = [
  'failing',
  'at-risk',
  'stale',
  'unknown',
  'ok',
  'not-applicable',
] as const;

/** One of {@link GRADE_STATES}. */
export type GradeState = (typeof GRADE_STATES)[number];

/** The figures of a grade. */
export interface GradeFigures {
  /** 0 is no level, 1 the lowest. What is unknown or stale never counts as passed. */
  rank: number;
  /** The rank if all that is unknown or stale passed. */
  possibleRank: number;
  /** Weight of what passed. */
  passed: number;
  /** Weight of what is unknown or stale. */
  unseen: number;
  /** Weight of what is asked: all that applies and is not waived. */
  asked: number;
  state: GradeState;
}

/** One check in a grade. */
export interface GradedCheck {
  check: string;
  outcome: CheckOutcome;
  /** It does not pass, and a waiver lets it be. */
  waived: boolean;
}

/** How many checks had which outcome. Waived ones count under their outcome too. */
export type OutcomeCounts = Record<CheckOutcome, number> & { waived: number };

/** A level in a grade. */
export interface GradedLevel {
  level: string;
  /** This level and all below are reached. */
  reached: boolean;
  /** Would be if all that is unknown or stale passed. */
  possible: boolean;
  passed: number;
  asked: number;
  threshold: number;
}

/** A category in a grade. */
export interface GradedCategory {
  category: string;
  passed: number;
  unseen: number;
  asked: number;
}

/** How an entity does on a scorecard. */
export interface Grade {
  /** With waivers: what is waived and does not pass is left out. */
  figures: GradeFigures;
  /** As if nothing were waived. */
  withoutWaivers: GradeFigures;
  counts: OutcomeCounts;
  levels: GradedLevel[];
  categories: GradedCategory[];
  checks: GradedCheck[];
}
