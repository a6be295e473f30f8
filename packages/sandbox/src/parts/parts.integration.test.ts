import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import pg from 'pg';
import { kubeconfigOf } from '../config/context.ts';
import { writeFileAtomic } from '../config/files.ts';
import { readSecrets } from '../config/secrets.ts';
import { signInToken } from '../signIn/signInToken.ts';
import { askLauncher } from '../supervisor/control.ts';
import { required } from '../testing/LiveSandbox.ts';

const run = promisify(execFile);
const stateDir = required('SHOPFLOOR_TEST_STATE');
const base = Number(required('SHOPFLOOR_TEST_PORT_BASE'));
const secrets = readSecrets(stateDir)!;
const openbao = `http://127.0.0.1:${base + 200}/v1`;

describe('sign-in', () => {
  const portalUrl = required('SHOPFLOOR_TEST_PORTAL_URL');

  it('gives a token of a sample person', async () => {
    const token = await signInToken({ user: 'ada.okafor', portalUrl });
    expect(decodeJwt(token).sub).toBe('user:default/ada.okafor');
  });

  it('gives none of somebody else', async () => {
    await expect(signInToken({ user: 'mallory', portalUrl })).rejects.toThrow(
      'there is no sample person mallory',
    );
  });
});

describe('OpenBao', () => {
  it('is open, and its root token is gone', async () => {
    const health = await fetch(`${openbao}/sys/health`);
    expect(await health.json()).toMatchObject({
      initialized: true,
      sealed: false,
    });
    const record = JSON.parse(
      readFileSync(join(stateDir, 'openbao/init.json'), 'utf8'),
    );
    expect(Object.keys(record).sort()).toEqual(['recoveryKeys', 'setUp']);
  });

  it('shows nothing to somebody without a token, and notes that it was asked', async () => {
    const path = `production/data/${randomUUID()}`;
    const answer = await fetch(`${openbao}/${path}`);
    expect(answer.status).toBe(403);
    const audit = readFileSync(
      join(stateDir, 'logs/openbao-audit.log'),
      'utf8',
    );
    expect(audit).toContain(path);
  });
});

describe('PostgreSQL', () => {
  const connect = async (user: string, password: string, database: string) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: base + 32,
      user,
      password,
      database,
    });
    await client.connect();
    return client;
  };

  it('gives the portal a role that makes databases and is no superuser', async () => {
    const client = await connect(
      'portal',
      secrets.portalDatabasePassword,
      'postgres',
    );
    const { rows } = await client.query(
      'SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user',
    );
    await client.end();
    expect(rows).toEqual([
      { rolsuper: false, rolcreatedb: true, rolcreaterole: false },
    ]);
  });

  it('gives services no password that lives longer than a lease', async () => {
    const client = await connect(
      'portal',
      secrets.portalDatabasePassword,
      'postgres',
    );
    const { rows } = await client.query(
      `SELECT r.rolname AS name, m.rolcanlogin AS leased, r.rolcanlogin AS own
       FROM pg_roles r
       JOIN pg_auth_members a ON a.roleid = r.oid
       JOIN pg_roles m ON m.oid = a.member AND m.rolname LIKE 'v-%'
       WHERE r.rolname = 'production_orders'`,
    );
    await client.end();
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row).toEqual({
        name: 'production_orders',
        leased: true,
        own: false,
      });
    }
  });

  it('keeps the databases of services from the portal', async () => {
    await expect(
      connect('portal', secrets.portalDatabasePassword, 'production_products'),
    ).rejects.toThrow('permission denied for database');
  });
});

describe('the Kubernetes API', () => {
  const kubectl = join(required('SHOPFLOOR_TEST_TOOLS'), 'kubectl');

  it('writes down who changed what, also when somebody acts for another', async () => {
    const name = `audit-${randomUUID().slice(0, 8)}`;
    await run(kubectl, [
      '--kubeconfig',
      required('SHOPFLOOR_TEST_KUBECONFIG'),
      '--as=ben.lindqvist@larkfield.example',
      '--as-group=system:masters',
      'create',
      'configmap',
      name,
      '-n',
      'default',
      '--dry-run=server',
    ]);
    const audit = readFileSync(join(stateDir, 'logs/kube-audit.log'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const event = audit.findLast(entry =>
      entry.impersonatedUser?.username.startsWith('ben.lindqvist'),
    );
    expect(event).toMatchObject({
      user: { username: 'shopfloor-admin' },
      verb: 'create',
      objectRef: { resource: 'configmaps' },
    });
    expect(event.requestObject).toBeUndefined();
  });

  it('does not let the read-only account write', async () => {
    const kubeconfig = join(stateDir, 'test-reader.kubeconfig');
    writeFileAtomic({
      path: kubeconfig,
      content: kubeconfigOf({
        url: `https://127.0.0.1:${base + 443}`,
        ca: readFileSync(join(stateDir, 'pki/ca.crt'), 'utf8'),
        user: 'shopfloor-reader',
        token: secrets.kubernetesTokens['shopfloor-reader'],
      }),
      mode: 0o600,
    });
    await expect(
      run(kubectl, ['--kubeconfig', kubeconfig, 'create', 'namespace', 'x']),
    ).rejects.toThrow('User "shopfloor-reader" cannot create');
  });
});

it('tells its status as the contracts say', async () => {
  const status = (await askLauncher(stateDir))!;
  const names = status.parts.map(part => part.name);
  expect(names).toEqual(
    expect.arrayContaining(['postgres', 'portal', 'apiserver', 'openbao']),
  );
  expect(status.ready).toBe(status.parts.every(part => part.ready));
});
