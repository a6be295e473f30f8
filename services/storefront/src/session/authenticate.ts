import {
  bearerToken,
  ForbiddenError,
  type Principal,
  type TokenVerifier,
  UnavailableError,
} from '@shopfloor/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isOwnRequest } from '../domain/origins.ts';
import type { ClientLimits } from '../edge/ClientLimits.ts';
import { readCookie, SESSION_COOKIE, writeCookie } from './cookies.ts';
import type { SessionService } from './SessionService.ts';
import type { Session } from './SessionStore.ts';
import type { SessionTokens } from './SessionTokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Session of a request with the session cookie; none for programs with an access token. */
    session: Session | null;
  }
  interface FastifyContextConfig {
    /** The link itself proves who asks (unsubscribe); no session is looked for or begun. */
    byLink?: boolean;
    /**
     * The handler stores the session of a new guest, with the cart that it makes: one write in place of two. A request that is
     * refused before gets a cookie that opens nothing, and the next call begins another.
     */
    storesSession?: boolean;
  }
}

/** Options of {@link Authenticator}. */
export interface AuthenticatorOptions {
  sessions: SessionService;
  tokens: SessionTokens;
  /** Verifies access tokens of the shop's issuer; absent: nobody can sign in. */
  customers: TokenVerifier | undefined;
  limits: ClientLimits;
  /** Origins whose pages may use the session cookie. */
  allowedOrigins: ReadonlySet<string>;
  cookie: { secure: boolean; maxAgeSeconds: number };
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Finds out who asks: by session cookie, by access token, or as a new guest. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;

  static create(options: AuthenticatorOptions): Authenticator {
    return new Authenticator(options);
  }

  private constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** Called by the kit before access is decided. */
  readonly authenticate = (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Principal | undefined | Promise<Principal | undefined> => {
    const { access, byLink } = request.routeOptions.config;
    if (access === 'public') {
      // What all may read costs no look-up of a session.
      return undefined;
    }
    if (byLink) {
      return this.#options.tokens.principalOf({
        subject: 'guest:00000000-0000-7000-8000-000000000000',
        kind: 'guest',
      });
    }
    return this.#find(request, reply, access === 'shopper');
  };

  async #find(
    request: FastifyRequest,
    reply: FastifyReply,
    beginGuest: boolean,
  ): Promise<Principal | undefined> {
    const { tokens, customers } = this.#options;
    const token = bearerToken(request);
    if (token !== undefined) {
      if (!customers) {
        throw signInNotConfigured();
      }
      const { subject, email, emailVerified } = await customers.verify(token);
      return tokens.principalOf({
        subject,
        kind: 'customer',
        email,
        emailVerified,
      });
    }
    this.requireOwn(request);
    const session =
      (await this.sessionOf(request)) ??
      (beginGuest ? await this.beginGuest(request, reply) : undefined);
    request.session = session ?? null;
    return session && tokens.principalOf(session);
  }

  /** The session of a request's cookie. */
  async sessionOf(request: FastifyRequest): Promise<Session | undefined> {
    const secret = readCookie(request, SESSION_COOKIE);
    return secret === undefined
      ? undefined
      : this.#options.sessions.find(secret);
  }

  /** Begins a guest's session and gives its cookie. It is stored, unless the route does so. */
  async beginGuest(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Session> {
    const { sessions, limits } = this.#options;
    await limits.takeSession(request, reply);
    const { session, secret } = sessions.beginGuest();
    if (!request.routeOptions.config.storesSession) {
      await sessions.store(session);
    }
    this.giveCookie(reply, secret);
    return session;
  }

  /** Gives the cookie of a session, or takes it away. */
  giveCookie(reply: FastifyReply, secret: string | undefined): void {
    const { secure, maxAgeSeconds } = this.#options.cookie;
    writeCookie(reply, {
      name: SESSION_COOKIE,
      value: secret ?? '',
      path: '/',
      maxAgeSeconds: secret === undefined ? 0 : maxAgeSeconds,
      secure,
    });
  }

  /** @throws ForbiddenError for a write that a page of another site makes with the shopper's cookie */
  requireOwn(request: FastifyRequest): void {
    const own = isOwnRequest(
      {
        method: request.method,
        origin: request.headers.origin,
        fetchSite: headerOf(request, 'sec-fetch-site'),
        host: request.headers.host,
        shopRequest: headerOf(request, 'x-shop-request'),
      },
      this.#options.allowedOrigins,
    );
    if (!own) {
      throw new ForbiddenError({
        code: 'cross-site-request',
        message:
          'This does not come from a page of the shop. A program sends the header X-Shop-Request, or an access token.',
      });
    }
  }
}

/** What is answered while no issuer is configured. */
export function signInNotConfigured(): UnavailableError {
  return new UnavailableError({
    code: 'sign-in-not-configured',
    message: 'Sign-in is not set up here. Shop as a guest.',
    retryAfterSeconds: 3600,
  });
}
