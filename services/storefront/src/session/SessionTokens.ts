import {
  importJWK,
  type CryptoKey,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
  calculateJwkThumbprint,
} from 'jose';
import {
  InvalidConfigurationError,
  type Principal,
} from '@shopfloor/service-kit';

/** Whom a token is to speak for. */
export interface TokenSubject {
  /** `guest:<id>` or `customer:<id>`. */
  subject: string;
  kind: 'guest' | 'customer';
  email?: string;
  emailVerified?: boolean;
}

/** Options of {@link SessionTokens}. */
export interface SessionTokensOptions {
  /** A private ES256 JWK, or a set whose first key signs. */
  signingKey: string;
  issuer: string;
  audience: string;
  /** Milliseconds since 1970. */
  now?: () => number;
}

const TTL_SECONDS = 300;
/** A token is used again until this long before it expires: longer than any request takes. */
const RENEW_BEFORE_MS = 60_000;
const SCOPE = 'shop';
const MAX_REMEMBERED = 50_000;

function notUsable(): InvalidConfigurationError {
  return new InvalidConfigurationError([
    'SESSION_SIGNING_KEY must be a private ES256 key as JWK, or a JWK Set of such keys, as JSON',
  ]);
}

function readKeys(text: string): JWK[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw notUsable();
  }
  const given = parsed as JWK & { keys?: JWK[] };
  const keys = Array.isArray(given.keys) ? given.keys : [given];
  const usable = (key: JWK) =>
    key?.kty === 'EC' && key.crv === 'P-256' && typeof key.d === 'string';
  if (keys.length === 0 || !keys.every(usable)) {
    throw notUsable();
  }
  return keys;
}

/** Makes the tokens by which services know a shopper, five minutes long, and publishes the keys to check them. */
export class SessionTokens {
  readonly #options: SessionTokensOptions;
  readonly #key: CryptoKey;
  readonly #keyId: string;
  readonly #now: () => number;
  readonly #principals = new Map<string, Principal | Promise<Principal>>();
  /** Public keys, the signing one first. */
  readonly publicKeys: JSONWebKeySet;

  /** @throws InvalidConfigurationError when the key is not usable; it is never quoted */
  static async create(options: SessionTokensOptions): Promise<SessionTokens> {
    const keys = await Promise.all(
      readKeys(options.signingKey).map(async key => ({
        ...key,
        kid: key.kid ?? (await calculateJwkThumbprint(key)),
      })),
    );
    let signing: CryptoKey;
    try {
      signing = (await importJWK(keys[0], 'ES256')) as CryptoKey;
    } catch {
      throw notUsable();
    }
    const publicKeys = keys.map(({ kty, crv, x, y, kid }) => ({
      kty,
      crv,
      x,
      y,
      kid,
      use: 'sig',
      alg: 'ES256',
    }));
    return new SessionTokens(options, signing, keys[0].kid, {
      keys: publicKeys as JWK[],
    });
  }

  private constructor(
    options: SessionTokensOptions,
    key: CryptoKey,
    keyId: string,
    publicKeys: JSONWebKeySet,
  ) {
    this.#options = options;
    this.#key = key;
    this.#keyId = keyId;
    this.#now = options.now ?? Date.now;
    this.publicKeys = publicKeys;
  }

  /** The principal of a shopper with a token that lasts at least another minute. */
  principalOf(of: TokenSubject): Principal | Promise<Principal> {
    // What the token says is the key, so that a confirmed e-mail makes a new one.
    const key = `${of.subject}\n${of.emailVerified ?? ''}\n${of.email ?? ''}`;
    const known = this.#principals.get(key);
    if (
      known &&
      (known instanceof Promise ||
        known.expiresAt - RENEW_BEFORE_MS > this.#now())
    ) {
      return known;
    }
    const made = this.#sign(of);
    this.#remember(key, made);
    made.then(
      principal => this.#remember(key, principal),
      () => this.#principals.delete(key),
    );
    return made;
  }

  #remember(key: string, principal: Principal | Promise<Principal>): void {
    this.#principals.delete(key);
    if (this.#principals.size >= MAX_REMEMBERED) {
      this.#principals.delete(this.#principals.keys().next().value!);
    }
    this.#principals.set(key, principal);
  }

  async #sign(of: TokenSubject): Promise<Principal> {
    const { issuer, audience } = this.#options;
    const issuedAt = Math.floor(this.#now() / 1000);
    const expiresAt = issuedAt + TTL_SECONDS;
    const token = await new SignJWT({
      kind: of.kind,
      scope: SCOPE,
      ...(of.kind === 'customer' &&
        of.email !== undefined && {
          email: of.email,
          email_verified: of.emailVerified ?? false,
        }),
    })
      .setProtectedHeader({ alg: 'ES256', kid: this.#keyId, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(of.subject)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.#key);
    return {
      subject: of.subject,
      kind: of.kind,
      scopes: [SCOPE],
      roles: [],
      email: of.email,
      emailVerified: of.emailVerified,
      token,
      expiresAt: expiresAt * 1000,
    };
  }
}
