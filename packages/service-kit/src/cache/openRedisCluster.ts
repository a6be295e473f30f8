import { Cluster, type ClusterOptions } from 'ioredis';

/** Options of {@link openRedisCluster}. */
export interface OpenRedisClusterOptions {
  /** `host:port` of some nodes. */
  nodes: readonly string[];
  password?: string;
  tls: boolean;
  /** Longest wait for one command, in milliseconds; default: none here. */
  commandTimeoutMs?: number;
  scripts?: ClusterOptions['scripts'];
}

/** Begins to connect; never fails. A command that cannot be sent now fails now. Listen to its `error`, or it ends the process. */
export function openRedisCluster(options: OpenRedisClusterOptions): Cluster {
  const startup = options.nodes.map(node => {
    const at = node.lastIndexOf(':');
    return { host: node.slice(0, at), port: Number(node.slice(at + 1)) };
  });
  return new Cluster(startup, {
    enableOfflineQueue: false,
    clusterRetryStrategy: times => Math.min(100 * times, 2000),
    slotsRefreshTimeout: 1000,
    maxRedirections: 4,
    retryDelayOnFailover: 50,
    scripts: options.scripts,
    redisOptions: {
      password: options.password,
      tls: options.tls ? {} : undefined,
      connectTimeout: 1000,
      maxRetriesPerRequest: 1,
      commandTimeout: options.commandTimeoutMs,
    },
  });
}
