import { CountedUnit } from '../evaluation/leaves';
import { ExclusionAct, ExclusionState } from '../exclusion/exclusions';
import { BothBudgets } from '../math/exclusion';

/** One objective with and without a past stretch. */
export interface ExclusionFigures extends BothBudgets {
  /** Index of the objective; of a weighted whole there is one. */
  objective: number;
  displayName?: string;
  target: number;
  unit: CountedUnit;
}

/** A past stretch of time that shall not count. */
export interface ExclusionWish {
  /** Id of the SLO. */
  id: string;
  /** ISO 8601 with an offset. */
  from: string;
  /** Not part of it; as `from`. */
  to: string;
}

/** What leaving out a stretch would mean now. */
export interface ExclusionPreview {
  /** ISO 8601, whole seconds. */
  from: string;
  to: string;
  /** The moment of the window, ISO 8601. */
  observedAt: string;
  objectives: ExclusionFigures[];
}

/** A stretch that somebody asked to leave out. */
export interface SloExclusion {
  id: string;
  /** ISO 8601. */
  from: string;
  to: string;
  reason: string;
  state: ExclusionState;
  /** Entity ref. */
  requestedBy: string;
  requestedAt: string;
  /** Of the request under Approvals. */
  approvalId?: string;
  /** It is not submitted yet; the portal tries again. */
  approvalPending?: boolean;
  decidedBy?: string;
  decidedAt?: string;
  comment?: string;
  /** Both figures as they were when it was asked for. */
  asked: ExclusionFigures[];
  /** Whether any of it lies in the window of the budget now. */
  inWindow: boolean;
  /** What the person may do. */
  may: ExclusionAct[];
}

/** Stretches of an SLO that are, were or shall be left out, newest first. */
export interface SloExclusions {
  items: SloExclusion[];
  /** Whether the person may ask for one; `mayNot` says why not. */
  mayAsk: boolean;
  mayNot?: 'permission' | 'journey' | 'not-measured';
  /** Begin of the window of the budget: nothing before it can be left out. ISO 8601. */
  windowFrom?: string;
  /** Both figures as of the last evaluation, when a stretch in the window is left out. */
  now?: { observedAt: string; objectives: ExclusionFigures[] };
  /** What was granted or removed last shows with the next evaluation. */
  notYetEvaluated: boolean;
  /** Why `now` cannot be told. */
  failure?: string;
}

/** Leaves out past stretches of SLOs, as the signed-in person. */
export interface SloExclusionsApi {
  /** Those of an SLO. */
  list(id: string, request?: { signal?: AbortSignal }): Promise<SloExclusions>;
  /** What leaving it out would mean. */
  preview(
    wish: ExclusionWish,
    request?: { signal?: AbortSignal },
  ): Promise<ExclusionPreview>;
  /** Asks for it. */
  ask(wish: ExclusionWish & { reason: string }): Promise<SloExclusion>;
  /** Withdraws or removes it. */
  act(options: {
    id: string;
    exclusionId: string;
    act: ExclusionAct;
    comment?: string;
  }): Promise<SloExclusion>;
}
