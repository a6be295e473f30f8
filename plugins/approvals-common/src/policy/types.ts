import { LocalizedText, Risk } from '../subject';

/** Days of the week, Monday first. */
export const WEEKDAYS = [
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
  'sun',
] as const;

/** One of {@link WEEKDAYS}. */
export type Weekday = (typeof WEEKDAYS)[number];

/** When people work. */
export interface WorkingHours {
  /** IANA name, for example `Europe/Berlin`. */
  timeZone: string;
  days: Weekday[];
  /** Local time, `HH:MM`. */
  from: string;
  /** Local time, `HH:MM`, later than `from`; `24:00` is the end of the day. */
  to: string;
}

/** Who may decide in a stage. */
export interface StageApprovers {
  /** Entity refs of groups and users, lower case. */
  groups: string[];
  /** The owners of the subject's entity too, as the catalog has them when the request is made. */
  entityOwners: boolean;
}

/** One stage; each begins when the one before it is complete. */
export interface PolicyStage {
  name: string;
  title: LocalizedText;
  /** How many different people must approve. */
  quorum: number;
  approvers: StageApprovers;
}

/** Which requests a policy is for. */
export interface PolicyScope {
  types: string[];
  /** Any, when absent. */
  environments?: string[];
  /**
   * Whether environments are production ones, whatever their names; any, when absent. An environment of which that is not said
   * counts as production.
   */
  production?: boolean;
  /** Any, when absent. */
  risks?: Risk[];
}

/** What happens with a stage that nobody completes. */
export interface Escalation {
  /** Hours after the stage began. */
  afterHours: number;
  /** Entity refs of groups and users that may decide from then on, beside the approvers. */
  fallback: string[];
}

/** When approvers of the open stage are reminded. */
export interface Reminders {
  everyWorkingHours: number;
  workingHours: WorkingHours;
}

/** What needs nobody. */
export interface AutoApproval {
  risks: Risk[];
  /** Any, when absent. */
  environments?: string[];
  /** Only what is said to be outside of production; any, when absent. */
  production?: false;
  /** Why nobody has to look at it. */
  reason: LocalizedText;
}

/** Going ahead without a quorum in an emergency. */
export interface BreakGlass {
  /** Entity refs of groups and users that may. */
  groups: string[];
  /** Whether who asked may do it too, being one of the groups. */
  requesterMay: boolean;
  /** Hours in which it must be reviewed. */
  reviewWithinHours: number;
  /** Entity refs of groups and users that review; never who broke the glass or asked. */
  reviewers: string[];
}

/** How a decision is made. Copied into each request when that is made. */
export interface ApprovalPolicy {
  name: string;
  title: LocalizedText;
  description: LocalizedText;
  /** Id of the plugin that may ask under it. */
  plugin: string;
  appliesTo: PolicyScope;
  stages: PolicyStage[];
  /** Who counted in one stage does not count in another. */
  separateStages: boolean;
  /** How many different people must deny before the request is denied. */
  denials: number;
  expiresAfterHours: number;
  escalation?: Escalation;
  reminders?: Reminders;
  /** Whether a delegate may decide in somebody's place. */
  delegation: boolean;
  autoApprove?: AutoApproval;
  breakGlass?: BreakGlass;
}

/** What is wrong with a file, at the place where it is to be corrected. */
export interface PolicyProblem {
  file: string;
  /** 1-based. */
  line: number;
  /** 1-based. */
  column: number;
  /** Path of the field inside its document, for example `spec.stages[0].quorum`. */
  field: string;
  /** Name of the policy, as far as it could be read. */
  policy?: string;
  message: string;
}

/** A policy and where it begins. */
export interface LocatedPolicy {
  policy: ApprovalPolicy;
  /** 1-based. */
  line: number;
}

/** What was read from one file. */
export interface ParsedPolicies {
  policies: LocatedPolicy[];
  problems: PolicyProblem[];
}
