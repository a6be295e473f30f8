export interface Config {
  approvals?: {
    /**
     * Addresses of the files that define policies, with patterns, as the URL reader finds them. Default: none, so that
     * nobody can ask for anything.
     */
    policies?: string[];
    sync?: {
      /** How often policies are read, in seconds. Default 60. */
      intervalSeconds?: number;
    };
    clock?: {
      /** How often expiry, escalation and reminders are looked at, in seconds. Default 15. */
      intervalSeconds?: number;
    };
    outcomes?: {
      /** Days for which outcomes are kept that their owner has acknowledged. Default 90. */
      retentionDays?: number;
    };
  };
}
