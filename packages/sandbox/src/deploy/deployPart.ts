import {
  KubernetesClient,
  KubernetesError,
  readKubeconfig,
  type KubernetesObject,
} from '../kubernetes/index.ts';
import { ensureServiceDatabase } from '../parts/postgresDatabases.ts';
import type {
  PartDefinition,
  PartRun,
  SandboxContext,
} from '../supervisor/types.ts';
import {
  planReleases,
  renderRelease,
  wantsDatabase,
  type Release,
} from './render.ts';
import { waitForRollout } from './rollout.ts';

/** Field manager of everything that is deployed from this repository. */
export const deployFieldManager = 'shopfloor-deploy';

/** The environments of the sandbox; each is a namespace. */
export const environments = ['production', 'staging'];

const rolloutTimeoutMs = 180_000;

/** Deploys the services of this repository to both environments and waits until they run. */
export function deployPart(ctx: SandboxContext): PartDefinition {
  return {
    kind: 'task',
    name: 'deploy',
    dependsOn: [
      'images',
      'postgres',
      'controller-manager',
      'cluster-setup',
      'istiod',
      'agent',
    ],
    tools: ['helm'],
    run: run => deploy(ctx, run),
  };
}

async function deploy(ctx: SandboxContext, run: PartRun): Promise<void> {
  const client = new KubernetesClient(
    await readKubeconfig(ctx.kubernetes.kubeconfig),
  );
  try {
    const releases = planReleases({ repoRoot: ctx.repoRoot, environments });
    const deployments: KubernetesObject[] = [];
    for (const release of releases) {
      run.progress(`deploys ${release.service} to ${release.environment}`);
      const objects = await deployRelease({ ctx, run, client, release });
      deployments.push(...objects.filter(o => o.kind === 'Deployment'));
    }
    await waitForRollout({
      client,
      deployments,
      timeoutMs: rolloutTimeoutMs,
      signal: run.signal,
      progress: run.progress,
    });
  } finally {
    await client.close();
  }
}

async function deployRelease(options: {
  ctx: SandboxContext;
  run: PartRun;
  client: KubernetesClient;
  release: Release;
}): Promise<KubernetesObject[]> {
  const { ctx, run, client, release } = options;
  if (await wantsDatabase(release)) {
    const { url } = await ensureServiceDatabase(ctx, release);
    await client.apply(databaseSecret(release, url), {
      fieldManager: deployFieldManager,
      force: true,
    });
  }
  const objects = await renderRelease({
    helm: ctx.tools.path('helm'),
    repoRoot: ctx.repoRoot,
    release,
    env: ctx.childEnv,
  });
  for (const object of objects) {
    await applyDeployed({
      client,
      object,
      log: message => run.log.line(message),
    });
  }
  return objects;
}

/**
 * Applies one object of a release. Everything is forced but routes: where a person has moved traffic, the live
 * weights belong to that change, and the server's conflict is the sign of it. The route then stays as it is.
 */
export async function applyDeployed(options: {
  client: KubernetesClient;
  object: KubernetesObject;
  log(message: string): void;
}): Promise<void> {
  const { client, object } = options;
  const force = object.kind !== 'VirtualService';
  try {
    await client.apply(object, { fieldManager: deployFieldManager, force });
  } catch (error) {
    if (!force && error instanceof KubernetesError && error.status === 409) {
      options.log(
        `${object.metadata.namespace}/${object.metadata.name}: the route was changed by someone else and stays as it is`,
      );
      return;
    }
    throw error;
  }
}

function databaseSecret(release: Release, url: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `${release.service}-database`,
      namespace: release.environment,
      labels: { 'app.kubernetes.io/managed-by': deployFieldManager },
    },
    type: 'Opaque',
    data: { DATABASE_URL: Buffer.from(url).toString('base64') },
  };
}
