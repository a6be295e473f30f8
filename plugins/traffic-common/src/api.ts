import { RouteManager } from './managers';
import { ShareChange } from './change';
import { ChangeGate } from './gate';
import { RouteModel } from './routeModel';
import { SubsetWeight } from './weights';

/** Why what is shown is not the present state. Times are ISO 8601. @public */
export interface Staleness {
  /** When the last good observation was made. */
  since: string;
  /** What failed, in words. */
  reason: string;
}

/** Something seen at a time. @public */
export interface Observed {
  /** ISO 8601. */
  observedAt: string;
  /** Present when the system behind did not answer and this is the last known state. */
  stale?: Staleness;
}

/** @public */
export interface MeasuredVersion {
  version: string;
  requestsPerSecond: number;
  /** Part of all requests, 0 to 1; 0 when there were none. */
  share: number;
}

/** What the callers' proxies counted over the last minute. @public */
export interface MeasuredShares extends Observed {
  requestsPerSecond: number;
  versions: MeasuredVersion[];
  callers: Array<{ source: string; requestsPerSecond: number }>;
}

/** The live route. @public */
export interface WantedRoute extends Observed, RouteModel {
  namespace: string;
  virtualService: string;
  resourceVersion: string;
  managers: RouteManager[];
}

/** Why the person cannot change the route here. @public */
export type AccessDenialCode =
  | 'not-permitted'
  | 'environment-closed'
  | 'environment-group'
  | 'no-identity'
  | 'route-not-editable';

/** @public */
export interface RouteAccess {
  allowed: boolean;
  code?: AccessDenialCode;
  /** In English words; the code is what translations use. */
  reason?: string;
  /** Entity refs of whom to ask. */
  ask: string[];
}

/** Something that could not be asked and was never known. @public */
export interface Unavailable {
  /** `absent` the system answered that there is none; `denied` it does not tell this person; `unreachable` it did not answer. */
  code?: 'absent' | 'denied' | 'unreachable';
  reason: string;
}

/** Answer of `GET /routes/:environment/:kind/:namespace/:name`. @public */
export interface RouteView {
  environment: EnvironmentView;
  entityRef: string;
  /** Absent with `wantedUnavailable` set, or when the environment has no such route. */
  wanted?: WantedRoute;
  wantedUnavailable?: Unavailable;
  measured?: MeasuredShares;
  measuredUnavailable?: Unavailable;
  access: RouteAccess;
  /** The change that set what is live now, if it was made here. */
  latestChange?: RouteChange;
  /** Changes of this route that wait for an approval, the latest first. */
  waiting?: RouteChange[];
}

/** @public */
export interface EnvironmentView {
  name: string;
  title: string;
  production: boolean;
  gatewayUrl?: string;
}

/** @public */
export type ChangeOutcome =
  /** It asks through approvals; nothing is written until they grant it. */
  | 'waiting'
  /** It asked, and was denied, taken back or not decided in time; nothing changed. */
  | 'not-approved'
  /** The intent is recorded; the write is under way. */
  | 'pending'
  /** The Kubernetes API accepted it. */
  | 'applied'
  /** The Kubernetes API refused it; nothing changed. */
  | 'refused'
  /** It never reached the object; nothing changed. */
  | 'not-applied'
  /** It cannot be told: the object was changed again since. */
  | 'unknown';

/** What a change that asks through approvals is told by. @public */
export interface ChangeApproval {
  /** Id of the request for approval; absent while approvals could not be asked. They are asked again by themselves. */
  requestId?: string;
  /** The largest share that it sends forward, 0 to 1. */
  step: number;
  /** More than so many percentage points ask; absent when the step alone would not. */
  abovePercent?: number;
  /** What the release gate said when it was asked for; absent when it kept nothing back. */
  gate?: ChangeGate;
  /** ISO 8601. */
  askedAt: string;
  /** Name of the policy that decides. */
  policy?: string;
  /** Whom the policy has decide, as it calls them. */
  waitingFor?: { en: string; zh: string };
  /** Entity refs of those who decided. */
  decidedBy?: string[];
  comment?: string;
  /** A review objected to the broken glass by which it went ahead: undo it, or say why not. */
  objected?: boolean;
}

