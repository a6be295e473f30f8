export interface Config {
  shopfloor?: {
    /** Kubernetes clusters. Credentials are configured by the plugins that use them. */
    clusters?: Array<{
      /** Stable id that environments refer to. */
      name: string;
      /** Address of the Kubernetes API. */
      url: string;
      /** Base64 of the PEM certificate authority; the system's roots when absent. */
      caData?: string;
    }>;
    /** Named sets of cluster, namespace and systems. Everything that acts names one. */
    environments?: Array<{
      /**
       * Stable id, used in URLs and rows.
       * @visibility frontend
       */
      name: string;
      /**
       * What people call it; default: the name.
       * @visibility frontend
       */
      title?: string;
      /**
       * Whether customers feel what happens here; default false.
       * @visibility frontend
       */
      production?: boolean;
      /** Name of one of `shopfloor.clusters`. */
      cluster: string;
      /** Namespace in that cluster; default: the environment's name. */
      namespace?: string;
      prometheus: {
        /** Address of Prometheus. */
        url: string;
        /** How often recording rules are evaluated, in seconds; default 60. */
        evaluationIntervalSeconds?: number;
      };
      vault?: {
        /** Mount of the key-value store of this environment. */
        mount: string;
      };
      gateway?: {
        /**
         * Where the environment's gateway answers.
         * @visibility frontend
         */
        url: string;
      };
    }>;
  };
}
