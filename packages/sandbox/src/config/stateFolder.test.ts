import { X509Certificate } from 'node:crypto';
import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeconfigOf } from './context.ts';
import { ensurePki } from './pki.ts';
import { databasePassword, ensureSecrets, readSecrets } from './secrets.ts';
import { STATE_SCHEMA, openStateFolder, stateFolder } from './stateFolder.ts';

let stateDir: string;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'shopfloor-state-'));
});

afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

describe('the state folder', () => {
  it('is .sandbox in the clone unless SHOPFLOOR_STATE says otherwise', () => {
    expect(stateFolder('/clone', {})).toBe('/clone/.sandbox');
    expect(stateFolder('/clone', { SHOPFLOOR_STATE: '/elsewhere' })).toBe(
      '/elsewhere',
    );
  });

  it('is opened again by the version that made it', () => {
    openStateFolder(stateDir);
    expect(() => openStateFolder(stateDir)).not.toThrow();
  });

  it('is refused in clear words when a newer version wrote it', () => {
    writeFileSync(
      join(stateDir, 'state.json'),
      JSON.stringify({ schema: STATE_SCHEMA + 1 }),
    );
    expect(() => openStateFolder(stateDir)).toThrow(
      'was written by a newer version of Shopfloor',
    );
  });
});

describe('secrets', () => {
  it('stay the same, are readable by this user alone, and gain what is new', () => {
    const secrets = ensureSecrets(stateDir);
    expect(ensureSecrets(stateDir)).toEqual(secrets);
    const path = join(stateDir, 'secrets.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { sessionSecret, ...older } = secrets;
    const { 'shopfloor-secrets': added, ...tokens } = secrets.kubernetesTokens;
    writeFileSync(path, JSON.stringify({ ...older, kubernetesTokens: tokens }));
    const upgraded = ensureSecrets(stateDir);
    expect(upgraded).toMatchObject({ ...older, kubernetesTokens: tokens });
    expect(upgraded.kubernetesTokens['shopfloor-secrets']).toMatch(/./);
    expect(upgraded.kubernetesTokens['shopfloor-secrets']).not.toBe(added);
    expect(upgraded.sessionSecret).toBeDefined();
    expect(upgraded.sessionSecret).not.toBe(sessionSecret);
  });

  it('keep the password of each database role', () => {
    const secrets = ensureSecrets(stateDir);
    const first = databasePassword({ stateDir, secrets, role: 'a' });
    expect(databasePassword({ stateDir, secrets, role: 'a' })).toBe(first);
    expect(readSecrets(stateDir)?.databasePasswords).toEqual({ a: first });
  });
});

describe('certificates', () => {
  it('are signed by the authority of the sandbox, name loopback, and are made once', async () => {
    const pki = await ensurePki(stateDir);
    const ca = new X509Certificate(pki.ca.cert);
    for (const pair of [pki.apiserver, pki.controllerManager, pki.agent]) {
      const certificate = new X509Certificate(pair.cert);
      expect(certificate.verify(ca.publicKey)).toBe(true);
      expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
      expect(statSync(pair.keyFile).mode & 0o777).toBe(0o600);
    }
    expect(new X509Certificate(pki.controllerManagerClient.cert).subject).toBe(
      'CN=system:kube-controller-manager',
    );
    expect(await ensurePki(stateDir)).toEqual(pki);
  });

  it('are made anew when the authority has changed', async () => {
    const before = await ensurePki(stateDir);
    rmSync(before.ca.certFile);
    const after = await ensurePki(stateDir);
    expect(after.apiserver.cert).not.toBe(before.apiserver.cert);
    expect(readFileSync(after.apiserver.certFile, 'utf8')).toBe(
      after.apiserver.cert,
    );
  });
});

it('writes a kubeconfig that holds the authority itself, not its path', () => {
  const text = kubeconfigOf({
    url: 'https://127.0.0.1:7443',
    ca: 'PEM',
    token: 't',
  });
  expect(text).toContain(
    `certificate-authority-data: ${Buffer.from('PEM').toString('base64')}`,
  );
  expect(text).toContain('token: t');
});
