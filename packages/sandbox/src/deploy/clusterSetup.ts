import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageRegistry } from '../agent/image.ts';
import {
  KubernetesClient,
  KubernetesError,
  parseManifests,
  readKubeconfig,
  readManifests,
  type KubernetesList,
  type KubernetesObject,
} from '../kubernetes/index.ts';
import { proofImage } from './images.ts';
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
    await allowProofs(ctx, client);
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

const proofBinding =
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/shopfloor-secrets-proof';

/**
 * What the account of the secrets backend may run: platform/identity/rbac/secrets-admission.yaml. It has to be there before that
 * policy is: the API server refuses every write of anybody while a policy lacks what it refers to.
 */
async function allowProofs(
  ctx: SandboxContext,
  client: KubernetesClient,
): Promise<void> {
  const name = 'secret-proof';
  const known = await client.get(
    `/api/v1/namespaces/kube-system/configmaps/${name}`,
  );
  if (!known) {
    await client.delete(proofBinding);
  }
  const object: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'kube-system' },
    data: {
      image: `${imageRegistry}/${proofImage}`,
      vaultAddress: `http://127.0.0.1:${ctx.ports.openbao}`,
    },
  };
  // The API server notices a moment later that the binding is gone, and makes kube-system a moment after it is up.
  for (let tries = 0; ; tries++) {
    try {
      await client.apply(object, { fieldManager, force: true });
      return;
    } catch (error) {
      if (!(error instanceof KubernetesError) || tries > 50) throw error;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
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
