import { access, constants, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { Container, DataObject, Pod } from '../kubernetes/types.ts';
import type { PodPorts } from './addresses.ts';
import { WaitingError, type Launch } from './containerRunner.ts';
import {
  ConfigMissingError,
  referencedConfig,
  resolveEnvironment,
} from './environment.ts';
import { imageRegistry, parseImage } from './image.ts';
import { servicePort } from './meshObjects.ts';
import { rewritePaths, type Mount } from './mountPaths.ts';
import type { PodRecord } from './podRecords.ts';
import type { PodVolumes } from './PodVolumes.ts';

/** Options of a {@link LaunchPlanner}. */
export interface LaunchPlannerOptions {
  client: KubernetesClient;
  /** Holds `images/<name>/<version>/`. */
  stateDir: string;
  /** What every process gets. */
  childEnv: Record<string, string>;
  hostIp: string;
  pod: Pod;
  record: PodRecord;
  volumes: PodVolumes;
  inMesh: boolean;
}

/** Works out with what the containers of a pod are started, from what the cluster and the state folder hold now. */
export class LaunchPlanner {
  readonly #options: LaunchPlannerOptions;

  constructor(options: LaunchPlannerOptions) {
    this.#options = options;
  }

  /** @throws WaitingError when an image, a Secret or a ConfigMap is missing */
  async plan(container: Container): Promise<Launch> {
    const folder = await this.#imageFolder(container.image);
    const mounts = await this.#mounts(container);
    const { command, args = [], workingDir } = container;
    const [file, ...rest] = [
      ...(command ?? ['node', 'server.js']),
      ...args,
    ].map(text => rewritePaths(text, mounts));
    const cwd = workingDir && rewritePaths(workingDir, mounts);
    return {
      file: file === 'node' ? process.execPath : await ownProgram(folder, file),
      args: rest,
      cwd: cwd && (cwd !== workingDir || cwd.startsWith(folder)) ? cwd : folder,
      env: await this.#environment(container, mounts),
      imageID: container.image,
      mounts,
    };
  }

  async #mounts(container: Container): Promise<Mount[]> {
    try {
      return await this.#options.volumes.prepare(container);
    } catch (error) {
      throw new WaitingError('FailedMount', (error as Error).message);
    }
  }

  async #imageFolder(reference: string): Promise<string> {
    const image = parseImage(reference);
    if (!image) {
      throw new WaitingError(
        'InvalidImageName',
        `"${reference}" is not of the form ${imageRegistry}/<name>:<version>; this node runs the sandbox's own builds only`,
      );
    }
    const { name, version } = image;
    const folder = join(this.#options.stateDir, 'images', name, version);
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
      throw new WaitingError(
        'ErrImagePull',
        `Image "${reference}" has not been built: there is no folder images/${name}/${version} in the sandbox's state`,
      );
    }
    return folder;
  }

  async #environment(
    container: Container,
    mounts: readonly Mount[],
  ): Promise<Record<string, string>> {
    const { pod, record, hostIp } = this.#options;
    const names = referencedConfig(container);
    const [configMaps, secrets] = await Promise.all([
      this.#fetchAll('configmaps', names.configMaps),
      this.#fetchAll('secrets', names.secrets),
    ]);
    try {
      const base = this.#base();
      const declared = resolveEnvironment({
        pod,
        container,
        podIp: record.ip,
        hostIp,
        sources: {
          configMap: name => configMaps.get(name),
          secret: name => secrets.get(name),
        },
        base,
      });
      for (const [name, value] of Object.entries(declared)) {
        if (value !== base[name]) declared[name] = rewritePaths(value, mounts);
      }
      // The allotted ports win over what a manifest says, or replicas would clash.
      return { ...declared, ...portEnvironment(container, record.ports) };
    } catch (error) {
      if (error instanceof ConfigMissingError) {
        throw new WaitingError('CreateContainerConfigError', error.message);
      }
      throw error;
    }
  }

  async #fetchAll(
    kind: 'configmaps' | 'secrets',
    names: string[],
  ): Promise<Map<string, DataObject | undefined>> {
    const { client, record } = this.#options;
    const path = `/api/v1/namespaces/${record.namespace}/${kind}`;
    const objects = await Promise.all(
      names.map(name => client.get<DataObject>(`${path}/${name}`)),
    );
    return new Map(names.map((name, index) => [name, objects[index]]));
  }

  #base(): Record<string, string> {
    const { childEnv, pod, record, inMesh } = this.#options;
    return {
      ...childEnv,
      PATH: `${dirname(process.execPath)}:${childEnv.PATH ?? ''}`,
      SHOPFLOOR_POD_UID: record.uid,
      POD_NAME: record.name,
      POD_NAMESPACE: record.namespace,
      SERVICE_VERSION: pod.metadata.labels?.version ?? '',
      ...(inMesh && {
        // The way into the mesh: without redirected networking a program asks its proxy by name.
        HTTP_PROXY: `http://${record.egressAddress}:${servicePort}`,
        NO_PROXY: '127.0.0.1,localhost',
      }),
    };
  }
}

/** A program of the image itself goes before one of the machine, as with a container. */
async function ownProgram(folder: string, file: string): Promise<string> {
  if (file.includes('/')) return file;
  const own = join(folder, file);
  return access(own, constants.X_OK).then(
    () => own,
    () => file,
  );
}

/** `PORT` for the port named `http` (or the first one), and `PORT_<NAME>` for each that has a name. */
export function portEnvironment(
  container: Container,
  ports: PodPorts,
): Record<string, string> {
  const declared = container.ports ?? [];
  const main = declared.find(p => p.name === 'http') ?? declared[0];
  const named = declared.flatMap(({ name, containerPort }) =>
    name
      ? [
          [
            `PORT_${name.toUpperCase().replace(/-/g, '_')}`,
            String(ports.app[containerPort]),
          ],
        ]
      : [],
  );
  return {
    ...(main && { PORT: String(ports.app[main.containerPort]) }),
    ...Object.fromEntries(named),
  };
}

/**
 * The local port for a port that a probe or hook names.
 *
 * @throws when the container declares none such
 */
export function localPort(options: {
  container: Container;
  port: number | string;
  ports: PodPorts;
}): number {
  const { container, port, ports } = options;
  const declared =
    typeof port === 'string'
      ? container.ports?.find(p => p.name === port)?.containerPort
      : port;
  const local = declared === undefined ? undefined : ports.app[declared];
  if (local === undefined) {
    throw new Error(
      `container ${container.name} declares no port ${port} that a probe could use`,
    );
  }
  return local;
}
