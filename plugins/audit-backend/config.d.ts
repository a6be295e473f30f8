export interface Config {
  audit?: {
    /**
     * The accounts with which deployments are seen, one for each cluster of `shopfloor.clusters`. An account needs to list
     * deployments, and nothing else. In a cluster without one no deployments are seen.
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
    deployments?: {
      /** How often they are looked at, in seconds. Default 10. */
      intervalSeconds?: number;
    };
    discovery?: {
      /** How often the catalog's entities are read, in seconds. Default 60. */
      intervalSeconds?: number;
    };
  };
}
