import { CheckOutcome } from '@shopfloor/plugin-checks-common';
import { BurnUp, CampaignPoint } from '../campaign/burnUp';
import { ScorecardDefinition, ScorecardProblem } from '../definition/types';
import {
  GradedCategory,
  GradedCheck,
  GradedLevel,
  GradeFigures,
  GradeState,
  OutcomeCounts,
} from '../grading/types';
import { RollUp } from '../rollup/rollUpTree';
import { Tally } from '../rollup/tally';
import { GradePoint, Trend } from '../trend/trend';
import { WaiverAct, WaiverState } from '../waiver/waivers';

/** A scorecard with how those do that the person may see. */
export interface ScorecardSummary {
  definition: ScorecardDefinition;
  tally: Tally;
  /** Checks that it asks for and the check engine does not know; they are unknown everywhere. */
  unknownChecks: string[];
  source: { file: string; url?: string; line: number };
  /** When its grades were last worked out, ISO 8601; absent when they never were. */
  gradedAt?: string;
}

/** A file of scorecards with problems. */
export interface InvalidScorecardFile {
  file: string;
  url?: string;
  problems: ScorecardProblem[];
  /** Scorecards that are graded by their older, right definitions meanwhile. */
  usesOlder: string[];
}

/** Where the grades come from and how fresh that is. */
export interface GradingStatus {
  /** When definitions were last read, ISO 8601. */
  definitionsReadAt?: string;
  /** Why they could not be read the last time. */
  definitionsFailure?: string;
  /** When grading last went through, ISO 8601. */
  gradedAt?: string;
  /** Why grading failed the last time; what is shown is the last known state. */
  gradingFailure?: string;
}

/** Scorecards that the person may see, and what is wrong with their files. */
export interface ScorecardList {
  items: ScorecardSummary[];
  invalid: InvalidScorecardFile[];
  status: GradingStatus;
}

/** The grade of an entity on a scorecard, as lists show it. */
export interface GradeSummary {
  scorecard: string;
  entityRef: string;
  title?: string;
  owner?: string;
  system?: string;
  domain?: string;
  figures: GradeFigures;
  withoutWaivers: GradeFigures;
  counts: OutcomeCounts;
  /** In the order of the definition. */
  checks: GradedCheck[];
  /** When the oldest result behind it was observed, ISO 8601; absent when nothing was. */
  observedAt?: string;
  /** When it was last worked out, ISO 8601. */
  gradedAt: string;
  /** Since when it has been as it is, ISO 8601. */
  since: string;
}

/** Filters of lists of grades; all must match. */
export interface GradeFilter {
  scorecard?: string;
  /** Entity ref. */
  entity?: string;
  /** Entity ref of the owner. */
  owner?: string;
  /** Entity ref of a group: the owner or any group below. */
  team?: string;
  system?: string;
  domain?: string;
  state?: GradeState;
  /** 0 is no level. */
  rank?: number;
  /** With `outcome`: this check came out so. */
  check?: string;
  outcome?: CheckOutcome;
  /** Part of the name or title. */
  text?: string;
}

/** How a list of grades is sorted; without it those with the lowest score come first. */
export type GradeSort = 'worst' | 'best' | 'name';

/** What a list of grades is asked for. */
export interface ListGradesOptions extends GradeFilter {
  sort?: GradeSort;
  /** At most 200; default 50. */
  limit?: number;
  offset?: number;
}

/** A page of grades. */
export interface GradeList {
  items: GradeSummary[];
  /** All that match, before `limit` and `offset`. */
  totalItems: number;
  /** All that match, by state. */
  states: Record<GradeState, number>;
  /** Values for filters, of all that the person may see of the scorecard; teams are owners and the groups above them. */
  facets: {
    owners: string[];
    teams: string[];
    systems: string[];
    domains: string[];
  };
}

/** One grade with all that led to it. */
export interface GradeReport extends GradeSummary {
  definition: ScorecardDefinition;
  levels: GradedLevel[];
  categories: GradedCategory[];
  waivers: Waiver[];
  /** Oldest first; each holds until the next. */
  history: GradePoint[];
  /** Over the last 30 days. */
  trend: Trend;
  may: {
    requestWaiver: boolean;
    manageBadge: boolean;
    /** Have the entity looked at now: `checks.run.create`. */
    runChecks: boolean;
  };
}

/** How a team or system does, by scorecard. */
export interface RollUpList {
  scorecard: string;
  by: 'team' | 'system';
  items: Array<RollUp & { title?: string }>;
}

/** Whose trend is asked for: one of a team with the teams below, a system and a domain. */
export interface RollUpTrendOptions {
  scorecard: string;
  team?: string;
  system?: string;
  domain?: string;
  /** 1 to 365; default 90. */
  days?: number;
}

/** How a check comes out over all entities that the person may see. */
export interface CheckStanding {
  check: string;
  level: string;
  category: string;
  weight: number;
  /** Of the entities graded; `waived` ones are among their outcomes. */
  counts: OutcomeCounts;
}

/** Checks of a scorecard, the one with most failures first. */
export interface CheckStandingList {
  scorecard: string;
  items: CheckStanding[];
}

/** A waiver. */
export interface Waiver {
  id: string;
  scorecard: string;
  entityRef: string;
  check: string;
  reason: string;
  state: WaiverState;
  /** Entity ref of a person. */
  requestedBy: string;
  /** ISO 8601. */
  requestedAt: string;
  /** ISO 8601. */
  expiresAt: string;
  decidedBy?: string;
  decidedAt?: string;
  comment?: string;
  /** Id of the request for approval, when an approvals engine decides. */
  approvalId?: string;
  /** An approvals engine decides and was not reached yet; it is asked again by itself. */
  approvalPending?: true;
  /** What the person who asks may do with it; `approve` and `deny` are not here when an approvals engine decides. */
  may: WaiverAct[];
}

/** A wish for a waiver. */
export interface WaiverRequest {
  scorecard: string;
  entityRef: string;
  check: string;
  /** 10 to 1000 characters. */
  reason: string;
  /** ISO 8601, at most 180 days away. */
  expiresAt: string;
}

/** Filters of the list of waivers. */
export interface ListWaiversOptions {
  scorecard?: string;
  entity?: string;
  state?: WaiverState;
}

/** Checks to be passed by a date. */
export interface Campaign {
  id: string;
  title: string;
  description?: string;
  scorecard: string;
  checks: string[];
  /** Only entities of this owner or the groups below. */
  team?: string;
  /** ISO 8601. */
  startsAt: string;
  /** ISO 8601. */
  deadline: string;
  createdBy: string;
  /** ISO 8601; absent while it runs. */
  endedAt?: string;
  progress: BurnUp;
}

/** A campaign to start. */
export interface CampaignRequest {
  title: string;
  description?: string;
  scorecard: string;
  checks: string[];
  team?: string;
  /** ISO 8601. */
  deadline: string;
}

/** A campaign with how it went day by day, of the entities that the person may see. */
export interface CampaignDetail extends Campaign {
  points: CampaignPoint[];
}

/** An address under which a grade is public. */
export interface Badge {
  id: string;
  scorecard: string;
  entityRef: string;
  createdBy: string;
  /** ISO 8601. */
  createdAt: string;
}

/** A badge that was just made; its address is told this once. */
export interface CreatedBadge extends Badge {
  /** Absolute address of the SVG. */
  url: string;
  /** The line for a README. */
  markdown: string;
}
