import { ChildProcess, spawn } from 'child_process';
import { generateKeyPairSync, randomUUID } from 'crypto';
import { once } from 'events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'fs';
import { AddressInfo, createServer } from 'net';
import { homedir, tmpdir } from 'os';
import { join } from 'path';
import {
  kubernetesRequest,
  KubernetesRequestOptions,
} from '@shopfloor/plugin-environments-node';
import { parse, parseAllDocuments } from 'yaml';

const DEADLINE_MS = 90_000;

const RBAC = join(__dirname, '../../../../platform/identity/rbac');

const PLURALS: Record<string, [string, string]> = {
  ClusterRole: ['rbac.authorization.k8s.io', 'clusterroles'],
  ClusterRoleBinding: ['rbac.authorization.k8s.io', 'clusterrolebindings'],
  Role: ['rbac.authorization.k8s.io', 'roles'],
  RoleBinding: ['rbac.authorization.k8s.io', 'rolebindings'],
  ValidatingAdmissionPolicy: [
    'admissionregistration.k8s.io',
    'validatingadmissionpolicies',
  ],
  ValidatingAdmissionPolicyBinding: [
    'admissionregistration.k8s.io',
    'validatingadmissionpolicybindings',
  ],
};

/**
 * A real API server: the sandbox's of the test run, or one of its own from the tools that the sandbox once built on this machine.
 * Nothing runs pods there but the sandbox.
 */
export class TestCluster {
  readonly namespace = `secrets-test-${randomUUID().slice(0, 8)}`;
  readonly url: string;
  readonly caData: string;
  readonly adminToken: string;
  readonly #stop: () => Promise<void>;

  static async start(): Promise<TestCluster> {
    const kubeconfig = process.env.SHOPFLOOR_TEST_KUBECONFIG;
    const cluster = kubeconfig
      ? fromKubeconfig(kubeconfig)
      : await ownApiServer();
    const test = new TestCluster(cluster);
    try {
      await test.#setUp();
    } catch (error) {
      await test.stop();
      throw error;
    }
    return test;
  }

  private constructor(options: Parts) {
    this.url = options.url;
    this.caData = options.caData;
    this.adminToken = options.adminToken;
    this.#stop = options.stop;
  }

  admin<T>(
    options: Omit<KubernetesRequestOptions, 'cluster' | 'token'>,
  ): Promise<T> {
    return kubernetesRequest<T>({
      cluster: { name: 'test', url: this.url, caData: this.caData },
      token: this.adminToken,
      ...options,
    });
  }

  /** A request with the rights of the secrets backend's account. */
  secrets<T>(
    options: Omit<KubernetesRequestOptions, 'cluster' | 'token'>,
  ): Promise<T> {
    return this.admin<T>({
      ...options,
      impersonate: { user: 'shopfloor-secrets' },
    });
  }

