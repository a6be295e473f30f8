export interface Config {
  scorecards?: {
    /**
     * Addresses of the files that define scorecards, with patterns, as the URL reader finds them. Default: none, so that
     * there are no scorecards.
     */
    definitions?: string[];
    sync?: {
      /** How often definitions are read and entities are taken over from the catalog, in seconds. Default 60. */
      intervalSeconds?: number;
    };
    grading?: {
      /** How often grades are worked out from the results of checks, in seconds. Default 20. */
      intervalSeconds?: number;
    };
    history?: {
      /** Days for which past grades are kept. Default 400. */
      retentionDays?: number;
    };
    waivers?: {
      /**
       * Who decides about waivers: `engine`, the approvals plugin by its policy for `scorecard-waiver`; `permission`, whoever
       * has `scorecards.waiver.decide`. Default `permission`.
       */
      approvals?: 'engine' | 'permission';
    };
  };
}
