export interface Config {
  slo?: {
    /**
     * Folders whose files may be read for entities that were registered from the portal's own disk (`file:` locations).
     * Relative ones start at the working directory of the backend. Default: none, so that such definitions are refused.
     */
    fileRoots?: string[];
    discovery?: {
      /** How often definitions are looked for in the catalog and read, in seconds. Default 30. */
      intervalSeconds?: number;
    };
    evaluation?: {
      /** How often every SLO is evaluated, in seconds. Default 15. */
      intervalSeconds?: number;
      /** How many SLOs are evaluated at once. Default 4. */
      maxConcurrency?: number;
      /** How long one round of evaluation may take, in seconds. Default 60. */
      deadlineSeconds?: number;
      /** Age from which figures count as stale, in seconds. Default four times the interval of evaluation. */
      staleAfterSeconds?: number;
    };
    rules?: {
      /**
       * Folder into which rules for Prometheus are written, a file for each environment. Prometheus must read its
       * `*.rules.yaml` and run with `--web.enable-lifecycle`. Relative ones start at the working directory of the
       * backend. Without `rules` (and `operator`) none are written and no alert comes from the SLOs.
       */
      directory: string;
      /** How often rules are compared with the definitions, in seconds. Default 30. */
      intervalSeconds?: number;
    };
    /**
     * Address of the release policy, which URL readers of the portal can read; see docs/reference/slo.md. Default: none,
     * so that releases freeze without budget and slow down while it burns or less than a quarter is left.
     */
    releasePolicy?: string;
    /**
     * Alertmanager whose configuration the portal writes, so that alerts reach the owners of their SLOs by the mail address
     * that the catalog has of them. Default: none, so that routes are left to who runs it.
     */
    alertmanager?: {
      /** Its address; it is asked to read its configuration again. */
      url: string;
      /** The configuration without owners: receivers, `global.smtp_*`, own routes. */
      baseFile: string;
      /** The configuration that Alertmanager reads; written anew whenever an owner changes. */
      file: string;
    };
    /**
     * In place of `rules` and `alertmanager`, where a Prometheus Operator runs: objects of Kubernetes as files, which whoever
     * delivers to the cluster applies (GitOps, `kubectl apply`). Default: none.
     */
    operator?: {
      /**
       * Folder into which `slo-<environment>.prometheusrules.yaml` and `slo-owners.alertmanagerconfig.yaml` are written.
       * Relative ones start at the working directory of the backend.
       */
      directory: string;
      /** Namespace of the objects. */
      namespace: string;
      /** Labels by which `ruleSelector` and `alertmanagerConfigSelector` find them. Default: none. */
      labels?: { [key: string]: string };
      /** How often they are compared with the definitions, in seconds. Default 30. */
      intervalSeconds?: number;
    };
    history?: {
      /** Days for which points are kept, and definitions that vanished from the catalog. Default 40. */
      retentionDays?: number;
    };
  };
}
