export interface Config {
  secrets?: {
    /** The Vault or OpenBao server; without it everything waits. Read by the engine. */
    vault?: {
      /** Address without a slash at the end. */
      address: string;
      /** Address of its own interface as browsers reach it. Default: `address`. */
      uiUrl?: string;
      /** Address as pods reach it, for manifests. Default: `address`. */
      podAddress?: string;
      /** Namespace of Vault Enterprise or OpenBao. */
      namespace?: string;
      /** How the secrets backend signs in; one of them. */
      auth?: {
        appRole?: {
          /** Default `approle`. */
          mount?: string;
          /** File with the id of the role. */
          roleIdFile: string;
          /** File with the secret id. */
          secretIdFile: string;
        };
        kubernetes?: {
          /** Default `kubernetes-portal`. */
          mount?: string;
          role: string;
          /** File with the token of the service account. */
          tokenFile: string;
        };
      };
    };
    /** Environments in which secrets can be asked for; each is one of `shopfloor.environments`. */
    environments?: Array<{
      name: string;
      /** Default: `shopfloor.environments[].vault.mount`, else the name. */
      kvMount?: string;
      /** Default `database-<name>`. */
      databaseMount?: string;
      /** Default `pki-<name>`. */
      pkiMount?: string;
      /** Default `transit-<name>`. */
      transitMount?: string;
      /** Default `kubernetes-<name>`. */
      kubernetesMount?: string;
      /** Default `oidc`. */
      oidcMount?: string;
      /**
       * Whether the portal may write policies for what nobody declared where the server has no control groups. Default false. What
       * a portal in wrong hands could reach then is in docs/reference/secrets.md.
       */
      freeForm?: boolean;
    }>;
    /** How the secrets backend reaches clusters, to run the Job that proves a grant. */
    clusters?: Array<{
      /** One of `shopfloor.clusters`. */
      name: string;
      /** @visibility secret */
      token: string;
    }>;
    proof?: {
      /** Image of the Job. */
      image?: string;
      /** Default 60. */
      timeoutSeconds?: number;
    };
    /** How often the worker looks for grants to move on, in seconds. Default 2. */
    workSeconds?: number;
    /** How often grants are compared with what Vault has, in seconds. Default 60. */
    driftSeconds?: number;
    /** How long an owner may differ, or an entity be gone, before grants end, in seconds. Default 300. */
    graceSeconds?: number;
  };
}
