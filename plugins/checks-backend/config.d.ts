export interface Config {
  checks?: {
    definitions?: {
      /**
       * Addresses of the files that define checks, with patterns, for example
       * `https://git.example.com/platform/tree/main/scorecards/checks/*.yaml`. Default: none, so that nothing is checked.
       */
      locations?: string[];
      /** How often they are read, in seconds. Default 60. */
      intervalSeconds?: number;
    };
    discovery?: {
      /** How often entities are looked for in the catalog, in seconds. Default 30. */
      intervalSeconds?: number;
    };
    collection?: {
      /** How often an instance of the portal looks for what is due, in seconds. Default 2. */
      intervalSeconds?: number;
      /** How many entities an instance looks at at once, over all collectors. Default 8. */
      maxConcurrency?: number;
      /** How long one look at one entity may take, in seconds. Default 30. */
      deadlineSeconds?: number;
    };
    /**
     * Pipelines that upload reports and have entities looked at with a token of `backend.auth.externalAccess`. Default: none.
     * Each token needs `accessRestrictions` to the plugin `checks` and to `checks.report.upload` or `checks.run.create`.
     */
    pipelines?: Array<{
      /** Subject of the token with `external:` before it, for example `external:ci-orders`. */
      subject: string;
      /** Entity refs that it speaks for, or `*` for every entity. */
      entities: string[];
    }>;
    history?: {
      /** Days for which past results and replaced evidence are kept. Default 180. */
      retentionDays?: number;
    };
  };
}
