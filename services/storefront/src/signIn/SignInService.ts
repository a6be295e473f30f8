import * as client from 'openid-client';
import {
  DomainError,
  InvalidInputError,
  UnavailableError,
} from '@shopfloor/service-kit';
import { hashOf, newSecret } from '../session/secrets.ts';
import type { SessionStore, SignedIn } from '../session/SessionStore.ts';

/** Options of {@link SignInService}. */
export interface SignInServiceOptions {
  issuer: string;
  clientId: string;
  /** Absent: a public client. */
  clientSecret: string | undefined;
  /** Resource indicator, when the issuer wants one. */
  resource: string | undefined;
  store: Pick<SessionStore, 'beginSignIn' | 'takeSignIn'>;
}

const TIMEOUT_SECONDS = 5;
/** A subject that may stand in paths, events and logs of the shop. */
const SUBJECT = /^[\w.:@-]{1,100}$/;
/** After a failed discovery the issuer is asked again at the next sign-in, but not more often. */
const RETRY_MS = 2000;

/**
 * Sign-in at the shop's OpenID issuer: authorization code with PKCE, state and nonce,
 * tied to the browser that began it. The issuer is looked up at the first sign-in, so
 * that the shop is open while it is away.
 */
export class SignInService {
  readonly #options: SignInServiceOptions;
  #configuration: Promise<client.Configuration> | undefined;
  #failedAt = -Infinity;

  static create(options: SignInServiceOptions): SignInService {
    return new SignInService(options);
  }

  private constructor(options: SignInServiceOptions) {
    this.#options = options;
  }

  /**
   * Begins a sign-in.
   *
   * @returns where the browser is to go, and the secret that ties the sign-in to it
   */
  async begin(options: {
    redirectUri: string;
    returnTo: string;
  }): Promise<{ url: string; browserSecret: string }> {
    const configuration = await this.#discover();
    const { resource, store } = this.#options;
    const state = newSecret();
    const browserSecret = newSecret();
    const codeVerifier = client.randomPKCECodeVerifier();
    const nonce = client.randomNonce();
    await store.beginSignIn({
      stateHash: hashOf(state),
      browserHash: hashOf(browserSecret),
      signIn: { codeVerifier, nonce, returnTo: options.returnTo },
    });
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: options.redirectUri,
      scope: 'openid email',
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(resource && { resource }),
    });
    return { url: url.href, browserSecret };
  }

  /**
   * Ends a sign-in with what the issuer sent the browser back with.
   *
   * @throws InvalidInputError when it was not begun in this browser, is too old or was used
   * @throws DomainError 401 when the issuer refused it
   */
  async complete(options: {
    /** The whole address that the browser came back to. */
    callbackUrl: URL;
    browserSecret: string | undefined;
  }): Promise<{ person: SignedIn; returnTo: string }> {
    const { callbackUrl, browserSecret } = options;
    const state = callbackUrl.searchParams.get('state');
    const begun =
      state && browserSecret
        ? await this.#options.store.takeSignIn({
            stateHash: hashOf(state),
            browserHash: hashOf(browserSecret),
          })
        : undefined;
    if (!state || !begun) {
      throw new InvalidInputError({
        code: 'sign-in-not-begun',
        message:
          'This sign-in was not begun in this browser, is older than ten minutes, or was used before. Begin again.',
        fields: [
          { in: 'query', field: 'state', message: 'is not one of a sign-in' },
        ],
      });
    }
    const configuration = await this.#discover();
    try {
      const tokens = await client.authorizationCodeGrant(
        configuration,
        callbackUrl,
        {
          pkceCodeVerifier: begun.codeVerifier,
          expectedState: state,
          expectedNonce: begun.nonce,
          idTokenExpected: true,
        },
      );
      const claims = tokens.claims()!;
      if (!SUBJECT.test(claims.sub)) {
        throw new Error('The issuer names people in a way the shop cannot use');
      }
      return {
        person: {
          customerId: claims.sub,
          email: typeof claims.email === 'string' ? claims.email : undefined,
          emailVerified: claims.email_verified === true,
        },
        returnTo: begun.returnTo,
      };
    } catch (error) {
      if (
        error instanceof client.AuthorizationResponseError ||
        error instanceof client.ResponseBodyError ||
        error instanceof client.ClientError
      ) {
        throw new DomainError({
          kind: 'unauthenticated',
          code: 'sign-in-refused',
          message: 'The sign-in was refused or cancelled. Begin again.',
          cause: error,
        });
      }
      throw this.#unavailable(error);
    }
  }

  async #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    if (!this.#configuration) {
      if (performance.now() - this.#failedAt < RETRY_MS) {
        throw this.#unavailable(undefined);
      }
      const url = new URL(issuer);
      this.#configuration = client.discovery(
        url,
        clientId,
        undefined,
        clientSecret ? client.ClientSecretBasic(clientSecret) : client.None(),
        {
          timeout: TIMEOUT_SECONDS,
          // Only for an issuer on plain http, which the configuration names.
          execute:
            url.protocol === 'http:' ? [client.allowInsecureRequests] : [],
        },
      );
    }
    try {
      return await this.#configuration;
    } catch (error) {
      this.#configuration = undefined;
      this.#failedAt = performance.now();
      throw this.#unavailable(error);
    }
  }

  #unavailable(cause: unknown): UnavailableError {
    return new UnavailableError({
      code: 'sign-in-unavailable',
      message: 'The sign-in does not answer. Try again shortly.',
      retryAfterSeconds: 5,
      cause,
    });
  }
}
