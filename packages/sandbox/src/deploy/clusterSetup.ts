import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  KubernetesClient,
  parseManifests,
  readKubeconfig,
  readManifests,
  type KubernetesList,
  type KubernetesObject,
} from '../kubernetes/index.ts';
import { istioCrds } from '../mesh/istioCrds.ts';
import type {
  PartDefinition,
  PartRun,
  SandboxContext,
} from '../supervisor/types.ts';

const fieldManager = 'shopfloor-setup';
const hashAnnotation = 'shopfloor.dev/content-hash';
const crdCollection = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** What every cluster of Shopfloor has before a service comes: namespaces, rights, Istio's kinds, the mesh's own objects. */
export function clusterSetupPart(ctx: SandboxContext): PartDefinition {
  return {
    kind: 'task',
    name: 'cluster-setup',
    dependsOn: ['apiserver'],
    run: run => setUpCluster(ctx, run),
  };
}

async function setUpCluster(ctx: SandboxContext, run: PartRun): Promise<void> {
  const client = new KubernetesClient(
    await readKubeconfig(ctx.kubernetes.kubeconfig),
  );
  const apply = (object: KubernetesObject) =>
    client.apply(object, { fieldManager, force: true });
  const platform = (path: string) => join(ctx.repoRoot, 'platform', path);
  try {
    run.progress('installs namespaces and rights');
    for (const object of await manifests(platform('mesh/namespaces.yaml'))) {
      await apply(object);
    }
    await Promise.all(
      (await readManifests(platform('identity/rbac'))).map(apply),
    );
    run.progress("installs Istio's resource definitions");
    await installCrds(client, await istioCrds(ctx));
    run.progress('installs the objects of the mesh');
    for (const object of [
      ...(await manifests(platform('mesh/peer-authentication.yaml'))),
      ...(await manifests(platform('mesh/gateway.yaml'))),
    ]) {
      await apply(onGatewayPort(object, ctx.ports.gateway));
    }
  } finally {
    await client.close();
  }
}

async function manifests(path: string): Promise<KubernetesObject[]> {
  return parseManifests(await readFile(path, 'utf8'), path);
}

/** The committed Gateway has a cluster's port; two sandboxes on one machine need two. */
export function onGatewayPort(
  object: KubernetesObject,
  port: number,
): KubernetesObject {
  if (object.kind !== 'Gateway') {
    return object;
  }
  const spec = object.spec as { servers: { port: { number: number } }[] };
  return {
    ...object,
    spec: {
      ...spec,
      servers: spec.servers.map(server => ({
        ...server,
        port: { ...server.port, number: port },
      })),
    },
  };
}

interface Crd extends KubernetesObject {
  status?: { conditions?: { type: string; status: string }[] };
}

/**
 * Applies the definitions unless those of exactly this text are there already: they are large, parsing and applying them
 * takes seconds, and this runs at every start.
 */
async function installCrds(
  client: KubernetesClient,
  text: string,
): Promise<void> {
  const hash = createHash('sha256').update(text).digest('hex');
  const names = [...text.matchAll(/^ {2}name: (\S+)$/gm)].map(m => m[1]);
  const list = async () =>
    new Map(
      (await client.json<KubernetesList<Crd>>(crdCollection)).items.map(crd => [
        crd.metadata.name,
        crd,
      ]),
    );
  const metadata = await client.json<KubernetesList<Crd>>(crdCollection, {
    headers: {
      accept:
        'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    },
  });
  const current = new Set(
    // A fresh cluster lists `null`.
    (metadata.items ?? [])
      .filter(crd => crd.metadata.annotations?.[hashAnnotation] === hash)
      .map(crd => crd.metadata.name),
  );
  if (names.every(name => current.has(name))) return;
  for (const crd of parseManifests(text, 'Istio')) {
    await client.apply(
      {
        ...crd,
        metadata: {
          ...crd.metadata,
          annotations: { ...crd.metadata.annotations, [hashAnnotation]: hash },
        },
      },
      { fieldManager, force: true },
    );
  }
  const established = (crd: Crd | undefined) =>
    crd?.status?.conditions?.some(
      c => c.type === 'Established' && c.status === 'True',
    );
  for (let tries = 0; ; tries++) {
    const now = await list();
    const waiting = names.filter(name => !established(now.get(name)));
    if (waiting.length === 0) return;
    if (tries > 100) {
      throw new Error(`The API server does not serve ${waiting.join(', ')}`);
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}
