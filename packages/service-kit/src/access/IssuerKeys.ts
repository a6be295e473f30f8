import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { UnavailableError } from '../problems/DomainError.ts';

type LocalKeys = ReturnType<typeof createLocalJWKSet>;

/** Options of {@link IssuerKeys}. */
export interface IssuerKeysOptions {
  issuer: string;
  /** The keys themselves; then nothing is ever fetched. */
  keys?: JSONWebKeySet;
  /** Absent: found in the issuer's OpenID configuration. */
  jwksUrl?: string;
  fetchJson: (url: string) => Promise<unknown>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** After this the keys are read again, while the known ones serve on. */
const FRESH_MS = 10 * 60_000;
/** A key nobody knows makes us look at most this often. */
const COOLDOWN_MS = 10_000;
/** An issuer that does not answer keeps its known keys this long. */
const STALE_MS = 24 * 60 * 60_000;

/** The public keys of one issuer: cached, read again in the background, kept when the issuer is down. */
export class IssuerKeys {
  readonly #options: IssuerKeysOptions;
  readonly #given: LocalKeys | undefined;
  #keys: LocalKeys | undefined;
  #loadedAt = -Infinity;
  #triedAt = -Infinity;
  #loading: Promise<void> | undefined;

  constructor(options: IssuerKeysOptions) {
    this.#options = options;
    this.#given = options.keys && createLocalJWKSet(options.keys);
  }

  /** Finds the key that a token names. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    if (this.#given) {
      return this.#given(header, token);
    }
    const { now, issuer } = this.#options;
    const age = now() - this.#loadedAt;
    if (!this.#keys || age > STALE_MS) {
      await this.#load();
    } else if (age > FRESH_MS) {
      this.#loadInBackground();
    }
    if (!this.#keys || now() - this.#loadedAt > STALE_MS) {
      throw new UnavailableError({
        code: 'keys-unavailable',
        message: `The keys of ${issuer} cannot be read now.`,
        notDone: true,
      });
    }
    try {
      return await this.#keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) {
        throw error;
      }
    }
    // The issuer may have begun to use a new key.
    await this.#load();
    return this.#keys(header, token);
  };

  #loadInBackground(): void {
    void this.#load();
  }

  /** Never rejects: the keys one has stay. */
  async #load(): Promise<void> {
    if (!this.#loading && this.#options.now() - this.#triedAt >= COOLDOWN_MS) {
      this.#triedAt = this.#options.now();
      this.#loading = this.#fetch()
        .catch(() => undefined)
        .finally(() => {
          this.#loading = undefined;
        });
    }
    await this.#loading;
  }

  async #fetch(): Promise<void> {
    const { fetchJson, issuer, now } = this.#options;
    let { jwksUrl } = this.#options;
    if (!jwksUrl) {
      const configuration = (await fetchJson(
        `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
      )) as { jwks_uri?: unknown; issuer?: unknown };
      if (
        configuration.issuer !== issuer ||
        typeof configuration.jwks_uri !== 'string'
      ) {
        throw new Error(`${issuer} has an OpenID configuration of another`);
      }
      jwksUrl = configuration.jwks_uri;
    }
    this.#keys = createLocalJWKSet((await fetchJson(jwksUrl)) as JSONWebKeySet);
    this.#loadedAt = now();
  }
}
