/**
 * A Kubernetes cluster as the portal reaches it. It carries no credentials: each plugin that talks to a cluster has its own.
 *
 * @public
 */
export interface Cluster {
  /** Stable id, quoted in configuration and messages. */
  name: string;
  /** Address of the Kubernetes API without a trailing slash. */
  url: string;
  /** Base64 of the PEM certificate authority; the system's roots when absent. */
  caData?: string;
}

/**
 * Where the metrics of an environment are asked for.
 *
 * @public
 */
export interface PrometheusSource {
  /** Address without a trailing slash. */
  url: string;
  /** How often recording rules are evaluated; a sum over samples times this is a count of events. */
  evaluationIntervalSeconds: number;
}

/**
 * The part of an environment that everybody may see, the browser included.
 *
 * @public
 */
export interface EnvironmentSummary {
  /** Stable id, used in URLs and rows. */
  name: string;
  /** What people call it. */
  title: string;
  /** Whether customers feel what happens here; marked in the interface, and policies may depend on it. */
  production: boolean;
  /** Where its gateway answers. */
  gateway?: { url: string };
}

/**
 * A named set of cluster, namespace and systems. Everything that acts names one.
 *
 * @public
 */
export interface Environment extends EnvironmentSummary {
  cluster: Cluster;
  namespace: string;
  prometheus: PrometheusSource;
  vault?: { mount: string };
}
