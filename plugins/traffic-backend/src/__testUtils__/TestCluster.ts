import {
  KubernetesRequestOptions,
  kubernetesRequest,
} from '@shopfloor/plugin-environments-node';
import { VirtualService } from '@shopfloor/plugin-traffic-common';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A namespace of our own on the real API server of the test run, with the mesh objects of one service. */
export class TestCluster {
  readonly namespace = `traffic-test-${randomBytes(4).toString('hex')}`;
  readonly url: string;
  readonly caData: string;
  readonly trafficToken: string;
  readonly #adminToken: string;

  static fromEnvironment(): TestCluster {
    const kubeconfig = parse(
      readFileSync(required('SHOPFLOOR_TEST_KUBECONFIG'), 'utf8'),
    );
    const secrets = JSON.parse(
      readFileSync(
        join(required('SHOPFLOOR_TEST_STATE'), 'secrets.json'),
        'utf8',
      ),
    );
    return new TestCluster({
      cluster: kubeconfig.clusters[0].cluster,
      adminToken: kubeconfig.users[0].user.token,
      trafficToken: secrets.kubernetesTokens['shopfloor-traffic'],
    });
  }

  private constructor(options: {
    cluster: Record<string, string>;
    adminToken: string;
    trafficToken: string;
  }) {
    const { cluster } = options;
    this.url = cluster.server;
    this.caData =
      cluster['certificate-authority-data'] ??
      readFileSync(cluster['certificate-authority']).toString('base64');
    this.#adminToken = options.adminToken;
    this.trafficToken = options.trafficToken;
  }

  /** Makes the namespace, and lets everybody read its mesh objects and the merchandising team change `products`. */
  async create(): Promise<void> {
    await this.admin({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { metadata: { name: this.namespace } },
    });
    await this.#role('readers', ['storefront-team', 'merchandising-team'], {
      apiGroups: ['networking.istio.io'],
      resources: ['virtualservices', 'destinationrules'],
      verbs: ['get', 'list', 'watch'],
    });
    await this.#role('products-owners', [], {
      apiGroups: ['networking.istio.io'],
      resources: ['virtualservices'],
      resourceNames: ['products'],
      verbs: ['update', 'patch'],
    });
    await this.allowOwners();
  }

  /** Lets the merchandising team change `products`. */
  async allowOwners(): Promise<void> {
    await this.#bind('products-owners', ['merchandising-team']);
  }

  async disallowOwners(): Promise<void> {
    await this.admin({
      method: 'DELETE',
      path: `${this.#rbacPath()}/rolebindings/products-owners`,
    });
  }

  async remove(): Promise<void> {
    await this.admin({
      method: 'DELETE',
      path: `/api/v1/namespaces/${this.namespace}`,
    });
  }

  /** Puts `products` back as its deployer applies it: v1 has everything. */
  async deployRoute(manager = 'deployer'): Promise<VirtualService> {
    const host = `products.${this.namespace}.svc.cluster.local`;
    await this.admin({ method: 'DELETE', path: this.#path() }).catch(() => {});
    await this.#apply('destinationrules', 'DestinationRule', manager, {
      host,
      subsets: ['v1', 'v2'].map(name => ({ name, labels: { version: name } })),
    });
    return this.#apply('virtualservices', 'VirtualService', manager, {
      hosts: [host],
      gateways: ['mesh'],
      http: [
        {
          timeout: '2s',
          retries: { attempts: 2, retryOn: 'connect-failure' },
          route: [
            { destination: { host, subset: 'v1' }, weight: 100 },
            { destination: { host, subset: 'v2' }, weight: 0 },
          ],
        },
      ],
    });
  }

  getRoute(): Promise<VirtualService> {
    return this.admin({ path: this.#path() });
  }

  /** Changes the route as somebody else than the portal. */
  patchRoute(body: object): Promise<VirtualService> {
    return this.admin({
      method: 'PATCH',
      path: this.#path(),
      contentType: 'application/merge-patch+json',
      query: { fieldManager: 'somebody-else' },
      body,
    });
  }

  admin<T>(options: Omit<KubernetesRequestOptions, 'cluster' | 'token'>) {
    return this.request<T>({ ...options, token: this.#adminToken });
  }

  request<T>(options: Omit<KubernetesRequestOptions, 'cluster'>): Promise<T> {
    const { url, caData } = this;
    return kubernetesRequest<T>({
      ...options,
      cluster: { name: 'test', url, caData },
    });
  }

  #path(resource = 'virtualservices'): string {
    return `/apis/networking.istio.io/v1/namespaces/${this.namespace}/${resource}/products`;
  }

  #apply(resource: string, kind: string, manager: string, spec: object) {
    return this.admin<VirtualService>({
      method: 'PATCH',
      path: this.#path(resource),
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: manager, force: true },
      body: {
        apiVersion: 'networking.istio.io/v1',
        kind,
        metadata: {
          name: 'products',
          namespace: this.namespace,
          labels: { 'example.org/part': 'shop' },
          annotations: { 'example.org/contact': 'merchandising' },
        },
        spec,
      },
    });
  }

  async #role(name: string, groups: string[], rule: object): Promise<void> {
    await this.admin({
      method: 'POST',
      path: `${this.#rbacPath()}/roles`,
      body: { metadata: { name }, rules: [rule] },
    });
    if (groups.length > 0) {
      await this.#bind(name, groups);
    }
  }

  async #bind(name: string, groups: string[]): Promise<void> {
    const apiGroup = 'rbac.authorization.k8s.io';
    await this.admin({
      method: 'POST',
      path: `${this.#rbacPath()}/rolebindings`,
      body: {
        metadata: { name },
        roleRef: { apiGroup, kind: 'Role', name },
        subjects: groups.map(group => ({
          apiGroup,
          kind: 'Group',
          name: `shopfloor:${group}`,
        })),
      },
    });
  }

  #rbacPath(): string {
    return `/apis/rbac.authorization.k8s.io/v1/namespaces/${this.namespace}`;
  }
}

/** A variable of `docs/reference/contracts.md` that this test cannot run without. */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`Set ${name}; npm test does (docs/reference/contracts.md)`);
  }
  return value;
}
