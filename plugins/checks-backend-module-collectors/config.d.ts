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
  };
}
