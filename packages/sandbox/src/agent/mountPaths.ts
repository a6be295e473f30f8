import { join } from 'node:path';
import type {
  Container,
  Pod,
  Volume,
  VolumeMount,
} from '../kubernetes/types.ts';
import { ConfigMissingError } from './environment.ts';

/** Where a container expects a volume, and the folder of this machine that stands for it. */
export interface Mount {
  mountPath: string;
  folder: string;
}

/** A volume that a container mounts. */
export interface MountedVolume {
  volume: Volume;
  mount: Mount;
}

/** Where the API server mounts a token for its own API into every pod that does not refuse it. */
const apiAccess = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Names of the volumes that a container itself asks for. */
export function mountedNames(container: Container): string[] {
  return ownMounts(container).map(({ name }) => name);
}

function ownMounts(container: Container): VolumeMount[] {
  return (container.volumeMounts ?? []).filter(
    ({ mountPath }) => mountPath !== apiAccess,
  );
}

const kinds = ['emptyDir', 'configMap', 'secret', 'projected'] as const;

/**
 * The volumes of a container and their folders below that of the pod. An emptyDir is one folder for all containers; of the others
 * each container has its own, since paths in their files are those of that container.
 *
 * @throws ConfigMissingError when a volume is of a kind that this node does not have
 */
export function mountedVolumes(options: {
  pod: Pod;
  container: Container;
  /** Holds the volumes of the pod. */
  directory: string;
}): MountedVolume[] {
  const { pod, container, directory } = options;
  return ownMounts(container).map(
    ({ name, mountPath, subPath, subPathExpr }) => {
      const volume = pod.spec.volumes?.find(v => v.name === name);
      const kind = kinds.find(known => volume?.[known]);
      if (!volume || !kind || subPath || subPathExpr) {
        throw new ConfigMissingError(
          `volume "${name}": this node agent knows ${kinds.join(', ')}, and no subPath`,
        );
      }
      const folder =
        kind === 'emptyDir'
          ? join(directory, 'shared', name)
          : join(directory, 'containers', container.name, name);
      return {
        volume,
        mount: { mountPath: mountPath.replace(/(?<=.)\/+$/, ''), folder },
      };
    },
  );
}

/**
 * Replaces every mount path in a text by its folder, whole names only: `/vault/secrets` in `-config=/vault/secrets/a` and in
 * `file:///vault/secrets`, not in `/vault/secrets-old` or `/mnt/vault/secrets`.
 */
export function rewritePaths(text: string, mounts: readonly Mount[]): string {
  if (mounts.length === 0) return text;
  const folders = new Map(mounts.map(m => [m.mountPath, m.folder]));
  // The longest first, so that a mount inside another one is found.
  const paths = [...folders.keys()]
    .sort((a, b) => b.length - a.length)
    .map(path => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const whole = new RegExp(
    `(?<=^|[^\\w./-]|file://)(?:${paths.join('|')})(?![\\w.-])`,
    'g',
  );
  return text.replace(whole, found => folders.get(found)!);
}
