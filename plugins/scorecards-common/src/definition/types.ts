import {
  EntityFilterSet,
  LocalizedText,
} from '@shopfloor/plugin-checks-common';

/** A level; each requires the ones below it. */
export interface ScorecardLevel {
  name: string;
  title: LocalizedText;
  /** How much of the weight of the level's own checks must pass, in whole percent, 1 to 100. */
  threshold: number;
}

/** A layer of the platform that checks belong to. */
export interface ScorecardCategory {
  name: string;
  title: LocalizedText;
}

/** A check that a scorecard asks for. */
export interface ScorecardCheck {
  /** Name of the check in the check engine. */
  check: string;
  level: string;
  category: string;
  /** How much it counts beside the others, 1 to 100. */
  weight: number;
}

/** From which score on a service is fine, and from which on it is at risk; in whole percent. Below is failing. */
export interface StateThresholds {
  ok: number;
  atRisk: number;
}

/** A scorecard as its file defines it. */
export interface ScorecardDefinition {
  name: string;
  title: LocalizedText;
  description: LocalizedText;
  /** Entity ref of the group that answers for the scorecard. */
  owner: string;
  /** A draft grades silently: nobody is told of regressions, and it is marked wherever it is shown. */
  draft: boolean;
  /** Any one of these sets. */
  appliesTo: EntityFilterSet[];
  categories: ScorecardCategory[];
  /** Lowest first. */
  levels: ScorecardLevel[];
  states: StateThresholds;
  checks: ScorecardCheck[];
}

/** A finding about a definition, at the place where it is to be corrected. */
export interface ScorecardProblem {
  file: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** Path of the field inside its document, for example `spec.levels[0].threshold`. */
  field: string;
  /** Name of the scorecard, as far as it could be read. */
  scorecard?: string;
  message: string;
}

/** A definition and where it begins. */
export interface LocatedDefinition {
  definition: ScorecardDefinition;
  /** 1-based. */
  line: number;
}

/** What was read from one file. */
export interface ParsedScorecards {
  definitions: LocatedDefinition[];
  problems: ScorecardProblem[];
}
