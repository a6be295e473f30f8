import {
  DiffAffected,
  LocalizedText,
  SubjectDiff,
} from '@shopfloor/plugin-approvals-common';
import { BlastRadius } from '../api/blastRadius';
import { Access, Delivery, SecretKind } from '../secret';
import { GrantEvent } from './events';

/**
 * Who can switch the access on: the platform wrote out `pinned` ones beforehand, word by word; of `control-group` ones Vault
 * itself asks an approver.
 */
export type Tier = 'pinned' | 'control-group';

/** Every state of a grant. */
export const GRANT_STATES = [
  'requested',
  'denied',
  'withdrawn',
  'approved',
  'applying',
  'waiting-authorisation',
  'active',
  'expiring',
  'expired',
  'revoking',
  'revoked',
  'failed',
  'drifted',
] as const;

/** One of {@link GRANT_STATES}. */
export type GrantState = (typeof GRANT_STATES)[number];

/** States that nothing leads out of. */
export const FINAL_STATES: readonly GrantState[] = [
  'denied',
  'withdrawn',
  'expired',
  'revoked',
];

/** States in which the subject has the access, or may have it. */
export const LIVE_STATES: readonly GrantState[] = [
  'active',
  'expiring',
  'drifted',
];

/** Who granted what services had from the start; in the place of a person who asked. */
export const PLATFORM = 'platform:default/vault';

/** Who gets the access. */
export type GrantSubject =
  | {
      kind: 'service-account';
      /** Entity ref of the service. */
      entityRef: string;
      /** Of Kubernetes. */
      namespace: string;
      /** Of the service account. */
      name: string;
    }
  | {
      kind: 'person';
      /** Entity ref of who asks; nobody asks for somebody else. */
      userEntityRef: string;
      /** As the identity provider has it; what Vault binds the role to. */
      email: string;
    };

/** Which secret. */
export interface SecretReference {
  kind: SecretKind;
  /** Of `kv` relative to the prefix of the owner, else the name of the role or key. */
  path: string;
  /** Its name in `secrets.yaml`; absent when it is not declared. */
  declared?: string;
}

/** What somebody asks for. */
export interface GrantRequest {
  environment: string;
  subject: GrantSubject;
  /** Entity ref of the service that owns the secret. */
  owner: string;
  secret: SecretReference;
  access: Access[];
  /** Why, in the words of who asks. */
  reason: string;
  /** Counted from the approval. */
  durationSeconds: number;
  delivery: Delivery;
}

/** A path with what a policy lets one do there, as Vault names it. */
export interface CapabilityLine {
  path: string;
  capabilities: string[];
}

/** Whether a capability on a path is there, asked to prove a grant. */
export interface ProbeSpec {
  path: string;
  capability: string;
  expected: 'allow' | 'deny';
}

/** All that would be written to Vault, and nothing else. */
export interface GrantPlan {
  environment: string;
  tier: Tier;
  /** Name of the policy and of the role. Never used again. */
  name: string;
  policy: {
    name: string;
    text: string;
    /** After which the server ends it, where the server can. */
    ttlSeconds?: number;
  };
  role: {
    /** Mount of the auth method, for example `kubernetes-production`. */
    mount: string;
    name: string;
    /** As they are pinned: lists and numbers are strings. */
    parameters: Record<string, string>;
  };
  allows: CapabilityLine[];
  probes: ProbeSpec[];
}

/** What the server has of a plan. */
export interface VaultState {
  policy?: string;
  role?: Record<string, unknown>;
}

/** What a Job under the service account found; only allow or deny, never a value. */
export interface Proof {
  /** ISO 8601. */
  at: string;
  by: 'job';
  results: Array<ProbeSpec & { found: 'allow' | 'deny' }>;
  /** Whether everything was found as expected. */
  held: boolean;
  job?: { namespace: string; name: string; uid: string };
}

/** What a plan is better without. */
export const LINT_CODES = [
  'wildcard',
  'sudo',
  'list-on-parent',
  'overlap',
  'longer-than-class',
  'outside-prefix',
  'write-and-read',
] as const;

/** One of {@link LINT_CODES}. */
export type LintCode = (typeof LINT_CODES)[number];

/** One finding. With an error the request is refused. */
export interface LintFinding {
  code: LintCode;
  severity: 'error' | 'warning';
  words: LocalizedText;
}

/** Who else can read a path. */
export interface Reader {
  policy: string;
  /** Roles that hand out the policy: mount and name, and whom they are bound to in words. */
  roles: Array<{ mount: string; name: string; boundTo: string }>;
  capabilities: string[];
  /** The grant of the portal that it is, when it is one. */
  grant?: string;
}

/** Everything that is shown before one asks, and to who decides. */
export interface Preview {
  plan: GrantPlan;
  /** Absent parts are not there; `undefined` as a whole when Vault does not answer. */
  current?: VaultState;
  diff: SubjectDiff;
  newlyAllows: LocalizedText[];
  lint: LintFinding[];
  /** Absent when Vault does not answer. */
  readers?: Reader[];
  affected: DiffAffected[];
  /**
   * What is near in the catalog, as the reader may see it; absent when the catalog did not answer, which is not nobody. It is no part of
   * the hash.
   */
  blastRadius?: BlastRadius;
  /** `sha256:` and 64 hexadecimal digits over all that would be done. */
  contentHash: string;
  /** What the service's repository needs for the delivery. */
  manifests: Manifest[];
  /** Whether somebody has to authorise it at Vault, too. */
  needsAuthorisation: boolean;
  /** Whether asking is possible now, and if not, why. */
  mayAsk: boolean;
  /** What stands in the way or has to be waited for; codes as a grant has them. */
  notes: ReasonCode[];
}

