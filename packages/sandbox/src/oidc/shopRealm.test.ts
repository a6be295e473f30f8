import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
} from 'jose';
import { shopAccessToken } from '../signIn/shopAccessToken.ts';
import { createBrowser, walkSignIn } from '../signIn/walkSignIn.ts';
import { PeopleFile } from './people.ts';
import { startOidcServer } from './provider.ts';
import { parseShopPeople } from './shopPeople.ts';
import { SHOP_API, shopClients } from './shopRealm.ts';

const LIN = '5f0c7c52-7d0e-4d0b-9d5e-2f6f1a1c0a01';
const PEOPLE = `
shoppers:
  - { user: lin.yue, subject: ${LIN}, name: 林悦, email: lin.yue@shopper.example, emailVerified: false, locale: zh-CN, description: '' }
staff:
  - { user: ines.moreau, subject: 5f0c7c52-7d0e-4d0b-9d5e-2f6f1a1c0b05, name: Inès, email: ines@larkfield.example, emailVerified: true, locale: en, description: '', roles: [finance, care] }
`;

let dir: string;
let server: Server;
let issuer: string;
const shop = 'http://production.shop.localhost:8080';
const redirect = `${shop}/auth/callback`;

beforeAll(async () => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  issuer = `http://localhost:${port}`;
  dir = mkdtempSync(join(tmpdir(), 'shopfloor-shop-oidc-'));
  writeFileSync(join(dir, 'shoppers.yaml'), PEOPLE);
  server = await startOidcServer({
    realm: 'shop',
    port,
    clients: shopClients({
      issuerUrl: issuer,
      storefrontSecret: 'a-secret-of-the-storefront',
      storefrontUrls: [shop],
    }),
    pkceRequired: true,
    api: SHOP_API,
    cookieKey: 'cookies',
    jwk: { ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' },
    stateDir: join(dir, 'issued'),
    people: new PeopleFile(join(dir, 'shoppers.yaml'), parseShopPeople),
    themeCss: '',
  });
});

afterAll(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(dir, { recursive: true, force: true });
});

function authorization(parameters: Record<string, string>): URL {
  const url = new URL('/auth', issuer);
  url.search = new URLSearchParams({
    client_id: 'storefront',
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: redirect,
    state: 's',
    ...parameters,
  }).toString();
  return url;
}

describe('an access token for the shop', () => {
  it('is a JWT of RFC 9068 for the audience shop that services can verify by the published keys', async () => {
    const token = await shopAccessToken({
      user: 'ines.moreau',
      issuerUrl: issuer,
    });
    const { payload, protectedHeader } = await jwtVerify(
      token,
      createRemoteJWKSet(new URL('/jwks', issuer)),
      { issuer, audience: 'shop', typ: 'at+jwt' },
    );
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      sub: '5f0c7c52-7d0e-4d0b-9d5e-2f6f1a1c0b05',
      client_id: 'shop-tools',
      scope: 'shop',
      roles: ['finance', 'care'],
      email: 'ines@larkfield.example',
      email_verified: true,
    });
  });

  it('of a shopper has no role and tells that the e-mail is not verified', async () => {
    const token = await shopAccessToken({ user: 'lin.yue', issuerUrl: issuer });
    expect(decodeProtectedHeader(token).typ).toBe('at+jwt');
    expect(decodeJwt(token)).toMatchObject({
      sub: LIN,
      roles: [],
      email_verified: false,
    });
  });

  it('is given to nobody who has no account here', async () => {
    await expect(
      shopAccessToken({ user: 'ada.okafor', issuerUrl: issuer }),
    ).rejects.toThrow('there is no sample person ada.okafor');
  });
});

describe('the storefront', () => {
  const verifier = 'a-verifier-of-at-least-forty-three-characters';
  const challenge = {
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };

  async function exchange(
    code: string,
    form: Record<string, string>,
    secret = 'a-secret-of-the-storefront',
  ): Promise<any> {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`storefront:${secret}`).toString(
          'base64',
        )}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirect,
        ...form,
      }).toString(),
    });
    return { status: response.status, ...((await response.json()) as object) };
  }

  const codeOf = async () =>
    (
      await walkSignIn({
        url: authorization(challenge),
        user: 'lin.yue',
        send: createBrowser(),
        isEnd: url => url.href.startsWith(redirect),
      })
    ).searchParams.get('code')!;

  it('learns who signed in, with the language and whether the e-mail is verified', async () => {
    const answer = await exchange(await codeOf(), { code_verifier: verifier });
    expect(answer.status).toBe(200);
    expect(decodeJwt(answer.id_token)).toMatchObject({
      iss: issuer,
      aud: 'storefront',
      sub: LIN,
      name: '林悦',
      preferred_username: 'lin.yue',
      locale: 'zh-CN',
      email: 'lin.yue@shopper.example',
      email_verified: false,
    });
    expect(answer.refresh_token).toBeDefined();
  });

  it('has to prove that the code is its own', async () => {
    expect(
      await exchange(await codeOf(), { code_verifier: 'x'.repeat(43) }),
    ).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(
      await exchange(
        await codeOf(),
        { code_verifier: verifier },
        'a-guessed-secret',
      ),
    ).toMatchObject({ status: 401, error: 'invalid_client' });
    const end = await walkSignIn({
      url: authorization({}),
      user: 'lin.yue',
      send: createBrowser(),
      isEnd: url => url.href.startsWith(redirect),
    });
    expect(end.searchParams.get('error')).toBe('invalid_request');
    expect(end.searchParams.get('error_description')).toContain('PKCE');
  });

  it('cannot ask for a token of another API', async () => {
    const end = await walkSignIn({
      url: authorization({ ...challenge, resource: 'urn:shopfloor:portal' }),
      user: 'lin.yue',
      send: createBrowser(),
      isEnd: url => url.href.startsWith(redirect),
    });
    expect(end.searchParams.get('error')).toBe('invalid_target');
  });
});

it('keeps its cookies apart from those of the portal’s issuer on the same host', async () => {
  const response = await fetch(
    authorization({
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    }),
    { redirect: 'manual' },
  );
  const names = response.headers.getSetCookie().map(line => line.split('=')[0]);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    expect(name).toMatch(/^_shop_/);
  }
});
