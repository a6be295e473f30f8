import { parseAllDocuments } from 'yaml';
import { GrantRequest } from '../grant/types';
import { composePlan } from '../plan/composePlan';
import { mountsOf } from '../plan/mounts';
import { DELIVERIES, SECRET_KINDS, SecretKind } from '../secret';
import { REQUEST } from '../testing/grants';
import { DELIVERIES_OF_KIND, manifestsOf } from './manifestsOf';
import { ValuesFile } from './valuesPatch';

const mounts = mountsOf('production');
const access: Record<SecretKind, GrantRequest['access']> = {
  kv: ['read'],
  database: ['read'],
  pki: ['issue'],
  transit: ['encrypt'],
};

function make(changes: Partial<GrantRequest>, values?: ValuesFile) {
  const request: GrantRequest = { ...REQUEST, ...changes };
  const plan = composePlan({
    mounts,
    tier: 'pinned',
    subject: {
      kind: 'service-account',
      namespace: 'production',
      name: 'orders',
    },
    owner: 'payments',
    secret: request.secret,
    access: request.access,
    number: 1,
  });
  const manifests = manifestsOf({
    request,
    plan,
    mounts,
    vaultAddress: 'http://vault.test',
    values,
  });
  return {
    plan,
    manifests,
    documents: manifests.flatMap(({ text }) =>
      parseAllDocuments(text).map(document => document.toJS()),
    ),
  };
}

describe('manifests', () => {
  it('of every kind and delivery name the role and the account, and are YAML', () => {
    for (const kind of SECRET_KINDS) {
      for (const delivery of DELIVERIES_OF_KIND[kind]) {
        const { plan, manifests, documents } = make({
          secret: { kind, path: 'payments-x', declared: 'x' },
          access: access[kind],
          delivery,
        });
        expect(manifests).toHaveLength(1);
        expect(manifests[0].text).toContain(plan.role.name);
        for (const document of documents) {
          expect(document).toMatchObject({
            apiVersion: expect.any(String),
            kind: expect.any(String),
            metadata: { namespace: 'production' },
          });
        }
      }
    }
  });

  it('for the External Secrets operator read one path under the account', () => {
    const { plan, documents } = make({ delivery: 'external-secrets' });
    expect(documents).toEqual([
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'SecretStore',
        metadata: { name: 'payments-provider-key', namespace: 'production' },
        spec: {
          provider: {
            vault: {
              server: 'http://vault.test',
              auth: {
                kubernetes: {
                  mountPath: 'kubernetes-production',
                  role: plan.role.name,
                  serviceAccountRef: { name: 'orders', audiences: ['vault'] },
                },
              },
              path: 'production',
              version: 'v2',
            },
          },
        },
      },
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'payments-provider-key', namespace: 'production' },
        spec: {
          refreshInterval: '15m',
          secretStoreRef: {
            kind: 'SecretStore',
            name: 'payments-provider-key',
          },
          target: { name: 'payments-provider-key', creationPolicy: 'Owner' },
          dataFrom: [{ extract: { key: 'payments/provider' } }],
        },
      },
    ]);
  });

  it('for the Vault Secrets Operator follow the kind', () => {
    const kinds = (kind: SecretKind) =>
      make({
        secret: { kind, path: 'payments-x' },
        access: access[kind],
        delivery: 'vault-secrets-operator',
      }).documents.map(document => document.kind);
    expect(kinds('kv')).toEqual(['VaultAuth', 'VaultStaticSecret']);
    expect(kinds('database')).toEqual(['VaultAuth', 'VaultDynamicSecret']);
    expect(kinds('pki')).toEqual(['VaultAuth', 'VaultPKISecret']);
  });

  it('for the injector ask by the path of the policy', () => {
    const [{ spec }] = make({ delivery: 'agent' }).documents;
    const { annotations } = spec.template.metadata;
    expect(
      annotations[
        'vault.hashicorp.com/agent-inject-secret-payments-provider-key'
      ],
    ).toBe('production/data/payments/provider');
    expect(annotations['vault.hashicorp.com/auth-path']).toBe(
      'auth/kubernetes-production',
    );
  });

  it('for the chart of the platform are a patch of its values besides, of what an agent of it can write', () => {
    const values = { name: 'deploy/values-production.yaml', text: '' };
    const patchOf = (changes: Partial<GrantRequest>) => {
      const { plan, manifests } = make(
        { delivery: 'agent', ...changes },
        values,
      );
      return { plan, patch: manifests.length > 1 ? manifests[0] : undefined };
    };
    const foreign = patchOf({});
    expect(foreign.patch?.name).toBe('deploy/values-production.yaml.diff');
    // A secret of another service has that service before its name.
    expect(foreign.patch?.text).toContain('+      payments-provider-key:\n');
    expect(foreign.patch?.text).toContain(
      `+        role: ${foreign.plan.role.name}\n`,
    );
    const own = patchOf({
      owner: 'component:default/orders',
      secret: {
        kind: 'database',
        path: 'orders-standard',
        declared: 'database',
      },
    });
    expect(own.patch?.text).toContain(`+    role: ${own.plan.role.name}\n`);
    expect(own.patch?.text).not.toContain('grants');
    for (const changes of [
      { secret: { kind: 'pki', path: 'x', declared: 'x' }, access: ['issue'] },
      { secret: { kind: 'kv', path: 'not-declared' } },
      { delivery: 'external-secrets' },
    ] as Partial<GrantRequest>[]) {
      expect(patchOf(changes).patch).toBeUndefined();
    }
  });

  it('are none for a person, and none to read what may not be read', () => {
    expect(
      make({
        subject: {
          kind: 'person',
          userEntityRef: 'user:default/a',
          email: 'a@b.example',
        },
        delivery: 'none',
      }).manifests,
    ).toEqual([]);
    for (const delivery of DELIVERIES.filter(each => each !== 'none')) {
      expect(make({ access: ['write'], delivery }).manifests).toEqual([]);
    }
  });
});
