import { Config } from '@backstage/config';
import { SourceUnavailableError } from '@shopfloor/plugin-checks-node';
import { Environment } from '@shopfloor/plugin-environments-common';
import { kubernetesRequest } from '@shopfloor/plugin-environments-node';
import { EvidenceReference } from '@shopfloor/plugin-checks-common';

/** A Kubernetes object, as far as its metadata goes. */
export interface KubernetesObject {
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
  };
  spec?: any;
  status?: any;
}

/** Reads objects of the configured clusters with the checks' own account, which may only read. */
export class ClusterReader {
  readonly #tokens: Map<string, string>;

  /** Reads `checks.clusters`. */
  static fromConfig(config: Config): ClusterReader {
    const clusters = config.getOptionalConfigArray('checks.clusters') ?? [];
    return new ClusterReader(
      new Map(
        clusters.map(cluster => [
          cluster.getString('name'),
          cluster.getString('token'),
        ]),
      ),
    );
  }

  private constructor(tokens: Map<string, string>) {
    this.#tokens = tokens;
  }

  /** The environments whose cluster there is an account for. */
  reachable(environments: Environment[]): Environment[] {
    return environments.filter(({ cluster }) => this.#tokens.has(cluster.name));
  }

  /** The clusters that these environments are in and that can be read, as sources of evidence. */
  sourcesOf(environments: Environment[]): string[] {
    return [...new Set(this.reachable(environments).map(clusterSource))].sort();
  }

  /**
   * Lists objects by label.
   *
   * @param path - for example `/apis/apps/v1/namespaces/production/deployments`
   * @returns undefined when the cluster does not have this kind of object
   * @throws SourceUnavailableError when the cluster does not answer
   */
  async list(options: {
    environment: Environment;
    path: string;
    labelSelector?: string;
    signal: AbortSignal;
  }): Promise<KubernetesObject[] | undefined> {
    const { environment, path, labelSelector, signal } = options;
    const { cluster } = environment;
    try {
      const { items } = await kubernetesRequest<{ items: KubernetesObject[] }>({
        cluster,
        token: this.#tokens.get(cluster.name)!,
        path,
        query: { labelSelector, limit: 500 },
        signal,
      });
      return items;
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'NotFoundError') {
        return undefined;
      }
      if (name === 'ServiceUnavailableError') {
        throw new SourceUnavailableError(clusterSource(environment), message, {
          cause: error,
        });
      }
      throw error;
    }
  }
}

/** Name of a cluster as a source. */
function clusterSource({ cluster }: Environment): string {
  return `kubernetes:${cluster.name}`;
}

/** A reference to an object. */
export function objectReference(
  kind: string,
  { metadata }: KubernetesObject,
): EvidenceReference {
  return {
    kind: 'object',
    target: `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`,
    ...(metadata.uid && { uid: metadata.uid }),
    ...(metadata.resourceVersion && {
      resourceVersion: metadata.resourceVersion,
    }),
  };
}
