import { MOST_PATHS, SecretMetadata } from '@shopfloor/plugin-secrets-common';
import { limitConcurrency } from '@shopfloor/plugin-environments-node';
import { VaultClient } from '@shopfloor/vault-client';

const CONCURRENCY = 4;

interface KvMetadata {
  current_version: number;
  created_time: string;
  updated_time: string;
  versions: Record<
    string,
    { created_time: string; deletion_time: string; destroyed: boolean }
  >;
}

/**
 * The paths of KV version 2 below a prefix, with times and versions. It asks for metadata only, which is all that the portal may.
 *
 * @param options - `prefix`: the name of the service
 */
export async function readMetadata(options: {
  client: VaultClient;
  kvMount: string;
  prefix: string;
}): Promise<SecretMetadata[]> {
  const { client, kvMount, prefix } = options;
  const root = `${kvMount}/metadata/${prefix}`;
  const paths: string[] = [];
  const folders = [''];
  for (
    let folder = folders.shift();
    folder !== undefined && paths.length < MOST_PATHS;
    folder = folders.shift()
  ) {
    for (const key of await client.list(`${root}/${folder}`)) {
      if (key.endsWith('/')) {
        folders.push(`${folder}${key}`);
      } else {
        paths.push(`${folder}${key}`);
      }
    }
  }
  const limit = limitConcurrency(CONCURRENCY);
  const found = await Promise.all(
    paths
      .slice(0, MOST_PATHS)
      .sort()
      .map(path =>
        limit(async () => {
          const metadata = await client.read(`${root}/${path}`);
          // It may have been removed meanwhile.
          return metadata && asMetadata(path, metadata as KvMetadata);
        }),
      ),
  );
  return found.filter(each => each !== undefined);
}

function asMetadata(path: string, metadata: KvMetadata): SecretMetadata {
  return {
    path,
    currentVersion: metadata.current_version,
    createdAt: metadata.created_time,
    updatedAt: metadata.updated_time,
    versions: Object.entries(metadata.versions)
      .map(([version, each]) => ({
        version: Number(version),
        createdAt: each.created_time,
        ...(each.deletion_time && { deletedAt: each.deletion_time }),
        destroyed: each.destroyed,
      }))
      .sort((a, b) => a.version - b.version),
  };
}
