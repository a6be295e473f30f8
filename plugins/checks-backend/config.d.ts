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
    history?: {
      /** Days for which past results and replaced evidence are kept. Default 180. */
      retentionDays?: number;
    };
  };
}
