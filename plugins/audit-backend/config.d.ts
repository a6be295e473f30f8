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
    /**
     * Where the heads of the audit trail are anchored. Without it the trail is chained, and its end could be cut off unseen.
     */
    anchors?: {
      /** Folder for the anchors, one that whoever writes to the database cannot write to. */
      directory: string;
      /**
       * Ed25519 key that signs them: base64 of PKCS #8 DER.
       *
       * @visibility secret
       */
      signingKey: string;
      /** Public keys that signed before: base64 of SPKI DER. */
      formerPublicKeys?: string[];
      /** How often heads are anchored, in seconds. Default 60. */
      intervalSeconds?: number;
    };
    /** When entries of the audit trail leave the database for sealed archives. Default: never. */
    retention?: {
      /** Entries that are older, in days; 1 or more. Needs `directory` and `audit.anchors`. Default: they are kept for ever. */
      days?: number;
      /** Folder for the archives, best on storage that forbids changing what is there. */
      directory?: string;
    };
    discovery?: {
      /** How often the catalog's entities are read, in seconds. Default 60. */
      intervalSeconds?: number;
    };
  };
}
