import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, exportJWK, generateKeyPair } from 'jose';
import { CookieJar } from '../signIn/cookieJar.ts';
import { DiskStore } from './diskAdapter.ts';
import { PeopleFile } from './people.ts';
import { portalClients } from './portalRealm.ts';
import { startOidcServer } from './provider.ts';

const PEOPLE = `kind: User
metadata: { name: ada.okafor }
spec: { profile: { displayName: Ada Okafor, email: ada.okafor@larkfield.example } }
`;

let dir: string;
let server: Server | undefined;
let port: number;
let jwk: Awaited<ReturnType<typeof exportJWK>>;

beforeAll(async () => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  jwk = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' };
});

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'shopfloor-oidc-'));
  writeFileSync(join(dir, 'people.yaml'), PEOPLE);
  port = await freePort();
  await start();
});

afterEach(async () => {
  await stop();
  rmSync(dir, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: free } = probe.address() as { port: number };
  probe.close();
  return free;
}

async function start(): Promise<void> {
  server = await startOidcServer({
    realm: 'portal',
    port,
    clients: portalClients({
      portalPort: 7007,
      clientSecret: 'a-secret-of-the-portal',
      openbao: { port: 7200, clientSecret: 'a-secret-of-openbao' },
    }),
    pkceRequired: false,
    cookieKey: 'cookies',
    jwk,
    stateDir: join(dir, 'issued'),
    people: new PeopleFile(join(dir, 'people.yaml')),
    themeCss: '',
  });
}

async function stop(): Promise<void> {
  server?.closeAllConnections();
  server?.close();
}

const origin = () => `http://localhost:${port}`;
const redirect = 'http://localhost:7007/api/auth/oidc/handler/frame';

/** Walks as a browser does until the provider sends it back to the portal. */
async function signIn(user: string, jar = new CookieJar()): Promise<URL> {
  let url = new URL(
    `${origin()}/auth?client_id=portal&response_type=code&scope=openid+profile+email&state=s&redirect_uri=${encodeURIComponent(
      redirect,
    )}`,
  );
  let init: RequestInit = {};
  for (let step = 0; step < 8; step++) {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, cookie: jar.header(url) },
    });
    jar.store(url, response.headers);
    init = {};
    const location = response.headers.get('location');
    if (location?.startsWith(redirect)) {
      return new URL(location);
    }
    if (location) {
      url = new URL(location, url);
    } else {
      expect(await response.text()).toContain('Ada Okafor');
      init = {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `user=${user}`,
      };
    }
  }
  throw new Error('never sent back');
}

async function tokens(form: Record<string, string>): Promise<any> {
  const response = await fetch(`${origin()}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(
        'portal:a-secret-of-the-portal',
      ).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

const exchange = (location: URL) =>
  tokens({
    grant_type: 'authorization_code',
    code: location.searchParams.get('code')!,
    redirect_uri: redirect,
  });

it('signs a person in with one click and gives a verified e-mail and a refresh token', async () => {
  const answer = await exchange(await signIn('ada.okafor'));
  expect(decodeJwt(answer.id_token)).toMatchObject({
    iss: origin(),
    aud: 'portal',
    sub: 'ada.okafor',
    email: 'ada.okafor@larkfield.example',
    email_verified: true,
    name: 'Ada Okafor',
  });
  expect(answer.refresh_token).toBeDefined();
});

it('knows its people after a restart', async () => {
  const { refresh_token } = await exchange(await signIn('ada.okafor'));
  await stop();
  await start();
  // The first answer tells the client that its kept connection is gone.
  await fetch(`${origin()}/.well-known/openid-configuration`).catch(() => {});
  const again = await tokens({ grant_type: 'refresh_token', refresh_token });
  expect(again.status).toBe(200);
  expect(decodeJwt(again.id_token).sub).toBe('ada.okafor');
});

it('asks who it is every time, so that the person can be changed', async () => {
  const jar = new CookieJar();
  await signIn('ada.okafor', jar);
  const page = await fetch(
    `${origin()}/auth?client_id=portal&response_type=code&scope=openid&redirect_uri=${encodeURIComponent(
      redirect,
    )}`,
    { redirect: 'manual', headers: { cookie: jar.header(new URL(origin())) } },
  );
  expect(page.headers.get('location')).toMatch(/^\/interaction\//);
});

it('takes nobody who is not among the people, and no foreign place to go back to', async () => {
  await expect(signIn('mallory')).rejects.toThrow('never sent back');
  const response = await fetch(
    `${origin()}/auth?client_id=portal&response_type=code&scope=openid&redirect_uri=http://evil.example/`,
    { redirect: 'manual' },
  );
  expect(response.status).toBe(400);
});

it('does not share its page with another site', async () => {
  const response = await fetch(`${origin()}/interaction/unknown`);
  expect(response.status).toBe(400);
  expect(response.headers.get('content-security-policy')).toContain(
    "frame-ancestors 'none'",
  );
});

it('forgets what has expired and names no file after a token', async () => {
  let now = 1_000_000;
  const store = new DiskStore({ dir: join(dir, 'store'), now: () => now });
  const adapter = store.adapter('RefreshToken');
  await adapter.upsert('token-1', { grantId: 'g' }, 10);
  await adapter.upsert('token-2', { grantId: 'g' }, 1000);
  expect(readdirSync(join(dir, 'store')).join()).not.toContain('token');
  now += 11_000;
  expect(await adapter.find('token-1')).toBeUndefined();
  expect(
    await new DiskStore({ dir: join(dir, 'store'), now: () => now })
      .adapter('RefreshToken')
      .find('token-2'),
  ).toEqual({ grantId: 'g' });
  await adapter.revokeByGrantId('g');
  expect(readdirSync(join(dir, 'store'))).toEqual([]);
});
