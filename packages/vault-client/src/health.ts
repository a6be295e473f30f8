/** Whether a server can be used now. */
export type VaultHealthState = 'ready' | 'sealed' | 'standby' | 'away';

/** What a server says of itself. */
export interface VaultHealth {
  state: VaultHealthState;
  /** Absent while it is away. */
  version?: string;
  /** Absent while it is away. */
  product?: 'openbao' | 'vault';
  /** What the server can do that not every one can. */
  features: {
    /** A policy ends by itself (OpenBao). */
    policyTtl: boolean;
    /** A write waits for somebody else to authorise it (OpenBao from 2.7 on, Vault Enterprise). */
    controlGroups: boolean;
  };
}

/** What is known of a server that does not answer. */
export const AWAY: VaultHealth = {
  state: 'away',
  features: { policyTtl: false, controlGroups: false },
};

/** The first versions of OpenBao with each feature. */
const OPENBAO_POLICY_TTL = [2, 3];
const OPENBAO_CONTROL_GROUPS = [2, 7];

/**
 * Reads the answer of `sys/health`.
 *
 * A node on standby (429) or a performance standby (473) forwards what it is asked, so it is as good as the active one while
 * there is one; the secondary of disaster recovery (472) serves nothing until it is promoted.
 *
 * @param hasLeader - what `sys/leader` says of the cluster; only looked at for a node on standby
 */
export function readHealth(
  status: number,
  body: Record<string, unknown>,
  hasLeader: boolean,
): VaultHealth {
  const state = stateOf(status, hasLeader);
  if (!state || typeof body.version !== 'string') {
    return AWAY;
  }
  // Only Vault says whether it is the enterprise edition.
  const product = 'enterprise' in body ? 'vault' : 'openbao';
  return {
    state,
    version: body.version,
    product,
    features: {
      policyTtl:
        product === 'openbao' && isAtLeast(body.version, OPENBAO_POLICY_TTL),
      controlGroups:
        product === 'openbao'
          ? isAtLeast(body.version, OPENBAO_CONTROL_GROUPS)
          : body.enterprise === true,
    },
  };
}

function stateOf(
  status: number,
  hasLeader: boolean,
): VaultHealthState | undefined {
  switch (status) {
    case 200:
      return 'ready';
    case 429:
    case 473:
      return hasLeader ? 'ready' : 'standby';
    case 472:
      return 'standby';
    // Not initialised: nobody can unseal it yet, and it serves as little as one that is sealed.
    case 501:
    case 503:
      return 'sealed';
    default:
      return undefined;
  }
}

function isAtLeast(version: string, [major, minor]: number[]): boolean {
  const [a, b] = version.replace(/^v/, '').split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
