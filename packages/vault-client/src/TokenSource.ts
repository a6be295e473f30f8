import { readFile } from 'fs/promises';
import { Transport } from './Transport';
import { VaultAuth, VaultBody } from './types';
import { isVaultError, VaultError } from './VaultError';

/** Share of its term after which a token is renewed. */
const RENEW_AFTER = 2 / 3;

/** Options of a {@link TokenSource}. */
export interface TokenSourceOptions {
  auth: VaultAuth;
  transport: Transport;
  /** Milliseconds since the epoch. */
  now: () => number;
}

interface Held {
  token: string;
  /** Milliseconds since the epoch; infinite for a token without end. */
  renewAt: number;
  expiresAt: number;
  renewable: boolean;
}

/**
 * Keeps a token alive without a timer: whoever asks for it after two thirds of its term renews it, and logs in anew when it has
 * ended or cannot be renewed. Many who ask at once share one login.
 */
export class TokenSource {
  readonly #auth: VaultAuth;
  readonly #transport: Transport;
  readonly #now: () => number;
  #held: Held | undefined;
  #pending: Promise<Held> | undefined;

  static create(options: TokenSourceOptions): TokenSource {
    return new TokenSource(options);
  }

  private constructor(options: TokenSourceOptions) {
    this.#auth = options.auth;
    this.#transport = options.transport;
    this.#now = options.now;
  }

  /** A token that lives, as far as is known. */
  async token(): Promise<string> {
    if (this.#held && this.#now() < this.#held.renewAt) {
      return this.#held.token;
    }
    this.#pending ??= this.#next().finally(() => {
      this.#pending = undefined;
    });
    return (await this.#pending).token;
  }

  /** Whether the server knows the token no more. One that was replaced meanwhile is dead, too. */
  async isDead(token: string): Promise<boolean> {
    if (this.#held?.token !== token) {
      return true;
    }
    const { status } = await this.#transport.send({
      method: 'GET',
      path: 'auth/token/lookup-self',
      token,
      accept: [403],
    });
    return status === 403;
  }

  /** Forgets a token, so that the next call logs in. */
  forget(token: string): void {
    if (this.#held?.token === token) {
      this.#held = undefined;
    }
  }

  /** Ends the token at the server, if this logged in. One that was given belongs to somebody else and is only forgotten. */
  async revoke(): Promise<void> {
    const held = this.#held;
    const { kind } = this.#auth;
    this.#held = undefined;
    if (held && kind !== 'token-file' && kind !== 'token') {
      await this.#transport.send({
        method: 'POST',
        path: 'auth/token/revoke-self',
        token: held.token,
        accept: [403],
      });
    }
  }

  async #next(): Promise<Held> {
    const held = this.#held;
    if (held?.renewable && this.#now() < held.expiresAt) {
      const renewed = await this.#renew(held);
      if (renewed) {
        this.#held = renewed;
        return renewed;
      }
    }
    this.#held = undefined;
    const fresh = await this.#login();
    this.#held = fresh;
    return fresh;
  }

  /** `undefined` when it has to be replaced. While the server is away it is kept, and the next call tries again. */
  async #renew(held: Held): Promise<Held | undefined> {
    const start = this.#now();
    try {
      const { body } = await this.#transport.send({
        method: 'POST',
        path: 'auth/token/renew-self',
        token: held.token,
        body: {},
        secretBody: true,
      });
      const renewed = body.auth && heldOf(body.auth, start);
      // At the longest a token may live, a renewal gives less and less.
      return renewed && renewed.expiresAt > held.expiresAt
        ? renewed
        : undefined;
    } catch (error) {
      if (isVaultError(error, 'denied', 'refused')) {
        return undefined;
      }
      throw error;
    }
  }

  async #login(): Promise<Held> {
    if (this.#auth.kind === 'token-file' || this.#auth.kind === 'token') {
      return {
        token:
          this.#auth.kind === 'token'
            ? this.#auth.token
            : await this.#read(this.#auth.tokenFile),
        renewAt: Infinity,
        expiresAt: Infinity,
        renewable: false,
      };
    }
    const { mount } = this.#auth;
    const path = `auth/${mount}/login`;
    const start = this.#now();
    const { body } = await this.#transport.send({
      method: 'POST',
      path,
      body: await this.#credentials(),
      secretBody: true,
      login: true,
    });
    if (!body.auth) {
      throw new VaultError({
        code: 'refused',
        method: 'POST',
        path,
        detail: 'the answer has no token',
        login: true,
      });
    }
    return heldOf(body.auth, start);
  }

  async #credentials(): Promise<Record<string, unknown>> {
    const auth = this.#auth;
    switch (auth.kind) {
      case 'approle':
        return {
          role_id: await this.#read(auth.roleIdFile),
          secret_id: await this.#read(auth.secretIdFile),
        };
      case 'kubernetes':
        return { role: auth.role, jwt: await this.#read(auth.tokenFile) };
      default:
        return {};
    }
  }

  async #read(file: string): Promise<string> {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.trim() === '') {
      throw new VaultError({
        code: 'denied',
        method: 'log in with',
        path: file,
        detail: 'the file is empty or cannot be read',
        login: true,
      });
    }
    return text.trim();
  }
}

function heldOf(auth: NonNullable<VaultBody['auth']>, start: number): Held {
  const term = auth.lease_duration > 0 ? auth.lease_duration * 1000 : Infinity;
  return {
    token: auth.client_token,
    renewAt: start + term * RENEW_AFTER,
    expiresAt: start + term,
    renewable: auth.renewable,
  };
}
