import {
  decodeJwt,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyResult,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { fetchJson } from '../client/fetchJson.ts';
import { DomainError, UnauthenticatedError } from '../problems/DomainError.ts';
import { IssuerKeys } from './IssuerKeys.ts';
import type { Principal, TokenVerifier } from './Principal.ts';

/** One issuer whose tokens are believed. */
export interface TrustedIssuer {
  /** The `iss` of its tokens. */
  issuer: string;
  /** Its keys, where they come with the configuration. */
  keys?: JSONWebKeySet;
  /** Where its keys are; absent: as its OpenID configuration says. */
  jwksUrl?: string;
  /**
   * The session issuer speaks for shoppers, any other for staff. Neither can speak for the other's people.
   * `customers` is for the storefront alone, which turns an access token of a customer into a session token.
   */
  speaksFor: 'shoppers' | 'staff' | 'customers';
}

/** Options of {@link JwtVerifier}. */
export interface JwtVerifierOptions {
  issuers: readonly TrustedIssuer[];
  audience: string;
  /** How far clocks may differ, in seconds. Default 30. */
  clockToleranceSeconds?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Reads a JSON document; default over HTTP. */
  fetchJson?: (url: string) => Promise<unknown>;
}

/** Only asymmetric algorithms: whoever can verify must not be able to sign. */
const ALGORITHMS = [
  'ES256',
  'ES384',
  'PS256',
  'RS256',
  'RS384',
  'RS512',
  'EdDSA',
];

/** Longer texts are not even looked at. */
const MAX_TOKEN_LENGTH = 8192;

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : [];
}

function notGenuine(message: string, cause?: unknown): UnauthenticatedError {
  return new UnauthenticatedError({ code: 'token-not-valid', message, cause });
}

function emailOf(
  payload: JWTPayload,
): Pick<Principal, 'email' | 'emailVerified'> {
  return {
    email: typeof payload.email === 'string' ? payload.email : undefined,
    emailVerified: payload.email_verified === true,
  };
}

function toPrincipal(
  payload: JWTPayload,
  issuer: TrustedIssuer,
  token: string,
): Principal {
  const { sub, exp } = payload;
  if (!sub || exp === undefined) {
    throw notGenuine('The token names nobody or never expires.');
  }
  const base = {
    subject: sub,
    scopes:
      typeof payload.scope === 'string'
        ? payload.scope.split(' ').filter(Boolean)
        : [],
    token,
    expiresAt: exp * 1000,
  };
  if (issuer.speaksFor === 'staff') {
    // A subject of theirs can never be taken for a shopper's.
    return {
      ...base,
      subject: `staff:${sub}`,
      kind: 'staff',
      roles: texts(payload.roles),
    };
  }
  if (issuer.speaksFor === 'customers') {
    return {
      ...base,
      ...emailOf(payload),
      subject: `customer:${sub}`,
      kind: 'customer',
      roles: [],
    };
  }
  const { kind } = payload;
  if (
    (kind !== 'guest' && kind !== 'customer') ||
    !sub.startsWith(`${kind}:`) ||
    sub.length <= kind.length + 1
  ) {
    throw notGenuine('The token is of no guest and no customer.');
  }
  return {
    ...base,
    kind,
    roles: [],
    ...(kind === 'customer' && emailOf(payload)),
  };
}

/**
 * Verifies JWTs of several issuers. A verified token is remembered until it expires,
 * so that a shopper's later requests cost a look-up.
 */
export class JwtVerifier implements TokenVerifier {
  readonly #options: JwtVerifierOptions;
  readonly #now: () => number;
  readonly #issuers = new Map<
    string,
    { trusted: TrustedIssuer; keys: IssuerKeys }
  >();
  readonly #verified = new LRUCache<string, Principal>({ max: 20_000 });

  /** @throws Error when two issuers have one name */
  static create(options: JwtVerifierOptions): JwtVerifier {
    return new JwtVerifier(options);
  }

  private constructor(options: JwtVerifierOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    for (const trusted of options.issuers) {
      if (this.#issuers.has(trusted.issuer)) {
        throw new Error(`The issuer ${trusted.issuer} is named twice`);
      }
      this.#issuers.set(trusted.issuer, {
        trusted,
        keys: new IssuerKeys({
          issuer: trusted.issuer,
          keys: trusted.keys,
          jwksUrl: trusted.jwksUrl,
          fetchJson: options.fetchJson ?? (url => fetchJson(url)),
          now: this.#now,
        }),
      });
    }
  }

  verify(token: string): Principal | Promise<Principal> {
    const known = this.#verified.get(token);
    if (known) {
      if (known.expiresAt + this.#toleranceMs > this.#now()) {
        return known;
      }
      this.#verified.delete(token);
    }
    return this.#verify(token);
  }

  get #toleranceMs(): number {
    return (this.#options.clockToleranceSeconds ?? 30) * 1000;
  }

  async #verify(token: string): Promise<Principal> {
    if (token.length > MAX_TOKEN_LENGTH) {
      throw notGenuine('The token is too long.');
    }
    let claimed: JWTPayload;
    try {
      claimed = decodeJwt(token);
    } catch (error) {
      throw notGenuine('The token is not a JWT.', error);
    }
    const issuer = this.#issuers.get(claimed.iss ?? '');
    if (!issuer) {
      throw notGenuine('The token is of an issuer that is not trusted here.');
    }
    let result: JWTVerifyResult;
    try {
      result = await jwtVerify(token, issuer.keys.find, {
        issuer: issuer.trusted.issuer,
        audience: this.#options.audience,
        algorithms: ALGORITHMS,
        clockTolerance: this.#options.clockToleranceSeconds ?? 30,
        currentDate: new Date(this.#now()),
        requiredClaims: ['sub', 'exp'],
      });
    } catch (error) {
      if (error instanceof DomainError) {
        throw error;
      }
      if (error instanceof errors.JWTExpired) {
        throw new UnauthenticatedError({
          code: 'token-expired',
          message: 'The token has expired.',
        });
      }
      // The reason is not secret, and the token never stands in it.
      throw notGenuine(
        error instanceof errors.JOSEError
          ? `The token is not valid: ${error.message}.`
          : 'The token is not valid.',
        error,
      );
    }
    const principal = toPrincipal(result.payload, issuer.trusted, token);
    this.#verified.set(token, principal);
    return principal;
  }
}
