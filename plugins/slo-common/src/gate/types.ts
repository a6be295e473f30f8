import { SloState } from '../math/evaluate';

/**
 * May a service be released now?
 *
 * - `go`: as always
 * - `slow-down`: in smaller steps, with somebody watching
 * - `freeze`: only what makes it better
 * - `unknown`: nobody can tell; it is no go
 */
export type ReleaseDecision = 'go' | 'slow-down' | 'freeze' | 'unknown';

/** What may be said of a release besides go. */
export type ReleaseRestriction = 'slow-down' | 'freeze';

/** What a rule asks of the SLOs of a service. */
export interface ReleaseRule {
  /** Environments it is about; absent: all that no earlier rule is about. */
  environments?: string[];
  /** Freeze from this share of the budget left downwards; 0 is used up. */
  freezeAtBudget: number;
  /** Slow down below this share of the budget left. */
  slowDownBelowBudget: number;
  /** What a burning alert row does: one that pages, and one that is a ticket. */
  burning: { page: ReleaseRestriction; ticket: ReleaseRestriction };
  /** What a service without an SLO in the environment may do. */
  withoutSlos: 'go' | 'slow-down' | 'unknown';
}

/** Days on which releases are restricted, whatever the budget. */
export interface ReleaseCalendarEntry {
  name: string;
  /** In both languages of the portal. */
  reason: { en: string; zh: string };
  /** ISO 8601 with an offset; `to` is not part of it. */
  from: string;
  to: string;
  decision: ReleaseRestriction;
  /** Absent: all. */
  environments?: string[];
  /** Entity refs; absent: all. */
  entities?: string[];
}

/** When services may be released, as data. */
export interface ReleasePolicy {
  name: string;
  rules: ReleaseRule[];
  calendar: ReleaseCalendarEntry[];
}

/** Why the gate says what it says. */
export interface ReleaseReason {
  code:
    | 'calendar'
    | 'budget-used-up'
    | 'budget-low'
    | 'burning'
    | 'slo-unknown'
    | 'slo-stale'
    | 'no-slos'
    | 'no-rule'
    | 'policy-unavailable';
  /** What this reason alone asks for. */
  decision: ReleaseDecision;
  /** In English, for people and logs. */
  message: string;
  sloId?: string;
  /** For words in another language: shares from 0 to 1, seconds, texts. */
  values: Record<string, number | string>;
}

/** An SLO that was looked at. */
export interface GateSlo {
  id: string;
  name: string;
  displayName?: string;
  state: SloState;
  worstBudgetLeft?: number;
  /** ISO 8601. */
  observedAt?: string;
}

/** Answer of `GET /gate`. */
export interface ReleaseGate {
  entityRef: string;
  environment: string;
  decision: ReleaseDecision;
  /** Worst first; empty with `go`. */
  reasons: ReleaseReason[];
  slos: GateSlo[];
  policy: {
    name: string;
    /** Where it stands, for people; absent: the built-in one. */
    url?: string;
    /** Why the file is not the one in use: it cannot be read, or is wrong, and where. */
    problem?: string;
  };
  /** ISO 8601. */
  decidedAt: string;
}
