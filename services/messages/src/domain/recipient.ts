import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SuppressionScope } from './types.ts';

/** How an address is written in the suppression list: never itself, only a hash that needs the key. */
export type RecipientHash = string;

/** What an unsubscribe token stands for. */
export interface UnsubscribeClaim {
  recipient: RecipientHash;
  scope: SuppressionScope;
}

const TOKEN = /^([\w-]{43})\.(optional|all)\.([\w-]{43})$/;

/**
 * Makes hashes of addresses, and tokens by which a recipient can be rid of messages.
 * A token is as long as its message lives and needs no row: it is the hash and a
 * seal of it, so that without the key nobody can make one, not even of an address he knows.
 */
export class RecipientKeys {
  readonly #hashKey: Buffer;
  readonly #sealKey: Buffer;

  /** Both keys come from one secret; at least 32 characters. */
  static create(options: { secret: string }): RecipientKeys {
    return new RecipientKeys(options.secret);
  }

  private constructor(secret: string) {
    this.#hashKey = createHmac('sha256', secret).update('recipient').digest();
    this.#sealKey = createHmac('sha256', secret).update('unsubscribe').digest();
  }

  /** Addresses that one mailbox has under other capitals are one. */
  hash(email: string): RecipientHash {
    return createHmac('sha256', this.#hashKey)
      .update(email.trim().toLowerCase().normalize('NFC'))
      .digest('base64url');
  }

  token(claim: UnsubscribeClaim): string {
    const { recipient, scope } = claim;
    return `${recipient}.${scope}.${this.#seal(claim)}`;
  }

  /** What a token stands for; undefined when it is not one of ours. */
  read(token: string): UnsubscribeClaim | undefined {
    const match = TOKEN.exec(token);
    if (!match) {
      return undefined;
    }
    const claim = {
      recipient: match[1],
      scope: match[2] as SuppressionScope,
    };
    return timingSafeEqual(
      Buffer.from(this.#seal(claim)),
      Buffer.from(match[3]),
    )
      ? claim
      : undefined;
  }

  #seal({ recipient, scope }: UnsubscribeClaim): string {
    return createHmac('sha256', this.#sealKey)
      .update(`${recipient}.${scope}`)
      .digest('base64url');
  }
}
