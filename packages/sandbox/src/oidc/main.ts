import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'oidc-provider';
import { writeFileAtomic } from '../config/files.ts';
import { PeopleFile } from './people.ts';
import { portalClients } from './portalRealm.ts';
import { startOidcServer } from './provider.ts';
import { parseShopPeople } from './shopPeople.ts';
import { SHOP_API, shopClients } from './shopRealm.ts';
import { loadThemeCss } from './theme.ts';

/** What the part `oidc` passes in the environment variable `SHOPFLOOR_OIDC`. */
export interface OidcSettings {
  repoRoot: string;
  dir: string;
  portal: {
    port: number;
    portalPort: number;
    clientSecret: string;
    cookieKey: string;
    openbao: { port: number; clientSecret: string };
  };
  shop: {
    port: number;
    storefrontUrls: string[];
    storefrontSecret: string;
    cookieKey: string;
  };
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
const { repoRoot, dir, portal, shop } = settings;
const shopDir = join(dir, 'shop');
mkdirSync(shopDir, { recursive: true, mode: 0o700 });
const identity = (name: string) => join(repoRoot, 'platform/identity', name);
const themeCss = await loadThemeCss(repoRoot);

const servers = [
  await startOidcServer({
    realm: 'portal',
    port: portal.port,
    clients: portalClients(portal),
    pkceRequired: false,
    cookieKey: portal.cookieKey,
    jwk: await signingKey(dir),
    stateDir: join(dir, 'issued'),
    people: new PeopleFile(identity('people.yaml')),
    themeCss,
  }),
  await startOidcServer({
    realm: 'shop',
    port: shop.port,
    clients: shopClients({
      ...shop,
      issuerUrl: `http://localhost:${shop.port}`,
    }),
    pkceRequired: true,
    api: SHOP_API,
    cookieKey: shop.cookieKey,
    jwk: await signingKey(shopDir),
    stateDir: join(shopDir, 'issued'),
    people: new PeopleFile(identity('shoppers.yaml'), parseShopPeople),
    themeCss,
  }),
];
console.log(
  `listening on 127.0.0.1:${portal.port} (portal) and 127.0.0.1:${shop.port} (shop)`,
);
process.once('SIGTERM', () => {
  const closed = servers.map(
    server => new Promise(resolve => server.close(resolve)),
  );
  for (const server of servers) {
    server.closeAllConnections();
  }
  Promise.all(closed).then(() => process.exit(0));
});
