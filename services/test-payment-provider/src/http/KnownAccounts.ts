import { createHash } from 'node:crypto';
import type { Account } from '../domain/types.ts';
import type { AccountStore } from '../store/AccountStore.ts';

/** Options of {@link KnownAccounts}. */
export interface KnownAccountsOptions {
  accounts: Pick<AccountStore, 'findBySecretKey'>;
  /** For how long an account is taken to be as it was read: that long another process may not see how it was changed. */
  maxAgeMs?: number;
  /** In milliseconds. */
  now?: () => number;
}

/** Keys are stored as their hash. They are random and long, so a plain hash does. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Accounts by their secret key, so that a busy one is not read anew for each of its requests. */
export class KnownAccounts {
  readonly #options: Required<KnownAccountsOptions>;
  readonly #byHash = new Map<
    string,
    { account: Promise<Account | undefined>; until: number }
  >();

  static create(options: KnownAccountsOptions): KnownAccounts {
    return new KnownAccounts(options);
  }

  private constructor(options: KnownAccountsOptions) {
    this.#options = {
      maxAgeMs: 1000,
      now: () => performance.now(),
      ...options,
    };
  }

  /** Undefined: no account has this key. */
  async find(secretKey: string): Promise<Account | undefined> {
    const { accounts, maxAgeMs, now } = this.#options;
    const hash = hashKey(secretKey);
    const name = hash.toString('base64');
    const known = this.#byHash.get(name);
    if (known && known.until > now()) {
      return known.account;
    }
    const entry = {
      account: accounts.findBySecretKey(hash),
      until: now() + maxAgeMs,
    };
    this.#byHash.set(name, entry);
    // Only accounts are kept, so that strange keys fill nothing, and a failure is asked again.
    const account = await entry.account.catch(error => {
      this.#forgetEntry(name, entry);
      throw error;
    });
    if (!account) {
      this.#forgetEntry(name, entry);
    }
    return account;
  }

  /** An account was changed by this process, which is to see it at once. */
  forget(): void {
    this.#byHash.clear();
  }

  #forgetEntry(name: string, entry: object): void {
    if (this.#byHash.get(name) === entry) {
      this.#byHash.delete(name);
    }
  }
}
