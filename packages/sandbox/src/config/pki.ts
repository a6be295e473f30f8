import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { writeFileAtomic } from './files.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const CA_DAYS = 3650;
const LEAF_DAYS = 825;
/** A certificate with less left is made anew at the next start. */
const RENEW_BEFORE_MS = 90 * DAY_MS;

/** A certificate and its key, in PEM, and the files they are kept in. */
export interface KeyPair {
  cert: string;
  key: string;
  certFile: string;
  keyFile: string;
}

/** The certificates of the Kubernetes API, kept in `<state>/pki/`. */
export interface SandboxPki {
  ca: KeyPair;
  /** Of the API server, for 127.0.0.1, localhost and the in-cluster names. */
  apiserver: KeyPair;
  /** Of the controller manager, for 127.0.0.1. */
  controllerManager: KeyPair;
  /** Of the node agent's log endpoint, for 127.0.0.1; signed by the same authority. */
  agent: KeyPair;
  /** With which the API server shows itself to the node agent. */
  kubeletClient: KeyPair;
  /** With which the controller manager shows itself to the API server: user `system:kube-controller-manager`. */
  controllerManagerClient: KeyPair;
  /** Signs the tokens of service accounts. */
  serviceAccountKeyFile: string;
}

/** Reads the certificates and makes those that are missing or about to end. */
export async function ensurePki(stateDir: string): Promise<SandboxPki> {
  const dir = join(stateDir, 'pki');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const ca = await ensureCa(dir);
  const [
    apiserver,
    controllerManager,
    agent,
    kubeletClient,
    controllerManagerClient,
  ] = await Promise.all([
    ensureLeaf({
      dir,
      ca,
      name: 'apiserver',
      commonName: 'kube-apiserver',
      server: true,
      dnsNames: [
        'localhost',
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
      ],
      // 10.96.0.1 is the first address of the service range, which `kubernetes.default` resolves to.
      addresses: ['127.0.0.1', '10.96.0.1'],
    }),
    ensureLeaf({
      dir,
      ca,
      name: 'controller-manager',
      commonName: 'kube-controller-manager',
      server: true,
      dnsNames: ['localhost'],
      addresses: ['127.0.0.1'],
    }),
    ensureLeaf({
      dir,
      ca,
      name: 'agent',
      commonName: 'shopfloor-agent',
      server: true,
      dnsNames: ['localhost'],
      addresses: ['127.0.0.1'],
    }),
    ensureLeaf({
      dir,
      ca,
      name: 'kubelet-client',
      commonName: 'kube-apiserver-kubelet-client',
      server: false,
      dnsNames: [],
      addresses: [],
    }),
    ensureLeaf({
      dir,
      ca,
      name: 'controller-manager-client',
      commonName: 'system:kube-controller-manager',
      server: false,
      dnsNames: [],
      addresses: [],
    }),
  ]);
  const serviceAccountKeyFile = join(dir, 'service-account.key');
  if (!existsSync(serviceAccountKeyFile)) {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    writeFileAtomic({
      path: serviceAccountKeyFile,
      content: privateKey,
      mode: 0o600,
    });
  }
  return {
    ca,
    apiserver,
    controllerManager,
    agent,
    kubeletClient,
    controllerManagerClient,
    serviceAccountKeyFile,
  };
}

async function ensureCa(dir: string): Promise<KeyPair> {
  const known = readPair(dir, 'ca');
  if (known) {
    return known;
  }
  const made = await generate(
    [{ name: 'commonName', value: 'Shopfloor sandbox' }],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notAfterDate: new Date(Date.now() + CA_DAYS * DAY_MS),
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
      ],
    },
  );
  return writePair(dir, 'ca', made);
}

async function ensureLeaf(options: {
  dir: string;
  ca: KeyPair;
  name: string;
  commonName: string;
  server: boolean;
  dnsNames: string[];
  addresses: string[];
}): Promise<KeyPair> {
  const { dir, ca, name, server } = options;
  const known = readPair(dir, name);
  if (
    known &&
    new X509Certificate(known.cert).verify(
      new X509Certificate(ca.cert).publicKey,
    )
  ) {
    return known;
  }
  const altNames = [
    ...options.dnsNames.map(value => ({ type: 2 as const, value })),
    ...options.addresses.map(ip => ({ type: 7 as const, ip })),
  ];
  const made = await generate(
    [{ name: 'commonName', value: options.commonName }],
    {
      keyType: 'ec',
      algorithm: 'sha256',
      notAfterDate: new Date(Date.now() + LEAF_DAYS * DAY_MS),
      ca: { key: ca.key, cert: ca.cert },
      extensions: [
        { name: 'basicConstraints', cA: false, critical: true },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: server, clientAuth: !server },
        ...(altNames.length
          ? [{ name: 'subjectAltName' as const, altNames }]
          : []),
      ],
    },
  );
  return writePair(dir, name, made);
}

function readPair(dir: string, name: string): KeyPair | undefined {
  const certFile = join(dir, `${name}.crt`);
  const keyFile = join(dir, `${name}.key`);
  if (!existsSync(certFile) || !existsSync(keyFile)) {
    return undefined;
  }
  const cert = readFileSync(certFile, 'utf8');
  const left = new X509Certificate(cert).validToDate.getTime() - Date.now();
  return left > RENEW_BEFORE_MS
    ? { cert, key: readFileSync(keyFile, 'utf8'), certFile, keyFile }
    : undefined;
}

function writePair(
  dir: string,
  name: string,
  made: { cert: string; private: string },
): KeyPair {
  const certFile = join(dir, `${name}.crt`);
  const keyFile = join(dir, `${name}.key`);
  writeFileAtomic({ path: keyFile, content: made.private, mode: 0o600 });
  writeFileAtomic({ path: certFile, content: made.cert });
  return { cert: made.cert, key: made.private, certFile, keyFile };
}
