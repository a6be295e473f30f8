import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

/** How to reach and enter one cluster. */
export interface ClusterAccess {
  /** `https://host:port`, without a slash at the end. */
  url: string;
  /** PEM of the authority that signed the API server's certificate. */
  ca: string;
  /** Bearer token. */
  token: string;
}

/**
 * Reads the current context of a kubeconfig file.
 *
 * @throws when the context has no bearer token: the sandbox's own files always have one.
 */
export async function readKubeconfig(path: string): Promise<ClusterAccess> {
  const config = parse(await readFile(path, 'utf8'));
  const context = config.contexts?.find(
    (c: { name: string }) => c.name === config['current-context'],
  )?.context;
  const cluster = config.clusters?.find(
    (c: { name: string }) => c.name === context?.cluster,
  )?.cluster;
  const user = config.users?.find(
    (u: { name: string }) => u.name === context?.user,
  )?.user;
  if (!cluster?.server || !user?.token) {
    throw new Error(
      `${path}: the current context needs a server and a bearer token`,
    );
  }
  const ca = cluster['certificate-authority-data']
    ? Buffer.from(cluster['certificate-authority-data'], 'base64').toString()
    : await readFile(cluster['certificate-authority'], 'utf8');
  return { url: cluster.server.replace(/\/$/, ''), ca, token: user.token };
}
