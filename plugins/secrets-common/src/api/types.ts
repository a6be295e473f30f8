import { LocalizedText } from '@shopfloor/plugin-approvals-common';
import {
  GrantRequest,
  GrantState,
  GrantSummary,
  SecretReference,
} from '../grant/types';
import { SecretDeclaration, SecretKind } from '../secret';

/** How Vault does. Only `ready` serves requests; everything waits for it. */
export const VAULT_STATUSES = [
  'ready',
  'sealed',
  'standby',
  'away',
  'not-connected',
] as const;

/** One of {@link VAULT_STATUSES}. */
export type VaultStatus = (typeof VAULT_STATUSES)[number];

/** How Vault does, for an environment. */
export interface VaultHealth {
  status: VaultStatus;
  /** ISO 8601. */
  observedAt: string;
  /** Absent while it is not known. */
  product?: 'openbao' | 'vault';
  version?: string;
  /** Absent while they are not known. */
  features?: {
    /** Whether a policy ends by itself; else the portal ends it. */
    policyTtl: boolean;
    controlGroups: boolean;
  };
  /** Of Vault's own interface. */
  uiUrl?: string;
  /** What went wrong, in words; nothing secret. */
  words?: string;
}

/** Paths that are looked at of one service; more are left out. */
export const MOST_PATHS = 200;

/** A path below the prefix of a service, without any value. */
export interface SecretMetadata {
  /** Relative to the prefix of the service. */
  path: string;
  /** Of the value that is current; 0 when there is none. */
  currentVersion: number;
  /** ISO 8601. */
  createdAt: string;
  updatedAt: string;
  versions: Array<{
    version: number;
    createdAt: string;
    deletedAt?: string;
    destroyed: boolean;
  }>;
}

/** An environment in which secrets can be asked for. */
export interface SecretsEnvironment {
  name: string;
  title: string;
  production: boolean;
  vault: VaultHealth;
  /** Whether what is not declared may be asked for without a control group, by an explicit decision of the operator. */
  freeForm: boolean;
  /** Kubernetes namespace of the service accounts. */
  namespace: string;
}

/** A declared secret in an environment. */
export interface DeclaredSecret {
  declaration: SecretDeclaration;
  /** Name, role or key as a request has it. */
  reference: SecretReference;
  /** In seconds. */
  longestGrantSeconds: number;
  /** Vault's own interface at the exact path; absent when it is not known. */
  link?: string;
  /** Of `kv`; absent when there is no value, or it is not known. */
  metadata?: SecretMetadata;
  /** When the value should be another one, ISO 8601; absent when there is no such rule, or it is not known. */
  rotationDueAt?: string;
}

/** What is wrong in a `secrets.yaml`. */
export interface DeclarationProblem {
  file: string;
  line?: number;
  column?: number;
  /** For example `secrets[0].path`. */
  field: string;
  message: string;
}

/** Declared secrets of a service, for who may ask for them. */
export interface AskableSecrets {
  /** Entity ref of the service that owns them. */
  owner: string;
  title: string;
  secrets: DeclaredSecret[];
}

/** The secrets of a service in an environment: those it owns, those it may ask for, and grants of both. */
export interface EntitySecrets {
  entityRef: string;
  environment: string;
  vault: VaultHealth;
  /** Address of the declarations, when there are any. */
  file?: string;
  declared: DeclaredSecret[];
  problems: DeclarationProblem[];
  /**
   * Of KV, below the prefix of the service, at most {@link MOST_PATHS}; absent when Vault does not answer, or the reader does not own
   * the service.
   */
  paths?: SecretMetadata[];
  /** Of others, for which this service is named as a reader. */
  ofOthers: AskableSecrets[];
  /** Held by the service. At most 200, those in force first. */
  held: GrantSummary[];
  /** On its secrets. At most 200, those in force first. */
  given: GrantSummary[];
  /** Whether the reader may ask for the service. */
  mayAsk: boolean;
  /** Why not, in words. */
  whyNot?: LocalizedText;
  /** Whether the reader may ask for himself, for at most eight hours. */
  mayAskForSelf: boolean;
}

