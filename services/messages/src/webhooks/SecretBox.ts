import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
} from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Seals the secrets of subscriptions for the database: AES-256-GCM, bound to the row they belong to. */
export class SecretBox {
  readonly #key: Buffer;

  static create(options: { key: string }): SecretBox {
    return new SecretBox(
      createHash('sha256').update(`webhook-secrets:${options.key}`).digest(),
    );
  }

  private constructor(key: Buffer) {
    this.#key = key;
  }

  seal(text: string, row: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(
      Buffer.from(row),
    );
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error when it was sealed with another key or for another row */
  open(sealed: Buffer, row: string): string {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      this.#key,
      sealed.subarray(0, IV_BYTES),
    )
      .setAAD(Buffer.from(row))
      .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([
      decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)),
      decipher.final(),
    ]).toString('utf8');
  }
}