/** A text for the repository of the service. */
export interface Manifest {
  /** For example `deploy/orders-database.externalsecret.yaml`. */
  name: string;
  text: string;
}

/** Why a grant is as it is, or waits; the pages have words for each. */
export const REASON_CODES = [
  /** Vault is sealed; it goes on when it is not. */
  'vault-sealed',
  'vault-standby',
  'vault-away',
  'vault-not-connected',
  /** The platform's pipeline has to run: it has not written out this number yet. */
  'no-pin',
  /** An approver has to authorise the text at Vault. */
  'needs-authorisation',
  /** The server has no control groups and the environment does not allow to go without. */
  'no-control-groups',
  /** What Vault had was changed after it was shown. */
  'base-changed',
  /** Vault refused the write. */
  'vault-refused',
  /** What was read back is not what was written. */
  'read-back-differs',
  /** The Job could not be run yet. */
  'not-proven',
  /** The Job found something else than was granted. */
  'proof-failed',
  'approvals-away',
  'approval-expired',
  'approval-superseded',
  /** The server does not end it by itself; the portal does. */
  'ended-by-portal',
  'revoked-by-person',
  'subject-deleted',
  'secret-deleted',
  'owner-changed',
  'review-revoked',
  'review-objected',
  'drift-accepted',
] as const;

/** One of {@link REASON_CODES}. */
export type ReasonCode = (typeof REASON_CODES)[number];

/** Parameters of a role that no plan sets, and that let more in when they are set; of the Kubernetes and OIDC auth methods. */
export const WIDENING_FIELDS = [
  'token_period',
  'period',
  'token_policies_template_claims',
  'bound_service_account_namespace_selector',
  'alias_name_source',
  'groups_claim',
  'bound_claims_type',
  'bound_audiences',
  'claim_mappings',
  'oauth2_metadata',
  'callback_mode',
  'oidc_disable_confirmation',
] as const;

/** One of {@link WIDENING_FIELDS}. */
export type WideningField = (typeof WIDENING_FIELDS)[number];

/** What was changed by hand; `lease`: the role of the database engine that gives leases out. */
export interface Drift {
  what: 'policy' | 'role' | 'lease';
  expected: string;
  /** `undefined` when it is gone. */
  found?: string;
  /** What a role has beyond its plan; absent when there is nothing, and of what was seen before it was looked for. */
  widened?: WideningField[];
  /** ISO 8601. */
  seenAt: string;
}

/** A renewal that is decided about, or about to be done. */
export interface Renewal {
  /** Number of the renewal, from 1. */
  number: number;
  state: 'asked' | 'approved';
  by: string;
  reason: string;
  durationSeconds: number;
  askedAt: string;
  contentHash: string;
  approvalRequestId?: string;
  /** Of the approval, from which the time counts. */
  approvedAt?: string;
}

/** A grant as its events make it. */
export interface GrantData {
  id: string;
  /** How many events made it. */
  version: number;
  /** Which access of which subject; its grants are numbered. */
  slot: string;
  number: number;
  request: GrantRequest;
  plan: GrantPlan;
  /** What Vault had when the approval was asked for. */
  base?: VaultState;
  contentHash: string;
  state: GrantState;
  reasonCodes: ReasonCode[];
  /** What the last failure said; nothing secret. */
  failure?: string;
  approvalRequestId?: string;
  /** Entity ref of a person, or {@link PLATFORM}. */
  requestedBy: string;
  /** ISO 8601, all of them. */
  requestedAt: string;
  approvedAt?: string;
  approvedBy?: string[];
  appliedAt?: string;
  activeSince?: string;
  /** From the approval on; absent before it, and of what the platform granted, which lasts until it is revoked. */
  expiresAt?: string;
  /** From when on it is `expiring`. */
  expiringAt?: string;
  endedAt?: string;
  lastProof?: Proof;
  drift?: Drift;
  /** How many were asked for. */
  renewals?: number;
  renewal?: Renewal;
  /** What waits at Vault for an approver: the grant, or a renewal of one that is in force. */
  authorisation?: { accessor: string };
  /** Who or what ended it. */
  endedBy?: string;
}

/** What the reader may do with a grant now. */
export interface GrantActs {
  renew: boolean;
  revoke: boolean;
  repair: boolean;
  accept: boolean;
  withdraw: boolean;
  prove: boolean;
  retry: boolean;
}

/** A grant as the API answers it. */
export interface Grant extends Omit<GrantData, 'authorisation' | 'version'> {
  /** What has to be authorised at Vault and where; of a grant in force it is its renewal. */
  authorisation?: { accessor: string; link: string };
  /** Path of the request for approval in the portal. */
  approvalLink?: string;
  /** Vault's own interface at the exact path; absent when it is not known. */
  link?: string;
  /** What it lets the subject do. */
  allows: LocalizedText[];
  manifests: Manifest[];
  /** Oldest first. */
  history: GrantEvent[];
  may: GrantActs;
}

/** A grant in a list. */
export interface GrantSummary {
  id: string;
  name: string;
  state: GrantState;
  reasonCodes: ReasonCode[];
  tier: Tier;
  environment: string;
  subject: GrantSubject;
  owner: string;
  secret: SecretReference;
  access: Access[];
  delivery: Delivery;
  requestedBy: string;
  requestedAt: string;
  approvedAt?: string;
  activeSince?: string;
  expiresAt?: string;
  endedAt?: string;
  /** When it was proven last, and whether that held. */
  provenAt?: string;
  proofHeld?: boolean;
  drift?: Drift['what'];
  approvalRequestId?: string;
}
