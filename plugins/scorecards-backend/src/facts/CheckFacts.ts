import {
  CheckChanges,
  CheckDefinition,
  EvaluatedOutcome,
} from '@shopfloor/plugin-checks-common';

/** The outcome of a check for an entity, and until when it counts. */
export interface CheckFact {
  check: string;
  outcome: EvaluatedOutcome;
  /** ISO 8601; absent when nothing was observed. */
  staleAfter?: string;
  /** ISO 8601; absent when nothing was observed. */
  observedAt?: string;
}

/** What a check is about. */
export type CheckScope = Pick<CheckDefinition, 'name' | 'appliesTo'> &
  Partial<Pick<CheckDefinition, 'title' | 'category'>>;

/** Reads what the check engine found out. */
export interface CheckFacts {
  /** Every check there is. */
  listChecks(signal?: AbortSignal): Promise<CheckScope[]>;
  /** Entities whose results changed since a cursor; everything is to be read where it says none. */
  changes(since?: string, signal?: AbortSignal): Promise<CheckChanges>;
  /** Results by entity. A check that does not apply, or was not looked at yet, has none. */
  read(
    options: { entityRefs: string[]; checks: string[] },
    signal?: AbortSignal,
  ): Promise<Map<string, CheckFact[]>>;
}
