import { generateKeyPairSync, sign } from 'node:crypto';

/** Signs session tokens for an orders that runs as a process of its own. */
export class SessionKeys {
  readonly #privateKey;
  /** The public keys, as `SESSION_JWKS` takes them. */
  readonly jwks: string;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
    });
    this.#privateKey = privateKey;
    const key = {
      ...publicKey.export({ format: 'jwk' }),
      kid: 'drill',
      alg: 'ES256',
    };
    this.jwks = JSON.stringify({ keys: [key] });
  }

  /** Headers of a guest's requests. */
  headers(guest: string): { authorization: string } {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const encode = (value: object) =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = [
      { alg: 'ES256', kid: 'drill' },
      {
        iss: 'http://storefront',
        aud: 'shop',
        iat: nowSeconds,
        exp: nowSeconds + 300,
        scope: 'shop',
        sub: `guest:${guest}`,
        kind: 'guest',
      },
    ]
      .map(encode)
      .join('.');
    const signature = sign('sha256', Buffer.from(text), {
      key: this.#privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return {
      authorization: `Bearer ${text}.${signature.toString('base64url')}`,
    };
  }
}
