import {
  GrantPlan,
  Proof,
  Reader,
  SecretKind,
  SecretMetadata,
  VaultHealth,
  VaultState,
} from '@shopfloor/plugin-secrets-common';

/** What applying a plan came to. */
export type ApplyResult =
  /** Policy and role are there and were read back. */
  | { state: 'applied' }
  /** An approver has to authorise `text` at Vault; applying again goes on from there. */
  | { state: 'waiting-authorisation'; accessor: string; text: string }
  /** What Vault has is neither the base nor the plan. */
  | { state: 'base-changed'; found: VaultState };

/** What a renewal came to. */
export type RenewResult =
  /** The policy lasts until then, and was read back. */
  | { state: 'renewed' }
  /** An approver has to authorise `text` at Vault; renewing again goes on from there. */
  | { state: 'waiting-authorisation'; accessor: string; text: string }
  /** Nobody authorised it, and nothing was asked for. */
  | { state: 'not-authorised' };

/** Where leases of a grant come from, and whether that is there. */
export interface LeaseSource {
  /** Path of the role of the database engine in Vault. */
  path: string;
  /** `unknown`: the portal may not look. */
  found: 'there' | 'gone' | 'unknown';
}

/**
 * Does to Vault and the cluster what a plan says. No method takes or answers a value of a secret. Each may be called again after a
 * process died anywhere inside, and then finishes what was begun.
 *
 * While Vault is sealed, standby or away they throw a ServiceUnavailableError, whose `code` is `vault-sealed`, `vault-standby`,
 * `vault-away` or `vault-not-connected` when that is known: ask again later. A refusal of the server is a NotAllowedError
 * with its words.
 */
export interface GrantEngine {
  /** How Vault does; never throws. As old as a few seconds. */
  health(environment: string): Promise<VaultHealth>;
  /** What the server has of a plan. */
  read(plan: GrantPlan): Promise<VaultState>;
  /** The role that gives out the leases of a plan; `undefined` when what the plan allows is not leased by a role. */
  leaseSource(plan: GrantPlan): Promise<LeaseSource | undefined>;
  /** Whether the portal's token may write exactly this. Of the tier `control-group`: whether it may ask to. */
  pinned(plan: GrantPlan): Promise<boolean>;
  /**
   * Writes policy and role, and reads them back.
   *
   * @param options - `base`: what the server had when it was decided; with something else there than that or the plan, nothing is written
   */
  apply(plan: GrantPlan, options: { base: VaultState }): Promise<ApplyResult>;
  /** Has a Job under the service account ask what it may. Only of service accounts. */
  prove(
    plan: GrantPlan,
    options: { after: 'apply' | 'revoke' },
  ): Promise<Proof>;
  /**
   * Gives the policy that many seconds from now on. Of the tier `control-group` an approver authorises the new end at Vault by an own
   * login, like the grant itself; the access stays as it is meanwhile.
   *
   * @param options - `mayAsk`: whether an authorisation is asked for, default true; else only what was authorised is written
   */
  renew(
    plan: GrantPlan,
    options: { ttlSeconds: number; mayAsk?: boolean },
  ): Promise<RenewResult>;
  /** Removes policy, role and leases, in this order, and reads back that they are gone; answers what was done. */
  revoke(plan: GrantPlan): Promise<{ steps: string[] }>;
  /** Paths of KV below the prefix of a service, never values. */
  metadata(options: {
    environment: string;
    /** Entity ref of the service. */
    owner: string;
  }): Promise<SecretMetadata[]>;
  /** Policies that can read a path, and the roles that hand them out. */
  readers(options: {
    environment: string;
    /** Entity ref of the service that owns the secret. */
    owner: string;
    kind: SecretKind;
    /** As a request has it. */
    path: string;
  }): Promise<Reader[]>;
}