  /** A token of a service account with the audience of Vault; of the test's own namespace unless another is given. */
  async accountToken(
    name: string,
    namespace = this.namespace,
  ): Promise<string> {
    const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
    await this.admin({
      method: 'POST',
      path: accounts,
      body: { metadata: { name } },
    }).catch(() => undefined);
    const { status } = await this.admin<{ status: { token: string } }>({
      method: 'POST',
      path: `${accounts}/${name}/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { audiences: ['vault'], expirationSeconds: 3600 },
      },
    });
    return status.token;
  }

  /** Whether a user may do something, as the API server decides it. */
  async allows(user: {
    name: string;
    groups?: string[];
    verb: string;
    group?: string;
    resource: string;
    subresource?: string;
    /** Of the object. */
    object?: string;
    namespace?: string;
  }): Promise<boolean> {
    const { name, groups, object, ...attributes } = user;
    const { status } = await this.admin<{ status: { allowed: boolean } }>({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: name,
          groups,
          resourceAttributes: { ...attributes, name: object },
        },
      },
    });
    return status.allowed;
  }

  /** Configuration of the auth method of Vault that trusts this cluster. */
  vaultConfig(): Record<string, unknown> {
    return {
      kubernetes_host: this.url,
      kubernetes_ca_cert: Buffer.from(this.caData, 'base64').toString(),
      token_reviewer_jwt: this.adminToken,
      disable_local_ca_jwt: true,
    };
  }

  async stop(): Promise<void> {
    await this.admin({
      method: 'DELETE',
      path: `/api/v1/namespaces/${this.namespace}`,
    }).catch(() => undefined);
    await this.#stop();
  }

  /** The namespace, and the rights and the admission policy as they are committed. */
  async #setUp(): Promise<void> {
    await this.admin({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { metadata: { name: this.namespace } },
    });
    await this.#apply('/api/v1/namespaces/kube-system/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'secret-proof', namespace: 'kube-system' },
      data: {
        image: 'shopfloor.local/secret-proof:1.0.0',
        vaultAddress: 'http://127.0.0.1:7200',
      },
    });
    for (const name of ['production', 'staging']) {
      await this.#apply('/api/v1/namespaces', { metadata: { name } });
    }
    const objects = readdirSync(RBAC)
      .filter(file => file.endsWith('.yaml'))
      .flatMap(file =>
        parseAllDocuments(readFileSync(join(RBAC, file), 'utf8')),
      )
      .map(document => document.toJS());
    for (const object of objects) {
      const { kind, metadata } = object;
      const plural = PLURALS[kind];
      if (!plural) {
        // Accounts give no right.
        continue;
      }
      const [group, resource] = plural;
      const at = metadata.namespace ? `namespaces/${metadata.namespace}/` : '';
      await this.#apply(`/apis/${group}/v1/${at}${resource}`, object);
    }
    await this.#apply(
      `/apis/rbac.authorization.k8s.io/v1/namespaces/${this.namespace}/rolebindings`,
      {
        metadata: { name: 'shopfloor-secrets' },
        roleRef: {
          apiGroup: 'rbac.authorization.k8s.io',
          kind: 'ClusterRole',
          name: 'shopfloor-secrets',
        },
        subjects: [
          {
            apiGroup: 'rbac.authorization.k8s.io',
            kind: 'User',
            name: 'shopfloor-secrets',
          },
        ],
      },
    );
  }

  /** What the sandbox applied already stays as it is: it is the same. */
  async #apply(
    path: string,
    object: {
      metadata: { name: string; namespace?: string };
      [part: string]: unknown;
    },
  ): Promise<void> {
    const there = await this.admin({
      path: `${path}/${object.metadata.name}`,
    }).catch(() => undefined);
    if (!there) {
      await this.admin({ method: 'POST', path, body: object });
    }
  }
}

interface Parts {
  url: string;
  caData: string;
  adminToken: string;
  stop: () => Promise<void>;
}

function fromKubeconfig(path: string): Parts {
  const kubeconfig = parse(readFileSync(path, 'utf8'));
  const { cluster } = kubeconfig.clusters[0];
  return {
    url: cluster.server,
    caData:
      cluster['certificate-authority-data'] ??
      readFileSync(cluster['certificate-authority']).toString('base64'),
    adminToken: kubeconfig.users[0].user.token,
    stop: async () => {},
  };
}

async function ownApiServer(): Promise<Parts> {
  const folder = mkdtempSync(join(tmpdir(), 'test-cluster-'));
  const [etcdPort, peerPort, port] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
  ]);
  const children: ChildProcess[] = [];
  const run = (name: string, args: string[]) => {
    const child = spawn(tool(name), args, { stdio: 'ignore', cwd: folder });
    children.push(child);
  };
  const stop = async () => {
    for (const child of children.reverse()) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const etcd = `http://127.0.0.1:${etcdPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  run('etcd', [
    '--name=test',
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${etcd}`,
    `--advertise-client-urls=${etcd}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=test=${peer}`,
    '--unsafe-no-fsync',
    '--log-level=error',
  ]);
  const adminToken = randomUUID();
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const key = join(folder, 'sa.key');
  const tokens = join(folder, 'tokens.csv');
  writeFileSync(key, privateKey);
  writeFileSync(tokens, `${adminToken},admin,admin,"system:masters"\n`);
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  run('kube-apiserver', [
    `--etcd-servers=${etcd}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=192.0.2.1',
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--cert-dir=${folder}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--service-account-issuer=${issuer}`,
    `--service-account-signing-key-file=${key}`,
    `--service-account-key-file=${key}`,
    `--api-audiences=${issuer}`,
    '--profiling=false',
  ]);
  const url = `https://127.0.0.1:${port}`;
  const certificate = join(folder, 'apiserver.crt');
  const deadline = Date.now() + DEADLINE_MS;
  while (Date.now() < deadline) {
    if (existsSync(certificate)) {
      const caData = readFileSync(certificate).toString('base64');
      const ready = await kubernetesRequest({
        cluster: { name: 'test', url, caData },
        token: adminToken,
        path: '/api/v1/namespaces/kube-system',
      }).then(
        () => true,
        () => false,
      );
      if (ready) {
        return { url, caData, adminToken, stop };
      }
    }
    await new Promise(resolve => setTimeout(resolve, 200));
  }
  await stop();
  throw new Error('kube-apiserver did not answer within 90 s');
}

/** A program that the sandbox built; npm test sets `SHOPFLOOR_TEST_KUBECONFIG` and needs none. */
function tool(name: string): string {
  const cache = join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'shopfloor',
  );
  const folder = join(cache, 'tools');
  const found = existsSync(folder)
    ? readdirSync(folder)
        .filter(entry => entry.startsWith(`${name}-`))
        .map(entry => join(folder, entry, name))
        .find(existsSync)
    : undefined;
  if (!found) {
    throw new Error(
      `There is no ${name}; run npm test, or npm start once, which builds it`,
    );
  }
  return found;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
