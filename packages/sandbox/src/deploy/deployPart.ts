import {
  KubernetesClient,
  KubernetesError,
  readKubeconfig,
  type KubernetesObject,
} from '../kubernetes/index.ts';
import type {
  PartDefinition,
  PartRun,
  SandboxContext,
} from '../supervisor/types.ts';
import { environments } from './environments.ts';
import { ReleaseProvisioner } from './ReleaseProvisioner.ts';
import {
  currentRender,
  planReleases,
  releaseNeeds,
  renderRelease,
} from './render.ts';
import { waitForRollout } from './rollout.ts';
import { enterShopValues } from './shopValues.ts';

/** Field manager of everything that is deployed from this repository. */
export const deployFieldManager = 'shopfloor-deploy';

const rolloutTimeoutMs = 180_000;

/** Deploys the services of this repository to both environments and waits until they run. */
export function deployPart(ctx: SandboxContext): PartDefinition {
  const { repoRoot } = ctx;
  const changed = planReleases({ repoRoot, environments }).some(
    release => currentRender(repoRoot, release) === undefined,
  );
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
      'vault-platform',
    ],
    tools: changed ? ['helm'] : [],
    run: run => deploy(ctx, run),
  };
}

async function deploy(ctx: SandboxContext, run: PartRun): Promise<void> {
  const { repoRoot } = ctx;
  const client = new KubernetesClient(
    await readKubeconfig(ctx.kubernetes.kubeconfig),
  );
  const apply = (object: KubernetesObject) =>
    applyDeployed({ client, object, log: message => run.log.line(message) });
  try {
    const provisioner = new ReleaseProvisioner(ctx);
    const deployments: KubernetesObject[] = [];
    const releases = await Promise.all(
      planReleases({ repoRoot, environments }).map(async release => ({
        release,
        needs: await releaseNeeds(repoRoot, release),
      })),
    );
    run.progress('enters the values of secrets that have none yet');
    for (const path of await enterShopValues(ctx, releases)) {
      run.log.line(`entered ${path}`);
    }
    for (const { release, needs } of releases) {
      run.progress(`deploys ${release.service} to ${release.environment}`);
      for (const object of await provisioner.provide(release, needs)) {
        await apply(object);
      }
      const objects = await renderRelease({
        helm: () => ctx.tools.path('helm'),
        repoRoot,
        release,
        env: ctx.childEnv,
      });
      for (const object of objects) {
        await apply(object);
      }
      deployments.push(...objects.filter(o => o.kind === 'Deployment'));
    }
    await waitForRollout({
      client,
      deployments,
      timeoutMs: rolloutTimeoutMs,
      signal: run.signal,
      progress: run.progress,
    });
    await Promise.all(
      releases.map(({ release, needs }) =>
        provisioner.retire(client, release, needs),
      ),
    );
  } finally {
    await client.close();
  }
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
