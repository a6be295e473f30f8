import { CheckCategory } from './definition';
import { LocalizedText } from './evidence';

/**
 * How a check came out.
 *
 * - `pass`, `fail`: the rule said so on fresh evidence
 * - `unknown`: evidence is missing, or the rule could not be worked out on it
 * - `stale`: there was an outcome, and its evidence is too old to count
 * - `not-applicable`: the check says of itself that it does not concern this entity
 *
 * Only `pass` may count as passed.
 */
export const CHECK_OUTCOMES = [
  'pass',
  'fail',
  'unknown',
  'stale',
  'not-applicable',
] as const;

/** How a check came out. */
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];

/** An outcome that is written; `stale` is told from the time of reading. */
export type EvaluatedOutcome = Exclude<CheckOutcome, 'stale'>;

/** The current result of one check for one entity. A check that does not apply to an entity has no result. */
export interface CheckResult {
  entityRef: string;
  check: string;
  checkVersion: number;
  category: CheckCategory;
  outcome: CheckOutcome;
  /** With `stale`: what it was while its evidence was fresh. */
  lastOutcome?: EvaluatedOutcome;
  /** What was found, or why nothing is known. */
  words: LocalizedText;
  /** Ids of the evidence that was read. */
  evidenceIds: string[];
  /** Age of the oldest evidence that was read, as the time it was observed, ISO 8601; absent when nothing was. */
  observedAt?: string;
  /** The moment from which the outcome is stale, ISO 8601; absent when nothing was observed. */
  staleAfter?: string;
  /** When what is written here was worked out; working out the same again changes nothing. ISO 8601. */
  evaluatedAt: string;
  /** Since when the written outcome has been what it is, ISO 8601. */
  since: string;
}

/** A past outcome; a new one is written when the outcome or its words change. */
export interface CheckTransition {
  /** ISO 8601. */
  at: string;
  checkVersion: number;
  outcome: EvaluatedOutcome;
  words: LocalizedText;
  evidenceIds: string[];
}

/**
 * The outcome at a moment.
 *
 * @param result - the written outcome and until when its evidence counts
 * @param now - milliseconds since the epoch
 */
export function outcomeAt(
  result: { outcome: EvaluatedOutcome; staleAfter?: string },
  now: number,
): CheckOutcome {
  const { outcome, staleAfter } = result;
  if (outcome === 'unknown' || staleAfter === undefined) {
    return outcome;
  }
  return Date.parse(staleAfter) <= now ? 'stale' : outcome;
}
