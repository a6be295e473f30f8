import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPorts } from '../config/ports.ts';
import { ensureSecrets, type SandboxSecrets } from '../config/secrets.ts';
import type { SandboxContext } from '../supervisor/types.ts';
import { portalEnvironment } from './portalEnvironment.ts';
import { secretsEnvironment } from './secretsBackend.ts';

describe('the two processes of the portal', () => {
  let stateDir: string;
  let secrets: SandboxSecrets;
  let ctx: SandboxContext;

  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'shopfloor-state-'));
    secrets = ensureSecrets(stateDir);
    ctx = {
      stateDir,
      secrets,
      ports: readPorts({}),
      kubernetes: { url: 'https://127.0.0.1:7443', ca: 'PEM', kubeconfig: '' },
    } as unknown as SandboxContext;
  });
  afterEach(() => rmSync(stateDir, { recursive: true }));

  /** Every generated text of the state folder. */
  const secretTexts = () =>
    Object.values(secrets)
      .flatMap(value =>
        typeof value === 'string' ? [value] : Object.values(value),
      )
      .map(String);

  it('have no secret in common', () => {
    const portal = Object.values(portalEnvironment(ctx));
    const own = Object.values(secretsEnvironment(ctx));
    const [known, others] = [portal, own].map(values =>
      secretTexts().filter(secret => values.includes(secret)),
    );
    expect(known.length).toBeGreaterThan(5);
    expect(others.sort()).toEqual(
      [
        secrets.secretsDatabasePassword,
        secrets.kubernetesTokens['shopfloor-secrets'],
      ].sort(),
    );
    expect(known.filter(secret => others.includes(secret))).toEqual([]);
  });

  it('know each other’s address', () => {
    for (const env of [portalEnvironment(ctx), secretsEnvironment(ctx)]) {
      expect(env).toMatchObject({
        SHOPFLOOR_SECRETS_PORT: '7208',
        SHOPFLOOR_PORTAL_PORT: '7007',
        SHOPFLOOR_VAULT_URL: 'http://127.0.0.1:7200',
      });
    }
  });
});
