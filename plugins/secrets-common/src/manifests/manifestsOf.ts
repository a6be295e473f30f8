import { stringify } from 'yaml';
import { GrantPlan, GrantRequest, Manifest } from '../grant/types';
import { VAULT_AUDIENCE } from '../plan/composePlan';
import { EnvironmentMounts } from '../plan/mounts';
import { serviceOf } from '../plan/words';
import { Delivery, SecretKind } from '../secret';
import { ValuesFile, valuesPatch } from './valuesPatch';

/** Ways in which each kind of secret can be delivered. The operators cannot use a key for anybody. */
export const DELIVERIES_OF_KIND: Readonly<
  Record<SecretKind, readonly Delivery[]>
> = {
  kv: ['agent', 'external-secrets', 'vault-secrets-operator', 'none'],
  database: ['agent', 'external-secrets', 'vault-secrets-operator', 'none'],
  pki: ['agent', 'external-secrets', 'vault-secrets-operator', 'none'],
  transit: ['none'],
};

/** What {@link manifestsOf} needs. */
export interface ManifestOptions {
  request: GrantRequest;
  plan: GrantPlan;
  mounts: EnvironmentMounts;
  /** As pods reach Vault. */
  vaultAddress: string;
  /** Where the service is deployed by the platform's chart: its values for the environment. */
  values?: ValuesFile;
}

interface Context extends ManifestOptions {
  namespace: string;
  /** Service account. */
  account: string;
  /** Of the objects that are made. */
  object: string;
}

/** What the repository of the service needs, so that the secret gets to it. Of a person there is nothing. */
export function manifestsOf(options: ManifestOptions): Manifest[] {
  const { request } = options;
  const { subject, secret, owner, delivery } = request;
  if (
    subject.kind === 'person' ||
    (delivery !== 'none' && !canRead(request.access))
  ) {
    return [];
  }
  const context: Context = {
    ...options,
    namespace: subject.namespace,
    account: subject.name,
    object: `${serviceOf(owner)}-${secret.declared ?? secret.path}`.replace(
      /[^a-z0-9-]+/g,
      '-',
    ),
  };
  switch (delivery) {
    case 'agent':
      return [...chartValues(context), agent(context)];
    case 'external-secrets':
      return [externalSecrets(context)];
    case 'vault-secrets-operator':
      return [secretsOperator(context)];
    case 'none':
      return [plainRole(context)];
    default:
      throw new Error(
        `No such delivery: ${JSON.stringify(delivery satisfies never)}`,
      );
  }
}

function canRead(access: GrantRequest['access']): boolean {
  return access.includes('read') || access.includes('issue');
}

function yaml(name: string, ...documents: object[]): Manifest {
  return {
    name,
    text: documents
      .map(document => stringify(document, { lineWidth: 0 }))
      .join('---\n'),
  };
}

/** What Vault is asked for: with an engine of version 2 the path of the data, else that of the credentials. */
function vaultPath({ plan }: Context): string {
  return plan.allows[0].path;
}

/** Longest name that the chart takes for a grant. */
const LONGEST_NAME = 40;

/**
 * What an agent of the platform's chart needs. The own database is that of the agent which is there anyway; every other secret has an
 * agent of its own, under its name, with that of its owner before it when that is another service. A certificate is nothing that
 * agents of the chart write.
 */
function chartValues(context: Context): Manifest[] {
  const { plan, request, values, account, object } = context;
  const { kind, declared } = request.secret;
  const own = serviceOf(request.owner) === account;
  const name = own ? declared : object;
  if (
    !values ||
    !declared ||
    !name ||
    name.length > LONGEST_NAME ||
    !['kv', 'database'].includes(kind)
  ) {
    return [];
  }
  const patch = valuesPatch(
    own && kind === 'database'
      ? {
          file: values,
          at: ['secrets', 'vault', 'role'],
          value: plan.role.name,
        }
      : {
          file: values,
          at: ['secrets', 'vault', 'grants', name],
          value: {
            role: plan.role.name,
            path: vaultPath(context),
            ...(kind === 'database' && { engine: 'dynamic' }),
          },
        },
  );
  return patch ? [patch] : [];
}

function agent(context: Context): Manifest {
  const { plan, object, account, namespace, request } = context;
  const path = vaultPath(context);
  const template =
    request.secret.kind === 'pki'
      ? `{{- with pkiCert "${path}" "common_name=${account}.${namespace}.svc.cluster.local" -}}\n{{ .Cert }}{{ .CA }}{{ .Key }}\n{{- end }}\n`
      : `{{- with secret "${path}" -}}\n{{ ${
          request.secret.kind === 'kv' ? '.Data.data' : '.Data'
        } | toJSON }}\n{{- end }}\n`;
  return yaml(`deploy/${object}.agent-patch.yaml`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: account, namespace },
    spec: {
      template: {
        metadata: {
          annotations: {
            'vault.hashicorp.com/agent-inject': 'true',
            'vault.hashicorp.com/auth-path': `auth/${plan.role.mount}`,
            'vault.hashicorp.com/auth-config-audience': VAULT_AUDIENCE,
            'vault.hashicorp.com/role': plan.role.name,
            [`vault.hashicorp.com/agent-inject-secret-${object}`]: path,
            [`vault.hashicorp.com/agent-inject-template-${object}`]: template,
          },
        },
        spec: { serviceAccountName: account },
      },
    },
  });
}

