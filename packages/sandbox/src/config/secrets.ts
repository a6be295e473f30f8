import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from './files.ts';

/** The static tokens of the cluster, by the Kubernetes user they stand for. */
export interface KubernetesTokens {
  'shopfloor-admin': string;
  'shopfloor-agent': string;
  'shopfloor-reader': string;
  'shopfloor-traffic': string;
  'shopfloor-secrets': string;
}

/** What is generated once for a state folder. Everything here is worth nothing outside this machine's loopback. */
export interface SandboxSecrets {
  /** Of PostgreSQL's superuser `postgres`. */
  postgresPassword: string;
  /** Of the portal's role `portal`. */
  portalDatabasePassword: string;
  /** Signs the portal's session cookies. */
  sessionSecret: string;
  /** With which Alertmanager tells the portal of alerts. */
  alertsToken: string;
  /** With which a pipeline asks the release gate; it may nothing else. */
  pipelineToken: string;
  /** Signs the anchors of the audit trail: Ed25519, base64 of PKCS #8 DER. */
  anchorKey: string;
  /** Of the client `portal` at the OpenID provider. */
  oidcClientSecret: string;
  /** Signs the OpenID provider's cookies. */
  oidcCookieKey: string;
  /** Of the client `storefront` at the shop's issuer. */
  shopOidcClientSecret: string;
  /** Signs the cookies of the shop's issuer. */
  shopOidcCookieKey: string;
  /** Bearer tokens of the Kubernetes API. */
  kubernetesTokens: KubernetesTokens;
  /** 32 bytes in base64: OpenBao's static seal. */
  openbaoSealKey: string;
  /** Of the role `openbao` of PostgreSQL, which makes the roles that services get with a lease. */
  openbaoDatabasePassword: string;
  /** Of the client `openbao` at the OpenID provider. */
  openbaoOidcClientSecret: string;
  /** Of the role of the secrets backend, `secrets`. */
  secretsDatabasePassword: string;
  /** Passwords of the databases of services, by role; added when first asked for. */
  databasePasswords: Record<string, string>;
  /** Values of the shop's Secrets, by `<environment>/<secret>/<key>`; added when first asked for. */
  shop: Record<string, string>;
}

function token(): string {
  return randomBytes(32).toString('base64url');
}

function generate(): SandboxSecrets {
  return {
    postgresPassword: token(),
    portalDatabasePassword: token(),
    sessionSecret: token(),
    alertsToken: token(),
    pipelineToken: token(),
    anchorKey: generateKeyPairSync('ed25519')
      .privateKey.export({ format: 'der', type: 'pkcs8' })
      .toString('base64'),
    oidcClientSecret: token(),
    oidcCookieKey: token(),
    shopOidcClientSecret: token(),
    shopOidcCookieKey: token(),
    kubernetesTokens: {
      'shopfloor-admin': randomUUID() + token(),
      'shopfloor-agent': randomUUID() + token(),
      'shopfloor-reader': randomUUID() + token(),
      'shopfloor-traffic': randomUUID() + token(),
      'shopfloor-secrets': randomUUID() + token(),
    },
    openbaoSealKey: randomBytes(32).toString('base64'),
    openbaoDatabasePassword: token(),
    openbaoOidcClientSecret: token(),
    secretsDatabasePassword: token(),
    databasePasswords: {},
    shop: {},
  };
}

function secretsPath(stateDir: string): string {
  return join(stateDir, 'secrets.json');
}

/** The secrets of a state folder; `undefined` when it has none yet. */
export function readSecrets(stateDir: string): SandboxSecrets | undefined {
  const path = secretsPath(stateDir);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

/** Reads the secrets and generates what is missing, so that an older state folder gains new keys. */
export function ensureSecrets(stateDir: string): SandboxSecrets {
  const existing = readSecrets(stateDir);
  const made = generate();
  const secrets: SandboxSecrets = {
    ...made,
    ...existing,
    kubernetesTokens: {
      ...made.kubernetesTokens,
      ...existing?.kubernetesTokens,
    },
  };
  if (JSON.stringify(existing) !== JSON.stringify(secrets)) {
    writeSecrets(stateDir, secrets);
  }
  return secrets;
}

/** The password of a service's database role; generated and kept at the first call. */
export function databasePassword(options: {
  stateDir: string;
  secrets: SandboxSecrets;
  role: string;
}): string {
  const { stateDir, secrets, role } = options;
  const known = secrets.databasePasswords[role];
  if (known) {
    return known;
  }
  secrets.databasePasswords[role] = token();
  writeSecrets(stateDir, secrets);
  return secrets.databasePasswords[role];
}

/** Keeps a secret of the shop. */
export function rememberShopSecret(options: {
  stateDir: string;
  secrets: SandboxSecrets;
  name: string;
  value: string;
}): void {
  const { stateDir, secrets, name, value } = options;
  secrets.shop[name] = value;
  writeSecrets(stateDir, secrets);
}

function writeSecrets(stateDir: string, secrets: SandboxSecrets): void {
  writeFileAtomic({
    path: secretsPath(stateDir),
    content: `${JSON.stringify(secrets, undefined, 2)}\n`,
    mode: 0o600,
  });
}
