import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import {
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
} from 'jose';

const AUDIENCE = 'shop';
const SESSION_ISSUER = 'http://storefront';

/**
 * Tokens of people for a stack: shoppers as the storefront signs them, and staff of an issuer of its own that services find by
 * its OpenID configuration.
 */
export class Tokens {
  /** What services trust for staff. */
  readonly issuer: string;
  readonly #server: Server;
  readonly #staffKey: CryptoKey;
  readonly #session: { key: Awaited<ReturnType<typeof importJWK>>; jwk: JWK };

  /** @param signingKey - the storefront's private JWK */
  static async create(signingKey: string): Promise<Tokens> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'staff', alg: 'ES256' };
    const server = createServer((request, response) => {
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify(
          request.url === '/jwks'
            ? { keys: [jwk] }
            : {
                issuer: origin,
                jwks_uri: `${origin}/jwks`,
                authorization_endpoint: `${origin}/authorize`,
                token_endpoint: `${origin}/token`,
              },
        ),
      );
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    const session = JSON.parse(signingKey) as JWK;
    return new Tokens(server, privateKey, {
      key: await importJWK(session, 'ES256'),
      jwk: session,
    });
  }

  private constructor(
    server: Server,
    staffKey: CryptoKey,
    session: { key: Awaited<ReturnType<typeof importJWK>>; jwk: JWK },
  ) {
    this.#server = server;
    this.#staffKey = staffKey;
    this.#session = session;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A token of shop staff with these roles. */
  staff(roles: readonly string[]): Promise<string> {
    return new SignJWT({ roles: [...roles] })
      .setProtectedHeader({ alg: 'ES256', kid: 'staff' })
      .setIssuer(this.issuer)
      .setAudience(AUDIENCE)
      .setSubject('drill')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(this.#staffKey);
  }

  /** A token as the storefront makes it for a session. */
  shopper(
    options: {
      kind?: 'guest' | 'customer';
      id?: string;
      email?: string;
    } = {},
  ): Promise<string> {
    const { kind = 'guest', id = newId(), email } = options;
    return new SignJWT({
      kind,
      scope: 'shop',
      ...(email && { email, email_verified: true }),
    })
      .setProtectedHeader({ alg: 'ES256', kid: this.#session.jwk.kid })
      .setIssuer(SESSION_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(`${kind}:${id}`)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(this.#session.key);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(done => this.#server.close(done));
  }
}
