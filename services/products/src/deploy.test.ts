import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
// The chart is no package: it is rendered by the script beside it.
// eslint-disable-next-line @backstage/no-relative-monorepo-imports
import {
  helmTemplate,
  listRenders,
  readCommitted,
  render,
} from '../../../platform/charts/render.mts';

const root = path.resolve(import.meta.dirname, '../../..');
const chart = path.join(root, 'platform/charts/service');

function required(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`This test needs ${name}; npm test sets it`);
  }
  return value;
}

interface Manifest {
  kind: string;
  metadata: { name: string; namespace: string; labels: Record<string, string> };
  spec: any;
  data?: Record<string, string>;
}

async function manifests(options: {
  values: string[];
  namespace?: string;
  set?: string[];
}): Promise<Manifest[]> {
  const text = await helmTemplate({
    helm: path.join(required('SHOPFLOOR_TEST_TOOLS'), 'helm'),
    release: 'test',
    namespace: options.namespace ?? 'production',
    values: options.values.map(file => path.join(root, file)),
    set: options.set,
  });
  return parseAllDocuments(text)
    .map(document => document.toJS() as Manifest)
    .filter(Boolean);
}

const production = [
  'services/products/deploy/values.yaml',
  'services/products/deploy/values-production.yaml',
];

function find(all: Manifest[], kind: string, name: string): Manifest {
  const found = all.find(
    manifest => manifest.kind === kind && manifest.metadata.name === name,
  );
  if (!found) {
    throw new Error(`No ${kind} ${name}`);
  }
  return found;
}

