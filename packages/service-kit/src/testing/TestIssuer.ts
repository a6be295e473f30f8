import {
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  type CryptoKey,
  type JWK,
} from 'jose';
import type { Logger } from 'pino';
import type { AccessPluginOptions } from '../access/accessPlugin.ts';
import { JwtVerifier } from '../access/JwtVerifier.ts';
import { RegoAccessPolicy } from '../access/RegoAccessPolicy.ts';

const AUDIENCE = 'shop';

/** Whom a token of a test speaks for. */
export type TestPerson =
  | { guest: string }
  | { customer: string; email?: string; emailVerified?: boolean }
  | { staff: string; roles: string[] };

/**
 * Signs tokens as the storefront and the shop's issuer do, for tests of services.
 * The keys are real; only their address is not asked over the network.
 */
export class TestIssuer {
  readonly #key: CryptoKey;
  readonly #publicKey: JWK;
  readonly verifier: JwtVerifier;

  static async create(): Promise<TestIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    return new TestIssuer(privateKey, {
      ...(await exportJWK(publicKey)),
      kid: 'test',
      alg: 'ES256',
    });
  }

  private constructor(key: CryptoKey, publicKey: JWK) {
    this.#key = key;
    this.#publicKey = publicKey;
    this.verifier = JwtVerifier.create({
      issuers: [
        {
          issuer: 'http://storefront',
          jwksUrl: 'test:keys',
          speaksFor: 'shoppers',
        },
        { issuer: 'http://issuer', jwksUrl: 'test:keys', speaksFor: 'staff' },
      ],
      audience: AUDIENCE,
      fetchJson: async () => ({ keys: [this.#publicKey] }),
    });
  }

  /** Access of a service that trusts this issuer, decided by the real policy. */
  access(
    logger: Logger,
    allowedCallers: readonly string[] = [],
  ): Omit<AccessPluginOptions, 'service'> {
    return {
      verifier: this.verifier,
      policy: RegoAccessPolicy.create({ logger }),
      allowedCallers,
    };
  }

  /** Headers of a person's requests. */
  async headers(
    person: TestPerson,
    overrides: { expiresInSeconds?: number; claims?: JWTPayload } = {},
  ): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.token(person, overrides)}` };
  }

  /** A token of a person. */
  async token(
    person: TestPerson,
    overrides: { expiresInSeconds?: number; claims?: JWTPayload } = {},
  ): Promise<string> {
    const nowSeconds = Math.floor(Date.now() / 1000);
    return new SignJWT({
      iss: 'http://storefront',
      aud: AUDIENCE,
      iat: nowSeconds,
      exp: nowSeconds + (overrides.expiresInSeconds ?? 300),
      scope: 'shop',
      ...claimsOf(person),
      ...overrides.claims,
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'test' })
      .sign(this.#key);
  }
}

function claimsOf(person: TestPerson): JWTPayload {
  if ('staff' in person) {
    return { iss: 'http://issuer', sub: person.staff, roles: person.roles };
  }
  if ('guest' in person) {
    return { sub: `guest:${person.guest}`, kind: 'guest' };
  }
  const { customer, email, emailVerified } = person;
  return {
    sub: `customer:${customer}`,
    kind: 'customer',
    ...(email && { email, email_verified: emailVerified ?? true }),
  };
}
