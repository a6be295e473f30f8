/** Where Vault has what belongs to an environment. */
export interface EnvironmentMounts {
  /** Name of the environment. */
  environment: string;
  /** Mount of KV version 2. */
  kv: string;
  database: string;
  pki: string;
  transit: string;
  /** Mount of the auth method of service accounts. */
  kubernetes: string;
  /** Mount of the auth method of people. */
  oidc: string;
}

/**
 * The mounts of an environment by the names that they have unless configured.
 *
 * @param given - what is configured
 */
export function mountsOf(
  environment: string,
  given: Partial<Omit<EnvironmentMounts, 'environment'>> = {},
): EnvironmentMounts {
  return {
    environment,
    kv: given.kv ?? environment,
    database: given.database ?? `database-${environment}`,
    pki: given.pki ?? `pki-${environment}`,
    transit: given.transit ?? `transit-${environment}`,
    kubernetes: given.kubernetes ?? `kubernetes-${environment}`,
    oidc: given.oidc ?? 'oidc',
  };
}
