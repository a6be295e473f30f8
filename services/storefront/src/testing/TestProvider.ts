import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT, importJWK } from 'jose';
// eslint-disable-next-line @backstage/no-undeclared-imports -- only tests import this file
import { Provider } from 'oidc-provider';

/** Who signs in next, with the claims of the ID token. */
export interface TestAccount {
  sub: string;
  email: string;
  email_verified: boolean;
}

/** A real OpenID provider at which one account always signs in, or always refuses. */
export class TestProvider {
  readonly #server: Server;
  readonly #key: JWK;
  account: TestAccount;
  refuses = false;

  static async start(options: {
    account: TestAccount;
    redirectUri: string;
    secret: string;
  }): Promise<TestProvider> {
    const server = createServer();
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { privateKey } = await generateKeyPair('RS256', {
      extractable: true,
    });
    const key = { ...(await exportJWK(privateKey)), kid: 'test', alg: 'RS256' };
    return new TestProvider(server, key, options);
  }

  private constructor(
    server: Server,
    key: JWK,
    options: { account: TestAccount; redirectUri: string; secret: string },
  ) {
    this.#server = server;
    this.#key = key;
    this.account = options.account;
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: 'storefront',
          client_secret: options.secret,
          redirect_uris: [options.redirectUri],
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      ],
      jwks: { keys: [key] as never },
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      conformIdTokenClaims: false,
      cookies: { keys: ['test'] },
      features: {
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            scope: 'shop',
            audience: 'shop',
            accessTokenFormat: 'jwt' as const,
          }),
        },
      },
      pkce: { required: () => true },
      extraTokenClaims: () => ({ ...this.account }),
      findAccount: (_ctx, sub) => ({
        accountId: sub,
        claims: async () => ({ ...this.account }),
      }),
    });
    const handle = provider.callback();
    server.on('request', (request, response) => {
      if (!request.url?.startsWith('/interaction/')) {
        void handle(request, response);
        return;
      }
      void (async () => {
        if (this.refuses) {
          await provider.interactionFinished(request, response, {
            error: 'access_denied',
          });
          return;
        }
        const { params } = await provider.interactionDetails(request, response);
        const grant = new provider.Grant({
          accountId: this.account.sub,
          clientId: params.client_id as string,
        });
        grant.addOIDCScope('openid email');
        grant.addResourceScope('urn:shopfloor:shop', 'shop');
        await provider.interactionFinished(request, response, {
          login: { accountId: this.account.sub },
          consent: { grantId: await grant.save() },
        });
      })();
    });
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** An access token as a program of the account gets it (RFC 9068). */
  async accessToken(audience = 'shop'): Promise<string> {
    return new SignJWT({ ...this.account, scope: 'shop', roles: ['care'] })
      .setProtectedHeader({ alg: 'RS256', kid: 'test', typ: 'at+jwt' })
      .setIssuer(this.issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(await importJWK(this.#key, 'RS256'));
  }

  /** Walks through the provider as a browser does, until it sends the browser away again. */
  async walk(url: string): Promise<string> {
    const cookies = new Map<string, string>();
    let next = url;
    while (next.startsWith(this.issuer)) {
      const response = await fetch(next, {
        redirect: 'manual',
        headers: {
          cookie: [...cookies]
            .map(([name, value]) => `${name}=${value}`)
            .join('; '),
        },
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
        cookies.set(name, value);
      }
      const location = response.headers.get('location');
      if (!location) {
        throw new Error(
          `The provider answered ${response.status}: ${await response.text()}`,
        );
      }
      next = new URL(location, next).href;
    }
    return next;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }
}