/** What a list of grants is narrowed by; all must match. */
export interface ListGrantsOptions {
  /** Entity ref of the service that holds them. */
  service?: string;
  /** Entity ref of the service that owns the secret. */
  owner?: string;
  environment?: string;
  state?: GrantState[];
  subject?: 'service-account' | 'person';
  /** ISO 8601. */
  expiresBefore?: string;
  /** Part of a name. */
  text?: string;
  /** Default 25, at most 100. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
}

/** A page of grants, newest first. Counts are of what the reader may see. */
export interface GrantList {
  items: GrantSummary[];
  totalItems: number;
  /** How many are in each state, whatever the filter on states. */
  counts: Partial<Record<GrantState, number>>;
  /** Absent on the last page. */
  nextCursor?: string;
}

/** More time for a grant. */
export interface RenewInput {
  id: string;
  reason: string;
  durationSeconds: number;
}

/** Why a value should be another one. */
export const ROTATION_CAUSES = ['revoked', 'expired', 'schedule'] as const;

/** One of {@link ROTATION_CAUSES}. */
export type RotationCause = (typeof ROTATION_CAUSES)[number];

/** A value that should be another one, since somebody has it who should not any more, or it is old. */
export interface RotationTask {
  id: string;
  environment: string;
  /** Entity ref of the service that owns the secret. */
  owner: string;
  secret: SecretReference;
  cause: RotationCause;
  /** The grant by which it was read. */
  grantId?: string;
  openedAt: string;
  dueAt: string;
  state: 'open' | 'done';
  doneAt?: string;
  doneBy?: string;
  comment?: string;
  /** Version that was current when it was opened; the task is over by itself when there is a newer one. */
  versionAtOpening?: number;
  /** Vault's own interface at the exact path. */
  link?: string;
  /** Whether the reader may say that it is done. */
  mayFinish: boolean;
}

/** What a list of rotations is narrowed by. */
export interface ListRotationsOptions {
  owner?: string;
  environment?: string;
  /** Default `open`. */
  state?: 'open' | 'done';
  /** Default 25, at most 100. */
  limit?: number;
  cursor?: string;
}

/** A page of rotations, the longest due first. */
export interface RotationList {
  items: RotationTask[];
  totalItems: number;
  nextCursor?: string;
}

/** What a review says of a grant. */
export type ReviewVerdict = 'keep' | 'revoke';

/** A grant under review. */
export interface ReviewItem {
  grant: GrantSummary;
  /** Absent while nobody has decided. */
  verdict?: ReviewVerdict;
  decidedBy?: string;
  decidedAt?: string;
  comment?: string;
  /** Whether the reader may decide about it. */
  mayDecide: boolean;
}

/** A campaign in which owners say of each grant whether it is still needed. */
export interface ReviewCampaign {
  id: string;
  title: string;
  environment?: string;
  /** Entity ref; the campaign is of grants on its secrets. */
  owner?: string;
  dueAt: string;
  createdBy: string;
  createdAt: string;
  /** Once everything is decided, or it was due: what was not decided by then is shown as such. */
  closedAt?: string;
  /** Of what the reader may see. */
  counts: { total: number; keep: number; revoke: number; undecided: number };
  /** Only of one campaign, at most 500. */
  items?: ReviewItem[];
}

/** A campaign that is to be opened, of the grants in force then. */
export interface OpenReviewInput {
  title: string;
  environment?: string;
  owner?: string;
  /** ISO 8601, in the future. */
  dueAt: string;
}

/** What somebody decides about a grant under review. */
export interface ReviewDecisionInput {
  id: string;
  grantId: string;
  verdict: ReviewVerdict;
  /** Needed to revoke. */
  comment?: string;
}

/** Campaigns, newest first, at most 100. */
export interface ReviewList {
  items: ReviewCampaign[];
  mayManage: boolean;
}

/** Which secret a link or a question is about. */
export interface SecretAddress {
  environment: string;
  /** Entity ref. */
  owner: string;
  kind: SecretKind;
  path: string;
}

/** What is asked, with the hash of what was shown, so that nothing else is asked for. */
export interface AskInput {
  request: GrantRequest;
  /** Of the preview. */
  contentHash: string;
}
