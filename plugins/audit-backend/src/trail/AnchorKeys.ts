import {
  createHash,
  createPrivateKey,
  createPublicKey,
  KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { InputError } from '@backstage/errors';
import { anchorText, TrailAnchor } from '@shopfloor/plugin-audit-node';

/** Signs heads, and knows the signatures of this key and of those before it. Ed25519. */
export class AnchorKeys {
  readonly #privateKey: KeyObject;
  readonly #keyId: string;
  readonly #publicKeys: Map<string, KeyObject>;

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
    this.#publicKeys = new Map([own, ...former].map(key => [idOf(key), key]));
  }

  sign(head: { stream: string; sequence: number; hash: string; at: string }) {
    const anchor = { ...head, keyId: this.#keyId };
    return {
      ...anchor,
      signature: sign(
        undefined,
        Buffer.from(anchorText(anchor)),
        this.#privateKey,
      ).toString('base64'),
    };
  }

  isSigned(anchor: TrailAnchor): boolean {
    const key = this.#publicKeys.get(anchor.keyId);
    return (
      key !== undefined &&
      typeof anchor.signature === 'string' &&
      verify(
        undefined,
        Buffer.from(anchorText(anchor)),
        key,
        Buffer.from(anchor.signature, 'base64'),
      )
    );
  }
}

function idOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('hex')
    .slice(0, 16);
}