function externalSecrets(context: Context): Manifest {
  const { plan, mounts, object, account, namespace, request } = context;
  const auth = {
    kubernetes: {
      mountPath: plan.role.mount,
      role: plan.role.name,
      serviceAccountRef: { name: account, audiences: [VAULT_AUDIENCE] },
    },
  };
  const provider = { server: context.vaultAddress, auth };
  const external = (dataFrom: object) => ({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name: object, namespace },
    spec: {
      refreshInterval: '15m',
      ...(request.secret.kind === 'kv' && {
        secretStoreRef: { kind: 'SecretStore', name: object },
      }),
      target: { name: object, creationPolicy: 'Owner' },
      dataFrom: [dataFrom],
    },
  });
  const file = `deploy/${object}.externalsecret.yaml`;
  if (request.secret.kind === 'kv') {
    return yaml(
      file,
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'SecretStore',
        metadata: { name: object, namespace },
        spec: {
          provider: {
            vault: { ...provider, path: mounts.kv, version: 'v2' },
          },
        },
      },
      external({
        extract: { key: `${serviceOf(request.owner)}/${request.secret.path}` },
      }),
    );
  }
  const pki = request.secret.kind === 'pki';
  return yaml(
    file,
    {
      apiVersion: 'generators.external-secrets.io/v1alpha1',
      kind: 'VaultDynamicSecret',
      metadata: { name: object, namespace },
      spec: {
        path: vaultPath(context),
        method: pki ? 'POST' : 'GET',
        ...(pki && {
          parameters: {
            common_name: `${account}.${namespace}.svc.cluster.local`,
          },
        }),
        resultType: 'Data',
        provider,
      },
    },
    external({
      sourceRef: {
        generatorRef: {
          apiVersion: 'generators.external-secrets.io/v1alpha1',
          kind: 'VaultDynamicSecret',
          name: object,
        },
      },
    }),
  );
}

function secretsOperator(context: Context): Manifest {
  const { plan, mounts, object, account, namespace, request } = context;
  const destination = { name: object, create: true };
  const metadata = { name: object, namespace };
  const apiVersion = 'secrets.hashicorp.com/v1beta1';
  const of = (kind: string, spec: object) => ({
    apiVersion,
    kind,
    metadata,
    spec: { vaultAuthRef: object, ...spec, destination },
  });
  const secret = {
    kv: () =>
      of('VaultStaticSecret', {
        mount: mounts.kv,
        type: 'kv-v2',
        path: `${serviceOf(request.owner)}/${request.secret.path}`,
        refreshAfter: '15m',
      }),
    database: () =>
      of('VaultDynamicSecret', {
        mount: mounts.database,
        path: `creds/${request.secret.path}`,
        rolloutRestartTargets: [{ kind: 'Deployment', name: account }],
      }),
    pki: () =>
      of('VaultPKISecret', {
        mount: mounts.pki,
        role: request.secret.path,
        commonName: `${account}.${namespace}.svc.cluster.local`,
      }),
    transit: () => {
      throw new Error('A key of Transit is not delivered');
    },
  }[request.secret.kind]();
  return yaml(
    `deploy/${object}.vaultsecret.yaml`,
    {
      apiVersion,
      kind: 'VaultAuth',
      metadata,
      spec: {
        method: 'kubernetes',
        mount: plan.role.mount,
        kubernetes: {
          role: plan.role.name,
          serviceAccount: account,
          audiences: [VAULT_AUDIENCE],
        },
      },
    },
    secret,
  );
}

/** For a program that speaks to Vault itself. */
function plainRole(context: Context): Manifest {
  const { plan, object, account, namespace, vaultAddress } = context;
  return yaml(`deploy/${object}.vault-role-patch.yaml`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: account, namespace },
    spec: {
      template: {
        spec: {
          serviceAccountName: account,
          containers: [
            {
              name: account,
              env: [
                { name: 'VAULT_ADDR', value: vaultAddress },
                { name: 'VAULT_AUTH_PATH', value: `auth/${plan.role.mount}` },
                { name: 'VAULT_ROLE', value: plan.role.name },
                {
                  name: 'VAULT_TOKEN_FILE',
                  value: '/var/run/secrets/vault/token',
                },
              ],
              volumeMounts: [
                {
                  name: 'vault-token',
                  mountPath: '/var/run/secrets/vault',
                  readOnly: true,
                },
              ],
            },
          ],
          volumes: [
            {
              name: 'vault-token',
              projected: {
                sources: [
                  {
                    serviceAccountToken: {
                      path: 'token',
                      audience: VAULT_AUDIENCE,
                      expirationSeconds: 600,
                    },
                  },
                ],
              },
            },
          ],
        },
      },
    },
  });
}
