export interface Config {
  traffic?: {
    /** How each cluster of `shopfloor.clusters` is written to. */
    clusters: Array<{
      /** Name of one of `shopfloor.clusters`. */
      name: string;
      /**
       * Bearer token of the account that may impersonate people and their listed groups, and nothing else.
       * @visibility secret
       */
      token: string;
      /**
       * Address of istiod's monitoring port, whose `/debug/syncz` tells which proxies acknowledged a change. Absent: a
       * change ends as applied, and nothing is said about the proxies.
       */
      istiodUrl?: string;
    }>;
    /** Environments whose routes may be changed; one that is not listed is read-only. */
    environments: Array<{
      /** Name of one of `shopfloor.environments`. */
      name: string;
      /** Only members of these groups (entity refs) may change routes here; absent: everybody with the permission. */
      groups?: string[];
      /**
       * A step that sends more than so many percentage points of the requests to a newer version asks through the approvals
       * plugin (type `traffic-change`) and is made once it is granted. 0 to 100, or `never`. Going back never asks. Default
       * 20 in an environment of `shopfloor.environments` that is marked `production`, `never` in others.
       */
      approvalAbovePercent?: number | 'never';
      /**
       * Whether a step forward asks the release gate of the SLOs, and what becomes of the step when the gate says `freeze`, or
       * nobody can tell (`unknown`, also when the gate does not answer): `refuse`, `ask` through approvals, or `tell`, which
       * says so and makes the step. Going back and undo never ask. Default in an environment marked `production`: `ask`, `ask`
       * and 5; `never` in others.
       */
      releaseGate?:
        | 'never'
        | {
            freeze?: 'refuse' | 'ask' | 'tell';
            unknown?: 'refuse' | 'ask' | 'tell';
            /** Percentage points; larger steps are advised against while the gate says `slow-down`. Default 5. */
            advisedStepPercent?: number;
          };
    }>;
    /**
     * Field managers of deployments that leave a route alone once somebody else manages it, as `shopfloor-deploy` does. From
     * these a route passes to the portal with the first change; from any other manager it has to be taken over explicitly.
     * Default: none.
     */
    yieldingManagers?: string[];
    impersonation: {
      /**
       * Names of the catalog groups that Kubernetes knows as `shopfloor:<name>`. A person's other groups are never sent.
       */
      groups: string[];
    };
  };
}
