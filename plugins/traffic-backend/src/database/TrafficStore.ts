import {
  ChangeApproval,
  ChangeEffect,
  ChangeGate,
  ChangeOutcome,
  MeasuredShares,
  ObjectSnapshot,
  RouteChange,
  RouteModel,
  RouteManager,
  VirtualServiceSpec,
} from '@shopfloor/plugin-traffic-common';

export type RouteSnapshot = ObjectSnapshot<VirtualServiceSpec>;

/** A change with what it needs to be undone and judged. */
export interface StoredChange {
  change: RouteChange;
  before: RouteSnapshot;
  after: RouteSnapshot;
  requestHash: string;
  /** Of what is asked for, when the change asks, or asked, through approvals. */
  contentHash?: string;
  /** What the portal's permission was decided by when the change was asked for. */
  asker?: Asker;
}

/** What the policy decided by: it sees who asks, and the catalog who owns the entity. */
export interface Asker {
  /** Entity refs of the person and the groups. */
  claims: string[];
  /** Entity ref of the owner of the service. */
  owner?: string;
}

/** Why and for what a change asks through approvals. */
export interface ChangeAsks {
  /** The largest share that it sends forward, 0 to 1. */
  step: number;
  /** The limit that the step is above; absent when the release gate alone asks. */
  abovePercent?: number;
  /** What the release gate said; absent when it kept nothing back. */
  gate?: ChangeGate;
  contentHash: string;
  asker: Asker;
}

/** What is recorded before anything is written to a cluster. */
export interface ChangeIntent {
  id: string;
  entityRef: string;
  environment: string;
  virtualService: string;
  kind: RouteChange['kind'];
  undoOf?: string;
  person: string;
  impersonated: RouteChange['impersonated'];
  reason?: string;
  takenOverFrom: string[];
  idempotencyKey: string;
  requestHash: string;
  intentAt: Date;
  before: RouteSnapshot;
  after: RouteSnapshot;
  resourceVersionBefore: string;
  /** It waits for an approval instead of being under way. */
  asks?: ChangeAsks;
}

/** The route as a granted change finds it, and who its person is by now. */
export interface BeginRecord {
  at: Date;
  resourceVersionBefore: string;
  impersonated: RouteChange['impersonated'];
}

/** A change that never began. */
export interface CloseRecord {
  outcome: 'not-approved' | 'not-applied';
  at: Date;
  error: string;
  /** Whoever asked is told of it here; of decisions approvals tell. */
  announce: boolean;
}

export interface OutcomeRecord {
  outcome: Exclude<ChangeOutcome, 'pending' | 'waiting' | 'not-approved'>;
  outcomeAt: Date;
  error?: string;
  resourceVersionAfter?: string;
  /** What the server stored, when it is not exactly what was intended. */
  after?: RouteSnapshot;
}

/** The route as last seen. */
export interface KnownRoute {
  model: RouteModel;
  resourceVersion: string;
  managers: RouteManager[];
  namespace: string;
}

export interface LastKnown {
  route: KnownRoute;
  measured: MeasuredShares;
}

export interface LastKnownKey {
  environment: string;
  virtualService: string;
}

export interface ListStoredChangesOptions {
  entityRef: string;
  environment?: string;
  /** The last one of the page before. */
  after?: { intentAt: Date; id: string };
  limit: number;
}

/** Changes and last known states. */
export interface TrafficStore {
  /** Returns the earlier change when the person already used the key; `created` tells which. */
  recordIntent(
    intent: ChangeIntent,
  ): Promise<{ stored: StoredChange; created: boolean }>;
  /** Closes a pending change; returns false when another process closed it before. */
  recordOutcome(id: string, record: OutcomeRecord): Promise<boolean>;
  recordEffect(id: string, effect: ChangeEffect): Promise<void>;
  /** Adds to what is known of the approval. */
  noteApproval(id: string, approval: Partial<ChangeApproval>): Promise<void>;
  /** Turns a change that waits into one under way; false when it does not wait any more. */
  begin(id: string, record: BeginRecord): Promise<boolean>;
  /** Closes a change that waits; false when it does not wait any more. */
  close(id: string, record: CloseRecord): Promise<boolean>;
  /** Those that wait for an approval, oldest first, of one route or of all. */
  listWaiting(
    route?: Pick<RouteChange, 'entityRef' | 'environment'>,
  ): Promise<StoredChange[]>;
  getChange(id: string): Promise<StoredChange | undefined>;
  findByIdempotencyKey(
    person: string,
    idempotencyKey: string,
  ): Promise<StoredChange | undefined>;
  /** Latest first. */
  listChanges(options: ListStoredChangesOptions): Promise<StoredChange[]>;
  latestApplied(
    entityRef: string,
    environment: string,
  ): Promise<StoredChange | undefined>;
  /** Pending changes whose intent is older, oldest first. */
  listPending(olderThan: Date, limit: number): Promise<StoredChange[]>;
  /**
   * Changes of which the store of changes does not have the latest revision, oldest first. One that waits, or never began, is
   * no change yet.
   */
  listUntold(
    limit: number,
  ): Promise<Array<{ change: RouteChange; revision: number }>>;
  /** Notes that the store of changes has a revision; what came since stays untold. */
  markTold(id: string, revision: number): Promise<void>;

  getLastKnown<K extends keyof LastKnown>(
    key: LastKnownKey,
    kind: K,
  ): Promise<{ value: LastKnown[K]; observedAt: Date } | undefined>;
  putLastKnown<K extends keyof LastKnown>(
    key: LastKnownKey,
    kind: K,
    value: LastKnown[K],
    observedAt: Date,
  ): Promise<void>;
}
