export interface Config {
  checks?: {
    /**
     * The accounts with which clusters are read, one for each cluster of `shopfloor.clusters` that is to be checked. An account
     * needs to list deployments, budgets, autoscalers and the objects of Istio, and nothing else. A cluster without one is not
     * read, and what depends on it is unknown.
     */
    clusters?: Array<{
      /** Name of the cluster in `shopfloor.clusters`. */
      name: string;
      /**
       * Bearer token.
       *
       * @visibility secret
       */
      token: string;
    }>;
    /**
     * Where traces are kept, one for each environment. What depends on traces of an environment without one is unknown.
     */
    traces?: Array<{
      /** Name in `shopfloor.environments`. */
      environment: string;
      /** Whose query API it speaks: Grafana Tempo's `/api/search`, or Jaeger's `/api/v3`. */
      kind: 'tempo' | 'jaeger';
      url: string;
      /**
       * Bearer token. Default: none.
       *
       * @visibility secret
       */
      token?: string;
    }>;
    /**
     * The Vault or OpenBao of each environment, for the times of leases. No value is ever read. The token needs `list` and `sudo`
     * on `sys/leases/lookup/<prefix>/*` and `update` on `sys/leases/lookup`, and nothing else.
     */
    vault?: Array<{
      /** Name in `shopfloor.environments`. */
      environment: string;
      url: string;
      /** @visibility secret */
      token?: string;
      /** A file that holds the token instead, for example of an agent that renews it. It is read at each look. */
      tokenFile?: string;
      /** Namespace of Vault. Default: none. */
      namespace?: string;
      /** Prefixes of leases, with `{service}` for the service. Default: `database/creds/{service}`. */
      leasePrefixes?: string[];
    }>;
  };
}
