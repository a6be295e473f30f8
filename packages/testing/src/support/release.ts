import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { applyDeployed } from '@shopfloor/sandbox/src/deploy/deployPart.ts';
import {
  renderRelease,
  type Release,
} from '@shopfloor/sandbox/src/deploy/render.ts';
import { waitForRollout } from '@shopfloor/sandbox/src/deploy/rollout.ts';
import {
  KubernetesClient,
  type KubernetesObject,
} from '@shopfloor/sandbox/src/kubernetes/index.ts';
import { requiredEnv } from './shop.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../../../..');

/** What a service is in production as the repository has it. */
export function committedRelease(service: string): Promise<KubernetesObject[]> {
  return render(root, service);
}

/** What it would be with a patch of its values, applied by git and rendered by Helm as whoever merges it does. */
export async function patchedRelease(
  service: string,
  patch: string,
): Promise<KubernetesObject[]> {
  const copy = await mkdtemp(path.join(tmpdir(), 'shopfloor-release-'));
  try {
    for (const folder of [
      'platform/charts/service',
      `services/${service}/deploy`,
    ]) {
      await cp(path.join(root, folder), path.join(copy, folder), {
        recursive: true,
      });
    }
    const file = path.join(copy, 'values.diff');
    await writeFile(file, patch);
    await run('git', ['apply', file], {
      cwd: path.join(copy, 'services', service),
    });
    return await render(copy, service);
  } finally {
    await rm(copy, { recursive: true });
  }
}

/** Applies a release and waits until its pods are replaced. */
export async function deploy(
  client: KubernetesClient,
  objects: KubernetesObject[],
): Promise<void> {
  for (const object of objects) {
    await applyDeployed({ client, object, log: () => {} });
  }
  await waitForRollout({
    client,
    deployments: objects.filter(({ kind }) => kind === 'Deployment'),
    timeoutMs: 120_000,
    signal: new AbortController().signal,
    progress: () => {},
  });
}

function render(
  repoRoot: string,
  service: string,
): Promise<KubernetesObject[]> {
  const release: Release = {
    service,
    environment: 'production',
    values: ['values', 'values-production'].map(
      name => `services/${service}/deploy/${name}.yaml`,
    ),
  };
  return renderRelease({
    helm: () => path.join(requiredEnv('SHOPFLOOR_TEST_TOOLS'), 'helm'),
    repoRoot,
    release,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  });
}
