import {
  exportJWK,
  generateKeyPair,
  type GenerateKeyPairResult,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { JwtVerifier, type JwtVerifierOptions } from './JwtVerifier.ts';
import type { Principal } from './Principal.ts';

const SESSION = 'http://storefront';
const STAFF = 'https://sign-in.example';
const START = Date.UTC(2026, 10, 26, 12);

describe('JwtVerifier', () => {
  let keys: Record<'old' | 'new' | 'staff' | 'stranger', GenerateKeyPairResult>;
  let published: Record<string, unknown>;
  let fetched: string[];
  let down: boolean;
  let clock: number;

  beforeAll(async () => {
    const pair = () => generateKeyPair('ES256');
    keys = {
      old: await pair(),
      new: await pair(),
      staff: await pair(),
      stranger: await pair(),
    };
  });

  const jwks = async (...names: (keyof typeof keys)[]) => ({
    keys: await Promise.all(
      names.map(async name => ({
        ...(await exportJWK(keys[name].publicKey)),
        kid: name,
        alg: 'ES256',
      })),
    ),
  });

  beforeEach(async () => {
    clock = START;
    down = false;
    fetched = [];
    published = {
      'http://storefront/jwks': await jwks('old'),
      [`${STAFF}/.well-known/openid-configuration`]: {
        issuer: STAFF,
        jwks_uri: `${STAFF}/keys`,
      },
      [`${STAFF}/keys`]: await jwks('staff'),
    };
  });

  const create = (options: Partial<JwtVerifierOptions> = {}) =>
    JwtVerifier.create({
      issuers: [
        {
          issuer: SESSION,
          jwksUrl: 'http://storefront/jwks',
          speaksFor: 'shoppers',
        },
        { issuer: STAFF, speaksFor: 'staff' },
      ],
      audience: 'shop',
      now: () => clock,
      fetchJson: async url => {
        fetched.push(url);
        if (down || !(url in published)) {
          throw new Error(`${url} does not answer`);
        }
        return published[url];
      },
      ...options,
    });

  const sign = (
    claims: JWTPayload = {},
    key: keyof typeof keys = 'old',
    header: object = {},
  ) =>
    new SignJWT({
      iss: SESSION,
      aud: 'shop',
      sub: 'customer:7',
      kind: 'customer',
      exp: START / 1000 + 300,
      scope: 'shop cart',
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: key, ...header })
      .sign(keys[key].privateKey);

  const verify = async (verifier: JwtVerifier, token: string) =>
    verifier.verify(token);
  const code = (verifier: JwtVerifier, token: string) =>
    verify(verifier, token).then(
      () => 'verified',
      error => error.code,
    );

  it('tells whom a session speaks for', async () => {
    const token = await sign({ email: 'a@example.com', email_verified: true });
    expect(await verify(create(), token)).toEqual({
      subject: 'customer:7',
      kind: 'customer',
      scopes: ['shop', 'cart'],
      roles: [],
      email: 'a@example.com',
      emailVerified: true,
      token,
      expiresAt: START + 300_000,
    } satisfies Principal);
  });

  it('gives a guest no e-mail, whatever the token says', async () => {
    const token = await sign({
      sub: 'guest:1',
      kind: 'guest',
      email: 'a@example.com',
      email_verified: true,
    });
    const principal = await verify(create(), token);
    expect(principal.kind).toBe('guest');
    expect(principal.email).toBeUndefined();
  });

  it('keeps shoppers and staff apart by their issuer', async () => {
    const verifier = create();
    const staff = await verify(
      verifier,
      await sign(
        {
          iss: STAFF,
          sub: 'customer:7',
          kind: 'customer',
          roles: ['care', 5 as never],
        },
        'staff',
      ),
    );
    expect(staff).toMatchObject({
      kind: 'staff',
      subject: 'staff:customer:7',
      roles: ['care'],
    });
    const shopper = await verify(verifier, await sign({ roles: ['care'] }));
    expect(shopper.roles).toEqual([]);
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ['of a stranger', () => sign({}, 'stranger'), 'token-not-valid'],
    [
      'signed by a stranger under a known name',
      () => sign({}, 'stranger', { kid: 'old' }),
      'token-not-valid',
    ],
    [
      'of another issuer’s key',
      () => sign({ iss: STAFF }, 'old', { kid: 'staff' }),
      'token-not-valid',
    ],
    [
      'of an unknown issuer',
      () => sign({ iss: 'http://evil' }),
      'token-not-valid',
    ],
    ['for somebody else', () => sign({ aud: 'portal' }), 'token-not-valid'],
    ['without an audience', () => sign({ aud: undefined }), 'token-not-valid'],
    [
      'that has expired',
      () => sign({ exp: START / 1000 - 31 }),
      'token-expired',
    ],
    ['that never expires', () => sign({ exp: undefined }), 'token-not-valid'],
    [
      'that is not yet valid',
      () => sign({ nbf: START / 1000 + 60 }),
      'token-not-valid',
    ],
    ['of nobody', () => sign({ sub: undefined }), 'token-not-valid'],
    [
      'whose kind and subject differ',
      () => sign({ sub: 'guest:7' }),
      'token-not-valid',
    ],
    [
      'of an empty subject',
      () => sign({ sub: 'customer:' }),
      'token-not-valid',
    ],
    ['of no kind', () => sign({ kind: 'staff' }), 'token-not-valid'],
    ['that is no JWT', () => 'abc', 'token-not-valid'],
    ['that is endless', () => 'a'.repeat(9000), 'token-not-valid'],
    [
      'without a signature',
      async () => {
        const [, payload] = (await sign()).split('.');
        const header = Buffer.from('{"alg":"none"}').toString('base64url');
        return `${header}.${payload}.`;
      },
      'token-not-valid',
    ],
    [
      'signed with a public key as if it were a secret',
      async () => {
        const secret = Buffer.from(
          JSON.stringify(await exportJWK(keys.old.publicKey)),
        );
        return new SignJWT({
          iss: SESSION,
          aud: 'shop',
          sub: 'customer:7',
          kind: 'customer',
          exp: START / 1000 + 300,
        })
          .setProtectedHeader({ alg: 'HS256', kid: 'old' })
          .sign(secret);
      },
      'token-not-valid',
    ],
  ])('refuses a token %s', async (_, make, expected) => {
    expect(await code(create(), await make())).toBe(expected);
  });

  it('forgives clocks that differ a little', async () => {
    const verifier = create({ clockToleranceSeconds: 30 });
    expect(await code(verifier, await sign({ exp: START / 1000 - 20 }))).toBe(
      'verified',
    );
  });

  it('answers at once for a token it knows, until that expires', async () => {
    const verifier = create();
    const token = await sign();
    const first = await verify(verifier, token);
    expect(verifier.verify(token)).toBe(first);
    clock += 331_000;
    expect(await code(verifier, token)).toBe('token-expired');
  });

  describe('keys', () => {
    it('are read once, and again in the background when they are old', async () => {
      const verifier = create();
      await verify(verifier, await sign({ sub: 'customer:1' }));
      await verify(verifier, await sign({ sub: 'customer:2' }));
      expect(fetched).toEqual(['http://storefront/jwks']);
      clock += 11 * 60_000;
      const exp = clock / 1000 + 300;
      await verify(verifier, await sign({ exp }));
      expect(fetched).toHaveLength(2);
    });

    it('are read again for a key nobody knows, at most every ten seconds', async () => {
      const verifier = create();
      await verify(verifier, await sign());
      published['http://storefront/jwks'] = await jwks('old', 'new');
      const rotated = await sign({}, 'new');
      // Just read: a flood of unknown keys must not become a flood of requests.
      expect(await code(verifier, rotated)).toBe('token-not-valid');
      expect(fetched).toHaveLength(1);
      clock += 10_000;
      expect(
        await Promise.all([
          code(verifier, rotated),
          code(verifier, await sign({ sub: 'customer:8' }, 'new')),
        ]),
      ).toEqual(['verified', 'verified']);
      expect(fetched).toHaveLength(2);
    });

    it('serve on while the issuer is down, for a day', async () => {
      const verifier = create();
      await verify(verifier, await sign());
      down = true;
      clock += 23 * 60 * 60_000;
      const later = () => sign({ exp: clock / 1000 + 300 });
      expect(await code(verifier, await later())).toBe('verified');
      clock += 2 * 60 * 60_000;
      expect(await code(verifier, await later())).toBe('keys-unavailable');
      down = false;
      clock += 10_000;
      expect(await code(verifier, await later())).toBe('verified');
    });

    it('that cannot be had are an outage, not a bad token', async () => {
      down = true;
      const verifier = create();
      await expect(verify(verifier, await sign())).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'keys-unavailable',
      });
    });

    it('of an issuer whose configuration names another are not taken', async () => {
      published[`${STAFF}/.well-known/openid-configuration`] = {
        issuer: 'https://evil.example',
        jwks_uri: `${STAFF}/keys`,
      };
      expect(
        await code(create(), await sign({ iss: STAFF, sub: '1' }, 'staff')),
      ).toBe('keys-unavailable');
    });
  });

  it('does not start with an issuer named twice', () => {
    const issuer = { issuer: SESSION, speaksFor: 'staff' as const };
    expect(() => create({ issuers: [issuer, issuer] })).toThrow('named twice');
  });
});
