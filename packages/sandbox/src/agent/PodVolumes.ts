import { mkdir, rm } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { writeFileAtomic } from '../config/files.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type {
  Container,
  DataObject,
  DataProjection,
  Pod,
  VolumeProjection,
} from '../kubernetes/types.ts';
import { ConfigMissingError } from './environment.ts';
import { mountedVolumes, rewritePaths, type Mount } from './mountPaths.ts';

/** Options of {@link PodVolumes}. */
export interface PodVolumesOptions {
  client: KubernetesClient;
  pod: Pod;
  /** The pod's folder. */
  directory: string;
  onTrouble(message: string): void;
}

interface TokenFile {
  path: string;
  audience: string | undefined;
  expirationSeconds: number;
  /** Milliseconds since 1970. */
  renewAt: number;
}

/** By the clock on the wall, so that a token is renewed soon after the machine has slept through its end. */
const renewLookMs = 15_000;
const defaultTokenSeconds = 3600;
/** Kubernetes renews a token when so much of its life is over. */
const renewAfterShare = 0.8;

/** The volumes of one pod: folders below its own, filled before a container starts. */
export class PodVolumes {
  readonly #options: PodVolumesOptions;
  readonly #tokens = new Map<string, TokenFile>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PodVolumesOptions) {
    this.#options = options;
  }

  /** Empties what the containers of the pod share: a pod that starts from the beginning finds it as new. */
  async reset(): Promise<void> {
    await rm(join(this.#directory, 'shared'), { recursive: true, force: true });
  }

  /**
   * Fills the volumes of a container with what the cluster holds now.
   *
   * @returns where they are
   * @throws ConfigMissingError when something that is not optional is missing
   */
  async prepare(container: Container): Promise<Mount[]> {
    const { pod } = this.#options;
    const mounted = mountedVolumes({
      pod,
      container,
      directory: this.#directory,
    });
    const mounts = mounted.map(({ mount }) => mount);
    for (const { volume, mount } of mounted) {
      await mkdir(mount.folder, { recursive: true, mode: 0o700 });
      const sources: VolumeProjection[] = [
        ...(volume.projected?.sources ?? []),
        ...(volume.configMap ? [{ configMap: volume.configMap }] : []),
        ...(volume.secret
          ? [{ secret: { ...volume.secret, name: volume.secret.secretName } }]
          : []),
      ];
      for (const source of sources) {
        await this.#project({ source, folder: mount.folder, mounts });
      }
    }
    return mounts;
  }

  /** Renews no tokens any more. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  get #directory(): string {
    return join(this.#options.directory, 'volumes');
  }

  async #project(options: {
    source: VolumeProjection;
    folder: string;
    mounts: Mount[];
  }): Promise<void> {
    const { source, folder, mounts } = options;
    if (source.serviceAccountToken) {
      const { audience, expirationSeconds, path } = source.serviceAccountToken;
      const file: TokenFile = {
        path: inside(folder, path),
        audience,
        expirationSeconds: expirationSeconds ?? defaultTokenSeconds,
        renewAt: 0,
      };
      await this.#writeToken(file);
      this.#tokens.set(file.path, file);
      this.#keepTokens();
    } else if (source.configMap) {
      const files = await this.#filesOf('configmap', source.configMap);
      for (const [path, content] of files) {
        const text = rewritePaths(content.toString('utf8'), mounts);
        write(inside(folder, path), text);
      }
    } else if (source.secret) {
      const files = await this.#filesOf('secret', source.secret);
      for (const [path, content] of files) {
        write(inside(folder, path), content.toString('utf8'));
      }
    } else {
      throw new ConfigMissingError(
        `projected volume: this node agent knows serviceAccountToken, configMap and secret only, not ${Object.keys(source)[0]}`,
      );
    }
  }

  async #filesOf(
    kind: 'configmap' | 'secret',
    projection: DataProjection,
  ): Promise<[path: string, content: Buffer][]> {
    const { client, pod } = this.#options;
    const { name, items, optional } = projection;
    const object = await client.get<DataObject>(
      `/api/v1/namespaces/${pod.metadata.namespace}/${kind}s/${name}`,
    );
    if (!object) {
      if (optional) return [];
      throw new ConfigMissingError(`${kind} "${name}" not found`);
    }
    const data = object.data ?? {};
    const wanted = items ?? Object.keys(data).map(key => ({ key, path: key }));
    return wanted.flatMap(({ key, path }) => {
      if (!Object.hasOwn(data, key)) {
        if (optional) return [];
        throw new ConfigMissingError(
          `couldn't find key ${key} in ${kind} ${pod.metadata.namespace}/${name}`,
        );
      }
      const encoding = kind === 'secret' ? 'base64' : 'utf8';
      return [[path, Buffer.from(data[key], encoding)] as [string, Buffer]];
    });
  }

  #keepTokens(): void {
    if (this.#timer || this.#closed) return;
    this.#timer = setInterval(() => {
      for (const file of this.#tokens.values()) {
        if (Date.now() < file.renewAt) continue;
        this.#writeToken(file).catch(error =>
          this.#options.onTrouble(`cannot renew a token: ${error.message}`),
        );
      }
    }, renewLookMs);
    this.#timer.unref();
  }

  /** Bound to the pod, so that the token ends with it. */
  async #writeToken(file: TokenFile): Promise<void> {
    const { client, pod } = this.#options;
    const { name, uid, namespace } = pod.metadata;
    const account = pod.spec.serviceAccountName ?? 'default';
    const answer = await client.json<{
      status: { token: string; expirationTimestamp: string };
    }>(`/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, {
      method: 'POST',
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          ...(file.audience && { audiences: [file.audience] }),
          expirationSeconds: file.expirationSeconds,
          boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
        },
      },
    });
    write(file.path, answer.status.token);
    const endsAt = Date.parse(answer.status.expirationTimestamp);
    const now = Date.now();
    file.renewAt = now + (endsAt - now) * renewAfterShare;
  }
}

function write(path: string, content: string): void {
  writeFileAtomic({ path, content, mode: 0o600 });
}

/** @throws ConfigMissingError when a path of a manifest leads out of its volume */
function inside(folder: string, path: string): string {
  const file = normalize(join(folder, path));
  if (!file.startsWith(folder + sep)) {
    throw new ConfigMissingError(`the path "${path}" leads out of its volume`);
  }
  return file;
}
