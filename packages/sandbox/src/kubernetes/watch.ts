import { setTimeout as sleep } from 'node:timers/promises';
import { type KubernetesClient, KubernetesError } from './client.ts';
import type { KubernetesList, ObjectMeta, WatchEvent } from './types.ts';

/** Options of {@link watchResource}. */
export interface WatchOptions<T> {
  client: KubernetesClient;
  /** Path of the collection, for example `/api/v1/pods`. */
  path: string;
  query?: Record<string, string>;
  /** Called with everything there is, at first and after each gap in the watch. */
  onList(items: T[]): void;
  onChange(object: T): void;
  onDelete(object: T): void;
  /** Told of each broken connection; the watch goes on by itself. */
  onError(error: unknown): void;
  signal: AbortSignal;
}

/** Lists and then follows a collection until the signal ends it. */
export async function watchResource<T extends { metadata: ObjectMeta }>(
  options: WatchOptions<T>,
): Promise<void> {
  let resourceVersion: string | undefined;
  while (!options.signal.aborted) {
    try {
      if (resourceVersion === undefined) {
        const list: KubernetesList<T> = await options.client.json(
          options.path,
          { query: options.query, signal: options.signal },
        );
        options.onList(list.items ?? []);
        resourceVersion = list.metadata.resourceVersion;
      }
      resourceVersion = await follow(options, resourceVersion);
    } catch (error) {
      if (options.signal.aborted) {
        return;
      }
      // 410 Gone: the version is compacted, only a new list helps. For all else a new list is safe too.
      resourceVersion = undefined;
      if (!(error instanceof KubernetesError && error.status === 410)) {
        options.onError(error);
        await sleep(500, undefined, { signal: options.signal }).catch(() => {});
      }
    }
  }
}

async function follow<T extends { metadata: ObjectMeta }>(
  options: WatchOptions<T>,
  from: string,
): Promise<string> {
  let version = from;
  const answer = await options.client.raw(options.path, {
    query: {
      ...options.query,
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion: from,
      timeoutSeconds: 600,
    },
    signal: options.signal,
  });
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of answer.body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event: WatchEvent<T> = JSON.parse(line);
      if (event.type === 'ERROR') {
        const status = event.object as unknown as { code?: number };
        throw new KubernetesError(
          `watch ${options.path}`,
          status.code ?? 500,
          JSON.stringify(event.object),
        );
      }
      version = event.object.metadata.resourceVersion ?? version;
      if (event.type === 'DELETED') {
        options.onDelete(event.object);
      } else if (event.type !== 'BOOKMARK') {
        options.onChange(event.object);
      }
    }
  }
  return version;
}
