import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  KubernetesClient,
  KubernetesError,
  readKubeconfig,
} from '../kubernetes/index.ts';
import { required } from '../testing/LiveSandbox.ts';

const ben = {
  user: 'ben.lindqvist@larkfield.example',
  groups: ['shopfloor:merchandising-team'],
};
const ada = {
  user: 'ada.okafor@larkfield.example',
  groups: ['shopfloor:storefront-team'],
};
const emil = {
  user: 'emil.haddad@larkfield.example',
  groups: ['shopfloor:platform-team'],
};

const farid = {
  user: 'farid.rahimi@larkfield.example',
  groups: ['shopfloor:checkout-team'],
};

const route =
  '/apis/networking.istio.io/v1/namespaces/production/virtualservices/products';

describe('rights in the cluster', () => {
  let traffic: KubernetesClient;
  let reader: KubernetesClient;

  beforeAll(async () => {
    const access = await readKubeconfig(required('SHOPFLOOR_TEST_KUBECONFIG'));
    const { kubernetesTokens } = JSON.parse(
      readFileSync(
        join(required('SHOPFLOOR_TEST_STATE'), 'secrets.json'),
        'utf8',
      ),
    );
    const as = (user: string) =>
      new KubernetesClient({ ...access, token: kubernetesTokens[user] });
    traffic = as('shopfloor-traffic');
    reader = as('shopfloor-reader');
  });
  afterAll(async () => {
    await traffic?.close();
    await reader?.close();
  });

  interface Person {
    user: string;
    groups: string[];
  }

  /** The status of a request of the traffic account in somebody's name; patches are dry runs that change nothing. */
  async function status(
    path: string,
    person: Person | undefined,
    patch?: unknown,
  ): Promise<number> {
    try {
      const answer = await traffic.raw(path, {
        ...(patch !== undefined && {
          method: 'PATCH',
          body: patch,
          contentType: 'application/merge-patch+json',
          query: { dryRun: 'All' },
        }),
        headers: person && {
          'impersonate-user': person.user,
          // One header for each group; undici takes an array for that.
          ...(person.groups.length > 0 && {
            'impersonate-group': person.groups as unknown as string,
          }),
        },
      });
      await answer.body.dump();
      return answer.statusCode;
    } catch (error) {
      if (error instanceof KubernetesError) return error.status;
      throw error;
    }
  }

  it('lets everybody in the company read a route', async () => {
    for (const person of [ada, ben, emil, farid]) {
      expect(await status(route, person)).toBe(200);
    }
  });

  it("lets a service's owners and the platform team change its route, and nobody else", async () => {
    const patch = { metadata: { annotations: { 'test/dry-run': 'yes' } } };
    expect(await status(route, ben, patch)).toBe(200);
    expect(await status(route, emil, patch)).toBe(200);
    expect(await status(route, ada, patch)).toBe(403);
  });

  it('lets owners change no route but their own', async () => {
    const other = route.replace('/products', '/cart');
    const patch = { metadata: { annotations: { 'test/dry-run': 'yes' } } };
    expect(await status(other, ben, patch)).toBe(403);
    expect(await status(other, farid, patch)).toBe(200);
    expect(await status(route, farid, patch)).toBe(403);
  });

  it('shows secrets to nobody', async () => {
    for (const person of [ada, ben, emil, farid]) {
      expect(
        await status('/api/v1/namespaces/production/secrets', person),
      ).toBe(403);
    }
    await expect(
      reader.json('/api/v1/namespaces/production/secrets'),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('gives the traffic account no right of its own', async () => {
    expect(await status(route, undefined)).toBe(403);
    expect(await status('/api/v1/namespaces/production/pods', undefined)).toBe(
      403,
    );
  });

  it.each([
    ['the administrators', { user: ben.user, groups: ['system:masters'] }],
    [
      'an administrator beside a group that is allowed',
      { user: ben.user, groups: [...ben.groups, 'system:masters'] },
    ],
    ['the administrator', { user: 'shopfloor-admin', groups: [] }],
    ['the node agent', { user: 'shopfloor-agent', groups: [] }],
    ['a controller', { user: 'system:kube-controller-manager', groups: [] }],
    [
      'a service account',
      { user: 'system:serviceaccount:istio-system:gateway', groups: [] },
    ],
    [
      'somebody who is not listed',
      { user: 'mallory@larkfield.example', groups: ben.groups },
    ],
    [
      'a group that is not listed',
      { user: ben.user, groups: ['shopfloor:system'] },
    ],
  ])('does not let the traffic account act as %s', async (_who, person) => {
    expect(await status(route, person)).toBe(403);
  });

  it('lets the reader see pods and their logs, and change nothing', async () => {
    const { items } = await reader.json<{
      items: { metadata: { name: string } }[];
    }>('/api/v1/namespaces/production/pods', {
      query: { labelSelector: 'app=products' },
    });
    expect(items.length).toBeGreaterThan(0);
    const log = await reader.raw(
      `/api/v1/namespaces/production/pods/${items[0].metadata.name}/log`,
      { query: { container: 'products', tailLines: 1 } },
    );
    expect(await log.body.text()).not.toBe('');
    await expect(
      reader.json(
        `/api/v1/namespaces/production/pods/${items[0].metadata.name}`,
        {
          method: 'DELETE',
          query: { dryRun: 'All' },
        },
      ),
    ).rejects.toMatchObject({ status: 403 });
  });
});