/** One recorded change. Times are ISO 8601. @public */
export interface RouteChange {
  id: string;
  entityRef: string;
  environment: string;
  virtualService: string;
  kind: 'shift' | 'undo';
  /** Id of the change that this one undoes. */
  undoOf?: string;
  /** Id of the change that undid this one. */
  undoneBy?: string;
  /** Entity ref of the person. */
  person: string;
  impersonated: { user: string; groups: string[] };
  reason?: string;
  /** Names of the managers from which the route was taken over, when that was asked for. */
  takenOverFrom: string[];
  shares: ShareChange[];
  /** The change in English words. */
  summary: string;
  /** While it waits, and when it was never begun, when it was asked for. */
  intentAt: string;
  outcome: ChangeOutcome;
  /** Present when it asks, or asked, through approvals. */
  approval?: ChangeApproval;
  outcomeAt?: string;
  error?: string;
  resourceVersionBefore: string;
  resourceVersionAfter?: string;
  /** What the proxies acknowledged; absent when nothing is configured that could tell. */
  effect?: ChangeEffect;
}

/** Whether the proxies took the change over. @public */
export interface ChangeEffect {
  state: 'waiting' | 'effective' | 'rejected' | 'unknown';
  /** Proxies that acknowledged the new routes. */
  proxies?: number;
  /** ISO 8601. */
  at?: string;
  /** What a proxy or istiod said. */
  message?: string;
}

/** Body of `POST …/preview`. @public */
export interface PreviewRequest {
  weights: SubsetWeight[];
}

/** Body of `POST …/changes`. @public */
export interface ChangeRequest extends PreviewRequest {
  /** The version that the person saw; another one is a conflict. */
  resourceVersion: string;
  /** A change that asks through approvals needs one. */
  reason?: string;
  /** Take the route over from the managers that the preview named. */
  takeOver?: boolean;
}

/** Body of `POST /changes/:id/undo`. @public */
export interface UndoRequest {
  reason?: string;
}

/** What a server-side dry run as the person said. @public */
export type DryRunResult =
  /** `handedOverBy`: managers that pass the route on with this change, and leave it alone from then on. */
  | { state: 'accepted'; handedOverBy?: string[] }
  /** Another manager owns the route; accepted when taken over. */
  | { state: 'needs-take-over'; managers: RouteManager[] }
  | { state: 'refused'; reason: string }
  | { state: 'unavailable'; reason: string };

/** Answer of the previews. @public */
export interface ChangePreview {
  environment: EnvironmentView;
  entityRef: string;
  /** The version that the preview was made from. */
  resourceVersion: string;
  shares: ShareChange[];
  summary: string;
  /** Unified diff of the object as YAML. */
  diff: string;
  dryRun: DryRunResult;
  affected: {
    /** Part of all requests that goes elsewhere, 0 to 1. */
    movedShare: number;
    hosts: string[];
    measured?: MeasuredShares;
  };
  /** Present when the change would ask through approvals instead of being made at once. */
  approval?: Pick<ChangeApproval, 'step' | 'abovePercent' | 'gate'>;
  /** Present for a step forward where the release gate is asked. */
  gate?: ChangeGate;
  /** Present for an undo that no longer fits: somebody changed the route since. */
  conflict?: { reason: string; diffSince: string };
}

/** One page of the history, latest first. @public */
export interface ChangePage {
  items: RouteChange[];
  nextCursor?: string;
}

/** One line of the list of routes. @public */
export interface RouteSummary {
  entityRef: string;
  title: string;
  owner?: string;
  wanted?: WantedRoute;
  wantedUnavailable?: Unavailable;
  measured?: MeasuredShares;
}