describe('the service chart', () => {
  it('renders every values file as it is committed', async () => {
    const helm = path.join(required('SHOPFLOOR_TEST_TOOLS'), 'helm');
    const renders = await listRenders();
    expect(renders.length).toBeGreaterThanOrEqual(7);
    for (const wanted of renders) {
      expect({
        output: wanted.output,
        text: await readCommitted(wanted),
      }).toEqual({ output: wanted.output, text: await render(helm, wanted) });
    }
  });

  it('gives products in production two Deployments, a route with both weights, and only its declared callers', async () => {
    const all = await manifests({
      values: [...production, 'platform/charts/service/overlays/sandbox.yaml'],
    });

    expect(find(all, 'Deployment', 'products-v1').spec.replicas).toBe(2);
    expect(find(all, 'Deployment', 'products-v2').spec.replicas).toBe(1);
    const route = find(all, 'VirtualService', 'products').spec;
    expect(route.hosts).toEqual([
      'products.production.svc.cluster.local',
      // For developers of the sandbox: try-it-out and staff.
      'products.production.shop.localhost',
    ]);
    expect(route.gateways).toEqual(['mesh', 'istio-system/shop']);
    expect(
      route.http[0].route.map((entry: any) => [
        entry.destination.subset,
        entry.weight,
      ]),
    ).toEqual([
      ['v1', 100],
      ['v2', 0],
    ]);
    expect(
      find(all, 'DestinationRule', 'products').spec.subsets.map(
        (subset: any) => subset.name,
      ),
    ).toEqual(['v1', 'v2']);
    expect(
      find(all, 'AuthorizationPolicy', 'products').spec.rules.map(
        ({ from, to }: any) => [
          from[0].source.principals[0],
          to[0].operation.paths ?? to[0].operation.hosts?.[0] ?? 'all',
        ],
      ),
    ).toEqual([
      ['cluster.local/ns/production/sa/storefront', 'all'],
      ['cluster.local/ns/production/sa/cart', ['/lookups']],
      ['cluster.local/ns/production/sa/orders', ['/lookups']],
      [
        'cluster.local/ns/istio-system/sa/gateway',
        'products.production.shop.localhost',
      ],
    ]);
    expect(find(all, 'ServiceEntry', 'products').spec.workloadSelector).toEqual(
      { labels: { app: 'products' } },
    );
    expect(all.some(({ kind }) => kind === 'Service')).toBe(false);
  });

  it('labels pods as the portal and the mesh look for them', async () => {
    const all = await manifests({ values: production });
    expect(
      find(all, 'Deployment', 'products-v2').spec.template.metadata.labels,
    ).toMatchObject({
      app: 'products',
      version: 'v2',
      'app.kubernetes.io/name': 'products',
      'app.kubernetes.io/version': '2.0.0',
      'backstage.io/kubernetes-id': 'products',
    });
  });

  it('registers a Service where pods have a network, and listens on all addresses there alone', async () => {
    const host = (all: Manifest[]) =>
      find(all, 'Deployment', 'products-v1').spec.template.spec.containers[0]
        .env[0];
    const cluster = await manifests({ values: production });
    expect(find(cluster, 'Service', 'products').spec.selector).toEqual({
      app: 'products',
    });
    expect(host(cluster)).toEqual({ name: 'HOST', value: '0.0.0.0' });
    const sandbox = await manifests({
      values: production,
      set: ['mesh.registration="workloadEntry"'],
    });
    expect(host(sandbox)).toEqual({ name: 'HOST', value: '127.0.0.1' });
  });

  it('lets nobody call a service that declares no callers', async () => {
    const all = await manifests({
      values: ['platform/charts/service/ci/minimal-values.yaml'],
    });
    const { spec } = find(all, 'AuthorizationPolicy', 'minimal');
    expect(spec.action).toBe('ALLOW');
    expect(spec.rules).toBeUndefined();
  });

  it('rolls the pods when the configuration changes', async () => {
    const checksum = async (level: string) =>
      find(
        await manifests({
          values: ['platform/charts/service/ci/database-values.yaml'],
          set: [`config.LOG_LEVEL="${level}"`],
        }),
        'Deployment',
        'orders-v1',
      ).spec.template.metadata.annotations['checksum/config'];
    expect(await checksum('info')).not.toBe(await checksum('warn'));
    expect(await checksum('info')).toBe(await checksum('info'));
  });

  it.each([
    ['weights that do not add up', 'versions[0].weight=50', /add up to 100/],
    ['a version twice', 'versions[1].name="v1"', /v1 is there twice/],
    ['an unknown key', 'nmae="x"', /nmae/],
    ['an unknown registration', 'mesh.registration="dns"', /registration/],
    ['a name that is no DNS label', 'name="No"', /pattern/],
  ])('refuses %s', async (_what, set, message) => {
    await expect(
      manifests({
        values: ['platform/charts/service/ci/canary-values.yaml'],
        set: [set],
      }),
    ).rejects.toThrow(message);
  });

  it('is accepted by a real API server, field by field', async () => {
    const kubectl = path.join(required('SHOPFLOOR_TEST_TOOLS'), 'kubectl');
    const kubeconfig = required('SHOPFLOOR_TEST_KUBECONFIG');
    for (const { output } of await listRenders()) {
      expect(() =>
        execFileSync(
          kubectl,
          [
            `--kubeconfig=${kubeconfig}`,
            'apply',
            // With force, since the portal may own fields of the live route.
            '--server-side',
            '--force-conflicts',
            '--dry-run=server',
            '--validate=strict',
            '--filename',
            path.join(root, output),
          ],
          { encoding: 'utf8', stdio: 'pipe' },
        ),
      ).not.toThrow();
    }
  }, 60_000);

  it('is linted by Helm without an error', () => {
    const helm = path.join(required('SHOPFLOOR_TEST_TOOLS'), 'helm');
    expect(
      execFileSync(
        helm,
        [
          'lint',
          chart,
          '--strict',
          '--values',
          path.join(chart, 'ci/minimal-values.yaml'),
        ],
        { encoding: 'utf8' },
      ),
    ).toMatch(/0 chart\(s\) failed/);
  });
});
