import { expect, test } from '@playwright/test';
import {
  KubernetesClient,
  readKubeconfig,
  type KubernetesObject,
} from '@shopfloor/sandbox/src/kubernetes/index.ts';
import { waitForRollout } from '@shopfloor/sandbox/src/deploy/rollout.ts';
import { askShop, requiredEnv } from '../support/shop.ts';

const REQUESTS_PER_SECOND = 40;

/** Asks the shop at a steady rate until told to stop; every answer that is none of 200 is kept. */
async function browseUntil(stopped: () => boolean) {
  const failures: string[] = [];
  const open = new Set<Promise<void>>();
  let asked = 0;
  // Bounded: a rollout that hangs fails by its own deadline long before.
  while (!stopped() && asked < 20_000) {
    asked += 1;
    const path =
      asked % 2 ? '/api/products?limit=2' : '/api/search?q=oak&limit=2';
    const one = askShop(path, { 'cache-control': 'no-cache' })
      .then(({ status, body }) => {
        if (status !== 200) failures.push(`${status} for ${path}: ${body}`);
      })
      .catch(error => {
        failures.push(`${error} for ${path}`);
      })
      .finally(() => open.delete(one));
    open.add(one);
    await new Promise(resume => setTimeout(resume, 1000 / REQUESTS_PER_SECOND));
  }
  await Promise.all(open);
  return { asked, failures };
}

/** The drill "rolling deploy under load": Kubernetes replaces every pod of a Deployment while shoppers browse. */
test('a rolling deploy under load fails no request', async () => {
  test.setTimeout(540_000);
  const client = new KubernetesClient(
    await readKubeconfig(requiredEnv('SHOPFLOOR_TEST_KUBECONFIG')),
  );
  try {
    let done = false;
    const browsing = browseUntil(() => done);
    try {
      for (const name of [
        'storefront-v1',
        'products-v1',
        'product-search-v1',
      ]) {
        const patched = await client.merge<KubernetesObject>(
          `/apis/apps/v1/namespaces/production/deployments/${name}`,
          {
            spec: {
              template: {
                metadata: {
                  annotations: {
                    'shopfloor.dev/restarted-at': new Date().toISOString(),
                  },
                },
              },
            },
          },
        );
        expect(patched, `Deployment ${name}`).toBeDefined();
        await waitForRollout({
          client,
          deployments: [
            { ...patched!, apiVersion: 'apps/v1', kind: 'Deployment' },
          ],
          timeoutMs: 150_000,
          signal: new AbortController().signal,
          progress: () => {},
        });
      }
    } finally {
      done = true;
    }
    const { asked, failures } = await browsing;
    test.info().annotations.push({
      type: 'requests while deploying',
      description: String(asked),
    });
    console.log(`rolling deploy: ${asked} requests, ${failures.length} failed`);
    expect(asked).toBeGreaterThan(200);
    expect(failures).toEqual([]);
  } finally {
    await client.close();
  }
});
