import {
  createHash,
  createPrivateKey,
  createPublicKey,
  KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { InputError } from '@backstage/errors';
import {
  anchorText,
  ArchiveSeal,
  sealText,
  TrailAnchor,
} from '@shopfloor/plugin-audit-node';

/** Knows the signatures of keys, by their public halves alone. */
export class KnownKeys {
  readonly #keys: Map<string, KeyObject>;

  constructor(keys: KeyObject[]) {
    this.#keys = new Map(keys.map(key => [idOf(key), key]));
  }

  isSigned(anchor: TrailAnchor): boolean {
    return this.#holds(anchor, anchorText(anchor));
  }

  isSealed(seal: ArchiveSeal): boolean {
    return this.#holds(seal, sealText(seal));
  }

  #holds(
    { keyId, signature }: { keyId: string; signature: string },
    text: string,
  ): boolean {
    const key = this.#keys.get(keyId);
    return (
      key !== undefined &&
      typeof signature === 'string' &&
      verify(
        undefined,
        Buffer.from(text),
        key,
        Buffer.from(signature, 'base64'),
      )
    );
  }
}

/** Signs heads, and knows the signatures of this key and of those before it. Ed25519. */
export class AnchorKeys {
  readonly #privateKey: KeyObject;
  readonly #keyId: string;
  readonly #known: KnownKeys;

  /**
   * @param options - `signingKey`: PKCS #8, base64 of DER; `formerPublicKeys`: SPKI, base64 of DER
   * @throws InputError for a key that is none
   */
  static create(options: {
    signingKey: string;
    formerPublicKeys: string[];
  }): AnchorKeys {
    try {
      return new AnchorKeys(
        createPrivateKey({
          key: Buffer.from(options.signingKey, 'base64'),
          format: 'der',
          type: 'pkcs8',
        }),
        options.formerPublicKeys.map(key =>
          createPublicKey({
            key: Buffer.from(key, 'base64'),
            format: 'der',
            type: 'spki',
          }),
        ),
      );
    } catch {
      // The cause could quote the key.
      throw new InputError(
        'audit.anchors: signingKey must be an Ed25519 key as base64 of PKCS #8 DER, formerPublicKeys base64 of SPKI DER',
      );
    }
  }

  private constructor(privateKey: KeyObject, former: KeyObject[]) {
    if (privateKey.asymmetricKeyType !== 'ed25519') {
      throw new Error('not Ed25519');
    }
    const own = createPublicKey(privateKey);
    this.#privateKey = privateKey;
    this.#keyId = idOf(own);
    this.#known = new KnownKeys([own, ...former]);
  }

  sign(head: {
    stream: string;
    sequence: number;
    hash: string;
    at: string;
  }): TrailAnchor {
    const anchor = { ...head, keyId: this.#keyId };
    return { ...anchor, signature: this.#signatureOf(anchorText(anchor)) };
  }

  seal(archive: Omit<ArchiveSeal, 'keyId' | 'signature'>): ArchiveSeal {
    const seal = { ...archive, keyId: this.#keyId };
    return { ...seal, signature: this.#signatureOf(sealText(seal)) };
  }

  isSigned(anchor: TrailAnchor): boolean {
    return this.#known.isSigned(anchor);
  }

  isSealed(seal: ArchiveSeal): boolean {
    return this.#known.isSealed(seal);
  }

  #signatureOf(text: string): string {
    return sign(undefined, Buffer.from(text), this.#privateKey).toString(
      'base64',
    );
  }
}

function idOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
}
