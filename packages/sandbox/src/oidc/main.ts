import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'oidc-provider';
import { writeFileAtomic } from '../config/files.ts';
import { PeopleFile } from './people.ts';
import { startOidcServer } from './provider.ts';
import { loadThemeCss } from './theme.ts';

/** What the part `oidc` passes in the environment variable `SHOPFLOOR_OIDC`. */
export interface OidcSettings {
  repoRoot: string;
  dir: string;
  port: number;
  portalPort: number;
  clientSecret: string;
  cookieKey: string;
}

async function signingKey(dir: string): Promise<JWK> {
  const path = join(dir, 'signing-key.json');
  if (!existsSync(path)) {
    const { privateKey } = await generateKeyPair('RS256', {
      extractable: true,
    });
    const jwk = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' };
    writeFileAtomic({ path, content: JSON.stringify(jwk), mode: 0o600 });
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}

const settings: OidcSettings = JSON.parse(process.env.SHOPFLOOR_OIDC ?? '{}');
const server = await startOidcServer({
  ...settings,
  jwk: await signingKey(settings.dir),
  stateDir: join(settings.dir, 'issued'),
  people: new PeopleFile(
    join(settings.repoRoot, 'platform/identity/people.yaml'),
  ),
  themeCss: await loadThemeCss(settings.repoRoot),
});
console.log(`listening on 127.0.0.1:${settings.port}`);
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
